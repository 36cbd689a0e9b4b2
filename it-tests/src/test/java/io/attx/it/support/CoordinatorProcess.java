package io.attx.it.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A coordinator in a process of its own, started by its command line. */
public final class CoordinatorProcess implements AutoCloseable {
  private static final Pattern HTTP = Pattern.compile("http 127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final CompletableFuture<String> readyLine = new CompletableFuture<>();

  private CoordinatorProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it without waiting.
   *
   * @param errors the file that takes its log
   */
  public static CoordinatorProcess start(Path errors, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.attx.coordinator.cli.CoordinatorMain");
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
            .start();
    CoordinatorProcess coordinator = new CoordinatorProcess(process);
    Thread reader = new Thread(coordinator::read, "coordinator-output");
    reader.setDaemon(true);
    reader.start();
    return coordinator;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      if (line == null) {
        readyLine.completeExceptionally(new IllegalStateException("it ended before it was ready"));
        return;
      }
      readyLine.complete(line);
      while (lines.readLine() != null) {
        // Nothing else is expected; the pipe must not fill.
      }
    } catch (IOException closed) {
      readyLine.completeExceptionally(closed);
    }
  }

  /** Its ready line, waited for. */
  public String awaitReady() throws Exception {
    return readyLine.get(120, TimeUnit.SECONDS);
  }

  /** Whether it says that it serves clients now. */
  public boolean leads() {
    if (!readyLine.isDone() || readyLine.isCompletedExceptionally()) {
      return false;
    }
    Matcher port = HTTP.matcher(readyLine.join());
    if (!port.find()) {
      throw new IllegalStateException("no HTTP port in: " + readyLine.join());
    }
    try {
      HttpURLConnection call =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port.group(1) + "/health/ready")
                  .toURL()
                  .openConnection();
      call.setConnectTimeout(2_000);
      call.setReadTimeout(5_000);
      try {
        return call.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        call.disconnect();
      }
    } catch (java.net.MalformedURLException e) {
      throw new UncheckedIOException(e);
    } catch (IOException notThere) {
      return false;
    }
  }

  /** SIGKILL, and waits for the end. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM, and waits for the end. */
  public int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("the coordinator did not stop within a minute of SIGTERM");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
