package io.attx.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WorkloadBenchmarkTest {
  @Test
  @Timeout(180)
  void every_workload_runs_to_its_end_on_a_small_scale() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    WorkloadBenchmark.run(
        new String[] {"--database", "h2", "--seconds", "1", "--threads", "2"},
        new PrintStream(printed, true, StandardCharsets.UTF_8));

    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(2 + Workload.values().length);
    for (int i = 0; i < Workload.values().length; i++) {
      String[] columns = lines.get(2 + i).trim().split(" +");
      assertThat(columns[0]).isEqualTo(Workload.values()[i].label());
      assertThat(Double.parseDouble(columns[1])).as("plain").isPositive();
      assertThat(Double.parseDouble(columns[2])).as("attx").isPositive();
    }
  }

  @Test
  void an_unknown_argument_is_an_error() {
    assertThatThrownBy(() -> WorkloadBenchmark.run(new String[] {"--speed", "high"}, System.out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--speed");
  }
}
