package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A branch of 100,000 rows works in a heap of 512 MB. */
class LargeBranchTest {
  private static final int ROWS = Integer.getInteger("attx.large.rows", 100_000);

  @TempDir Path directory;

  /** {@code -Dattx.large.databases=H2,MYSQL,MARIADB,POSTGRESQL} for all; each takes its time. */
  static List<DatabaseKind> databases() {
    String asked = System.getProperty("attx.large.databases", "POSTGRESQL");
    return Stream.of(asked.split(",")).map(DatabaseKind::valueOf).toList();
  }

  @ParameterizedTest
  @MethodSource("databases")
  void aBranchOfAHundredThousandRowsWorksInASmallHeap(DatabaseKind kind) throws Exception {
    DatabaseAddress address = SharedServers.freshDatabase(kind);
    File output = directory.resolve("output").toFile();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                LargeBranch.class.getName(),
                kind.name(),
                address.jdbcUrl(),
                address.user(),
                address.password(),
                String.valueOf(ROWS))
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try {
      assertThat(process.waitFor(600, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output.toPath(), StandardCharsets.UTF_8);
    String end = said.substring(Math.max(0, said.length() - 3_000));
    assertThat(process.exitValue()).as(end).isZero();
    assertThat(end).contains("restored " + ROWS + " rows twice");
  }
}
