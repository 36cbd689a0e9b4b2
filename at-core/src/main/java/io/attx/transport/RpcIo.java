package io.attx.transport;

import io.attx.CoordinatorUnavailableException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The one I/O thread of a client: its connections, their time-outs and its timers all live there,
 * so that their state needs no locks. Thread-safe.
 */
public final class RpcIo implements AutoCloseable {
  private final EventLoopGroup loop;
  private final LongSupplier nanoClock;

  private RpcIo(EventLoopGroup loop, LongSupplier nanoClock) {
    this.loop = loop;
    this.nanoClock = nanoClock;
  }

  /** Starts the thread. */
  public static RpcIo start(LongSupplier nanoClock) {
    return new RpcIo(Channels.eventLoops(1, "attx-client-io"), nanoClock);
  }

  /**
   * Opens a connection; the first request on it must be a {@code Hello}.
   *
   * @return completes on the I/O thread, exceptionally with {@link CoordinatorUnavailableException}
   */
  public CompletableFuture<RpcClient> connect(
      HostPort address, Duration timeout, RpcClient.Listener listener) {
    CompletableFuture<RpcClient> result = new CompletableFuture<>();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    FrameDecoder decoder = new FrameDecoder();
                    RpcClient client =
                        new RpcClient(channel, address, decoder, listener, nanoClock);
                    channel.pipeline().addLast(decoder, client.handler());
                  }
                });
    try {
      bootstrap
          .connect(address.host(), address.port())
          .addListener((ChannelFuture done) -> connected(done, address, result));
    } catch (RejectedExecutionException stopped) {
      result.completeExceptionally(
          new CoordinatorUnavailableException("the client is closed", stopped));
    }
    return result;
  }

  private static void connected(
      ChannelFuture done, HostPort address, CompletableFuture<RpcClient> result) {
    if (done.isSuccess()) {
      result.complete(done.channel().pipeline().get(RpcClient.Handler.class).client());
    } else {
      Throwable cause = done.cause();
      result.completeExceptionally(
          new CoordinatorUnavailableException(
              "cannot connect to the coordinator at " + address + ": " + cause.getMessage(),
              cause));
    }
  }

  /**
   * Runs a task on the I/O thread; it must not block.
   *
   * @return whether it will run; false after {@link #close()}
   */
  public boolean execute(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException stopped) {
      return false;
    }
  }

  /**
   * Runs a task on the I/O thread later; it must not block.
   *
   * @return whether it was accepted; false after {@link #close()}
   */
  public boolean schedule(Runnable task, Duration delay) {
    try {
      // The future is of no use: a task that fails logs through the loop's own handler.
      var unused = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (RejectedExecutionException stopped) {
      return false;
    }
  }

  /** Runs a task on the I/O thread again and again until this is closed. */
  public void repeat(Runnable task, Duration period) {
    long nanos = period.toNanos();
    var unused = loop.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** The clock that time-outs are measured with. */
  public LongSupplier nanoClock() {
    return nanoClock;
  }

  /** Closes all connections and ends the thread. Idempotent. */
  @Override
  public void close() {
    var stopped = loop.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    boolean onLoop = false;
    for (var executor : loop) {
      onLoop |= executor.inEventLoop();
    }
    if (!onLoop) {
      stopped.awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
  }
}
