package io.attx.databases;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs that end by themselves. */
final class Commands {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Commands() {}

  /**
   * Runs a command to its end.
   *
   * @param input written to its standard input
   * @throws IOException with the end of its output if it fails or does not end in two minutes
   */
  static void run(List<String> command, Map<String, String> environment, byte[] input)
      throws IOException {
    Path output = Files.createTempFile("attx-command", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input);
      } catch (IOException e) {
        // It closed its input early: what it says about that is in its output.
        throw failure(command, "did not read its input", output, e);
      }
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        throw failure(command, "did not end within " + LIMIT, output, null);
      }
      if (process.exitValue() != 0) {
        throw failure(command, "ended with exit code " + process.exitValue(), output, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for " + command.get(0));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** Whether the command can be run and ends with exit code 0. */
  static boolean succeeds(List<String> command) throws IOException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for " + command.get(0));
    }
  }

  private static IOException failure(
      List<String> command,
      String what,
      Path output,
      @org.jspecify.annotations.Nullable Throwable cause)
      throws IOException {
    return new IOException(
        String.join(" ", command) + " " + what + ". Its last output:\n" + tail(output), cause);
  }

  /** The last 4,000 bytes of a file, as text. */
  static String tail(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "(no output)";
    }
    byte[] all = Files.readAllBytes(file);
    int from = Math.max(0, all.length - 4000);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }
}
