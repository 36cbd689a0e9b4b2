package io.attx.coordinator.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A Java process of its own with the class path of the tests; killed when closed. */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final Thread outReader;
  private final Thread errReader;

  private ChildJvm(Process process) {
    this.process = process;
    this.outReader = reader(process.getInputStream(), out, "out");
    this.errReader = reader(process.getErrorStream(), err, "err");
  }

  /** Starts {@code main} with arguments and additional environment variables. */
  public static ChildJvm start(
      Class<?> main, Map<String, String> environment, String... arguments) {
    return start(List.of(), main, environment, arguments);
  }

  /** The same where no file can grow beyond a size, as on a full disk. */
  public static ChildJvm startWithFileLimit(
      int kibibytes, Class<?> main, Map<String, String> environment, String... arguments) {
    // The first argument after the script is its $0.
    String script = "ulimit -f " + kibibytes + "; exec \"$@\"";
    return start(List.of("bash", "-c", script, "limited"), main, environment, arguments);
  }

  private static ChildJvm start(
      List<String> prefix, Class<?> main, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      return new ChildJvm(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread reader(InputStream stream, List<String> lines, String name) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader in =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                  lines.add(line);
                }
              } catch (IOException e) {
                lines.add("(unreadable: " + e + ")");
              }
            },
            "attx-test-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for a line of standard output; fails with all output when the process ends before. */
  public String awaitLine(Predicate<String> wanted, long seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      boolean ended = !process.isAlive();
      if (ended) {
        outReader.join(5_000);
      }
      for (String line : out) {
        if (wanted.test(line)) {
          return line;
        }
      }
      if (ended || System.nanoTime() > deadline) {
        throw new AssertionError(
            (ended ? "ended with " + process.exitValue() : "no such line in time")
                + "\nout: "
                + String.join("\n", out)
                + "\nerr: "
                + String.join("\n", err));
      }
      process.waitFor(10, TimeUnit.MILLISECONDS);
    }
  }

  /** SIGKILL; returns when the process is gone and all its output was read. */
  public void kill() throws InterruptedException {
    // Through the handle: Process.destroy would also close the streams, with what is in them.
    process.toHandle().destroyForcibly();
    process.waitFor();
    drain();
  }

  /** SIGTERM; returns the exit code. */
  public int terminate(long seconds) throws InterruptedException {
    process.toHandle().destroy();
    return awaitExit(seconds);
  }

  /** Waits for the end; returns the exit code. */
  public int awaitExit(long seconds) throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("still running; err: " + String.join("\n", err));
    }
    drain();
    return process.exitValue();
  }

  private void drain() throws InterruptedException {
    outReader.join(5_000);
    errReader.join(5_000);
  }

  /** The lines of standard output so far. */
  public List<String> out() {
    return out;
  }

  /** Standard error so far as one text. */
  public String err() {
    return String.join("\n", err);
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
