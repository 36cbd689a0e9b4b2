package io.attx.examples.shop.demo;

import io.attx.databases.GuardedProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One process of the demo, that can be killed and started again. */
final class Child {

  private static final Duration START_LIMIT = Duration.ofMinutes(4);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Workspace workspace;
  private final URI readyAt;
  private final HttpClient http;
  private volatile @Nullable GuardedProcess process;

  /**
   * A process that does not run yet.
   *
   * @param readyAt answers 200 when it is ready
   */
  Child(
      String name,
      List<String> command,
      Map<String, String> environment,
      Workspace workspace,
      URI readyAt,
      HttpClient http) {
    this.name = name;
    this.command = command;
    this.environment = environment;
    this.workspace = workspace;
    this.readyAt = readyAt;
    this.http = http;
  }

  String name() {
    return name;
  }

  void start() throws IOException {
    process =
        GuardedProcess.start(
            command, environment, workspace.directory(), workspace.garbage(), log().toFile());
  }

  private Path log() {
    return workspace.directory().resolve(name + ".log");
  }

  private GuardedProcess running() {
    GuardedProcess current = process;
    if (current == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return current;
  }

  void awaitReady() throws IOException, InterruptedException {
    GuardedProcess current = running();
    HttpRequest request = HttpRequest.newBuilder(readyAt).timeout(Duration.ofSeconds(5)).build();
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() - deadline < 0) {
      if (current.awaitEnd(Duration.ofMillis(50))) {
        throw new IOException(name + " ended at its start. The end of its log:\n" + logTail());
      }
      try {
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // It does not listen yet; whether it ever will is decided by the limit.
      }
    }
    throw new IOException(
        name + " is not ready after " + START_LIMIT + ". The end of its log:\n" + logTail());
  }

  private String logTail() throws IOException {
    byte[] log = Files.exists(log()) ? Files.readAllBytes(log()) : new byte[0];
    int from = Math.max(0, log.length - 3000);
    return new String(log, from, log.length - from, StandardCharsets.UTF_8);
  }

  /** SIGKILL. */
  void kill() {
    GuardedProcess current = process;
    if (current != null) {
      current.kill();
    }
  }

  /** SIGTERM, and SIGKILL if that does not help. */
  void stop() throws IOException {
    GuardedProcess current = running();
    if (current.isAlive()) {
      current.signal("TERM");
    }
    if (!current.awaitEnd(STOP_LIMIT)) {
      current.kill();
    }
  }
}
