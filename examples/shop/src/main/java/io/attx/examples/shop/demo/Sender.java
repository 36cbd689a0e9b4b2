package io.attx.examples.shop.demo;

import io.attx.examples.shop.order.OrderRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends all orders, several at a time, and kills processes meanwhile if asked to. */
final class Sender {

  /** After so many percent of the orders the stock service is killed. */
  private static final int STOCK_CRASH_PERCENT = 25;

  /** After so many percent of the orders the coordinator is killed. */
  private static final int COORDINATOR_CRASH_PERCENT = 60;

  private final Shop shop;
  private final OrderClient client;
  private final Progress progress;
  private final List<OrderRequest> orders;
  private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();
  private final CompletableFuture<Void> timeForStock = new CompletableFuture<>();
  private final CompletableFuture<Void> timeForCoordinator = new CompletableFuture<>();

  Sender(Shop shop, OrderClient client, Progress progress, List<OrderRequest> orders) {
    this.shop = shop;
    this.client = client;
    this.progress = progress;
    this.orders = orders;
  }

  Map<String, Outcome> send(int parallel, boolean crash) throws IOException, InterruptedException {
    AtomicInteger number = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            parallel + 1,
            task -> {
              Thread thread = new Thread(task, "demo-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> running = new ArrayList<>();
      if (crash) {
        running.add(threads.submit(this::crashes));
      }
      for (int i = 0; i < parallel; i++) {
        running.add(threads.submit(this::sendOrders));
      }
      for (Future<?> each : running) {
        each.get();
      }
      return Map.copyOf(outcomes);
    } catch (ExecutionException e) {
      throw new IOException("Sending the orders failed: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private void sendOrders() {
    try {
      for (int i = next.getAndIncrement(); i < orders.size(); i = next.getAndIncrement()) {
        OrderRequest order = orders.get(i);
        outcomes.put(order.orderNo(), client.send(order));
        int percent = progress.advance() * 100 / orders.size();
        if (percent >= STOCK_CRASH_PERCENT) {
          timeForStock.complete(null);
        }
        if (percent >= COORDINATOR_CRASH_PERCENT) {
          timeForCoordinator.complete(null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  private void crashes() {
    try {
      timeForStock.join();
      progress.say("SIGKILL to the stock service");
      shop.crashStock();
      progress.say("the stock service is back");
      timeForCoordinator.join();
      progress.say("SIGKILL to the coordinator");
      shop.crashCoordinator();
      progress.say("the coordinator is back");
    } catch (IOException e) {
      throw new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }
}
