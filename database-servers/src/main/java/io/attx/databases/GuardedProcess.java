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
 * A child process that cannot outlive this JVM: a watch beside it reads from a pipe that only this
 * JVM holds, and kills the child when the pipe closes, which it does even when this JVM ends by
 * SIGKILL. Its standard input is empty. Thread-safe.
 */
public final class GuardedProcess {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedProcess.class);

  /** Waits until the watch is there, then becomes the command: its process id is the command's. */
  private static final String STARTER =
      """
      read -r go || exit 1
      exec "$@" </dev/null
      """;

  /** Arguments: the process id, and the directory to delete when the JVM dies, or an empty text. */
  private static final String WATCH =
      """
      trap '' INT TERM HUP
      if read -r released; then exit; fi
      kill -KILL "$1"
      if [ -n "$2" ]; then sleep 1; rm -rf "$2"; fi
      """;

  private final Process process;
  private final CompletableFuture<Void> released;

  private GuardedProcess(Process process, Process watch) {
    this.process = process;
    // Lets the watch go as soon as the process is gone, so that it never kills a later process of
    // the same number.
    this.released = process.onExit().thenAccept(ended -> say(watch, "released"));
  }

  /**
   * Starts a command.
   *
   * @param garbage a directory to delete after this JVM died without ending the process, or an
   *     empty text
   * @param log gets the output, appended
   */
  public static GuardedProcess start(
      List<String> command,
      Map<String, String> environment,
      Path directory,
      String garbage,
      File log)
      throws IOException {
    List<String> waiting = new ArrayList<>(List.of("/bin/sh", "-c", STARTER, "attx-process"));
    waiting.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(waiting).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    Process process = builder.start();
    Process watch = startWatch(process, garbage);
    say(process, "go");
    return new GuardedProcess(process, watch);
  }

  private static Process startWatch(Process process, String garbage) throws IOException {
    String pid = Long.toString(process.pid());
    try {
      return new ProcessBuilder("/bin/sh", "-c", WATCH, "attx-process-watch", pid, garbage)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static void say(Process to, String word) {
    try (OutputStream pipe = to.getOutputStream()) {
      pipe.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      LOG.debug("Process {} ended before it was told '{}'", to.pid(), word, e);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end; false if it does not come in time. */
  public boolean awaitEnd(Duration limit) throws IOException {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(
          "Interrupted while waiting for the process " + pid() + " to end");
    }
  }

  /** Sends a signal of that name to it and the processes that it started. */
  public void signalAll(String signal) throws IOException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    command.add(Long.toString(pid()));
    process.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    signal(command);
  }

  /** Sends a signal of that name to it alone. */
  public void signal(String signal) throws IOException {
    signal(List.of("kill", "-" + signal, Long.toString(pid())));
  }

  private void signal(List<String> kill) throws IOException {
    if (!Commands.succeeds(List.of("/bin/sh", "-c", String.join(" ", kill))) && isAlive()) {
      throw new IOException("Cannot signal the process: " + String.join(" ", kill));
    }
  }

  /** SIGKILL to it and the processes that it started; returns when all of them are gone. */
  public void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    released.join();
    children.forEach(child -> child.onExit().join());
  }
}
