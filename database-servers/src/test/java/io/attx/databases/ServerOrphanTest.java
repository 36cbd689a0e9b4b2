package io.attx.databases;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerOrphanTest {

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aServerWhoseJvmIsKilledDiesAndLeavesNoDirectory(DatabaseKind kind) throws IOException {
    Process jvm =
        new ProcessBuilder(java(), "-cp", classPath(), HoldServer.class.getName(), kind.id())
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(jvm.getInputStream(), UTF_8))) {
      String[] held =
          out.lines()
              .filter(line -> line.startsWith("HOLD "))
              .findFirst()
              .orElseThrow()
              .split(" ", 3);
      ProcessHandle server = ProcessHandle.of(Long.parseLong(held[1])).orElseThrow();
      assertThat(server.isAlive()).isTrue();

      jvm.destroyForcibly();

      await().atMost(Duration.ofSeconds(20)).until(() -> !server.isAlive());
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(Path.of(held[2])).doesNotExist());
    } finally {
      jvm.destroyForcibly();
    }
  }

  private static String java() {
    return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
