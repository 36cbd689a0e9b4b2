package io.attx.coordinator.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the secret comes from: option, file, or one of two environment variables. */
final class TokenArguments {
  private static final int MAX_TOKEN_BYTES = 4096;

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description =
          "Secret that clients must present. Visible in the list of processes: better use the"
              + " variable or a file. [ATTX_TOKEN]")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the secret in its first line. [ATTX_TOKEN_FILE]")
  private @Nullable Path tokenFile;

  /**
   * The secret; empty for none.
   *
   * @throws IllegalArgumentException when the options do not fit together or the file cannot be
   *     read
   */
  String secret() {
    if (token != null && tokenFile != null) {
      throw new IllegalArgumentException("give --token or --token-file, not both");
    }
    if (token != null) {
      return token;
    }
    Path file = tokenFile;
    String variable = System.getenv("ATTX_TOKEN");
    String fileVariable = System.getenv("ATTX_TOKEN_FILE");
    if (file == null && variable != null && fileVariable != null) {
      throw new IllegalArgumentException("set ATTX_TOKEN or ATTX_TOKEN_FILE, not both");
    }
    if (file == null && fileVariable != null) {
      file = Path.of(fileVariable);
    }
    if (file == null) {
      return variable == null ? "" : variable;
    }
    return read(file);
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MAX_TOKEN_BYTES) {
        throw new IllegalArgumentException(
            "the token file " + file + " has more than " + MAX_TOKEN_BYTES + " bytes");
      }
      String first =
          Files.readString(file, StandardCharsets.UTF_8).lines().findFirst().orElse("").strip();
      if (first.isEmpty()) {
        throw new IllegalArgumentException("the token file " + file + " is empty");
      }
      return first;
    } catch (IOException e) {
      throw new IllegalArgumentException("the token file " + file + " cannot be read: " + e, e);
    }
  }
}
