package io.attx.databases;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server that cannot outlive this JVM: a watch beside it reads from a pipe that only this
 * JVM holds, and kills the server when the pipe closes, which it does even when this JVM ends by
 * SIGKILL.
 */
final class ServerProcess {

  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

  /** Waits until the watch is there, then becomes the server: its process id is the server's. */
  private static final String STARTER =
      """
      read -r go || exit 1
      exec "$@" </dev/null
      """;

  /** Arguments: the process id, and the directory to delete when the JVM dies, or an empty text. */
  private static final String WATCH =
      """
      if read -r released; then exit; fi
      kill -KILL "$1"
      if [ -n "$2" ]; then sleep 1; rm -rf "$2"; fi
      """;

  private final Process process;
  private final CompletableFuture<Void> released;

  private ServerProcess(Process process, Process watch) {
    this.process = process;
    // Lets the watch go as soon as the server is gone, so that it never kills a later process of
    // the same number.
    this.released = process.onExit().thenAccept(ended -> say(watch, "released"));
  }

  /**
   * Starts a command.
   *
   * @param garbage a directory to delete after this JVM died without closing the server, or an
   *     empty text
   * @param log gets the output, appended
   */
  static ServerProcess start(
      List<String> command,
      Map<String, String> environment,
      Path directory,
      String garbage,
      File log)
      throws IOException {
    List<String> waiting = new ArrayList<>(List.of("/bin/sh", "-c", STARTER, "attx-server"));
    waiting.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(waiting).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    Process process = builder.start();
    Process watch =
        new ProcessBuilder(
                "/bin/sh", "-c", WATCH, "attx-server-watch", Long.toString(process.pid()), garbage)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    say(process, "go");
    return new ServerProcess(process, watch);
  }

  private static void say(Process to, String word) {
    try (OutputStream pipe = to.getOutputStream()) {
      pipe.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      LOG.debug("Process {} ended before it was told '{}'", to.pid(), word, e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end; false if it does not come in time. */
  boolean awaitEnd(Duration limit) throws IOException {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(
          "Interrupted while waiting for the server " + pid() + " to end");
    }
  }

  /** Sends a signal of that name to the server and the processes that it started. */
  void signalAll(String signal) throws IOException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    command.add(Long.toString(pid()));
    process.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    signal(command);
  }

  /** Sends a signal of that name to the server itself. */
  void signal(String signal) throws IOException {
    signal(List.of("kill", "-" + signal, Long.toString(pid())));
  }

  private void signal(List<String> kill) throws IOException {
    if (!Commands.succeeds(List.of("/bin/sh", "-c", String.join(" ", kill))) && isAlive()) {
      throw new IOException("Cannot signal the server: " + String.join(" ", kill));
    }
  }

  /** SIGKILL to the server and the processes that it started; returns when all of them are gone. */
  void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    released.join();
    children.forEach(child -> child.onExit().join());
  }
}
