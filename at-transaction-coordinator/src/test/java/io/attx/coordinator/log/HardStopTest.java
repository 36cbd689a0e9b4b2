package io.attx.coordinator.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.coordinator.testing.ChildJvm;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.impl.RatisMetricRegistryImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is in the files at that moment, whatever happens next. */
@Timeout(120)
class HardStopTest {
  @TempDir Path directory;

  @Test
  void everyAcknowledgedEntryIsInTheSegmentsAfterSigkillAndComesBackAtRestart() throws Exception {
    Path data = directory.resolve("data");
    for (int round = 0; round < 3; round++) {
      Map<Long, String> acknowledged = new HashMap<>();
      try (ChildJvm child =
          ChildJvm.start(AppendingChild.class, Map.of(), data.toString(), "1000000")) {
        int wanted = 300 + 211 * round;
        child.awaitLine(line -> line.startsWith("ack") && child.out().size() > wanted, 60);
        child.kill();
        collect(child.out(), acknowledged);
      }
      assertThat(acknowledged.size()).isGreaterThan(300);

      Map<Long, String> onDisk = new HashMap<>();
      for (SegmentParser.Entry entry : SegmentParser.all(data)) {
        onDisk.put(entry.index(), new String(entry.ours(), UTF_8));
      }
      assertThat(onDisk).containsAllEntriesOf(acknowledged);

      RecordingMachine machine = new RecordingMachine();
      try (RatisLog log = RatisLog.open(RatisLogOptions.single(data))) {
        log.start(machine);
      }
      Map<Long, String> replayed = new HashMap<>();
      for (int i = 0; i < machine.applied.size(); i++) {
        replayed.put(machine.indexes.get(i), new String(machine.applied.get(i), UTF_8));
      }
      assertThat(replayed).containsAllEntriesOf(acknowledged);
    }
  }

  @Test
  void nothingIsLostWhenTheKillHitsSnapshotsAndPurges() throws Exception {
    Path data = directory.resolve("data");
    long before = 0;
    for (int round = 0; round < 3; round++) {
      long acknowledged;
      try (ChildJvm child = ChildJvm.start(AppendingChild.class, Map.of(), data.toString(), "50")) {
        int wanted = 1_000 + 97 * round;
        child.awaitLine(line -> line.startsWith("ack") && child.out().size() > wanted, 60);
        child.kill();
        acknowledged = child.out().stream().filter(line -> line.startsWith("ack")).count();
      }
      RecordingMachine machine = new RecordingMachine();
      try (RatisLog log = RatisLog.open(RatisLogOptions.single(data).snapshotEntries(50))) {
        log.start(machine);
      }
      assertThat(machine.restores).isEqualTo(1);
      assertThat(machine.count).isBetween(before + acknowledged, before + acknowledged + 16);
      before = machine.count;
    }
  }

  @Test
  void theSegmentIsForcedAtLeastOnceBeforeEachAcknowledgementInTurn() throws Exception {
    try (RatisLog log = RatisLog.open(RatisLogOptions.single(directory.resolve("data")))) {
      log.start(new RecordingMachine());
      long before = forces(log.nodeId());
      for (int i = 1; i <= 50; i++) {
        log.append(new byte[100]).get(10, TimeUnit.SECONDS);
        assertThat(forces(log.nodeId()) - before).isGreaterThanOrEqualTo(i);
      }
    }
  }

  /** How often the log of this node called FileChannel.force, as Ratis counts it. */
  private static long forces(String nodeId) {
    for (var info : MetricRegistries.global().getMetricRegistryInfos()) {
      if (info.getMetricsComponentName().equals("log_worker")
          && info.getPrefix().startsWith(nodeId)) {
        RatisMetricRegistry registry = MetricRegistries.global().get(info).orElseThrow();
        return ((RatisMetricRegistryImpl) registry)
            .getDropWizardMetricRegistry().getTimers().entrySet().stream()
                .filter(timer -> timer.getKey().endsWith("syncTime"))
                .mapToLong(timer -> timer.getValue().getCount())
                .sum();
      }
    }
    throw new AssertionError("no metrics of " + nodeId);
  }

  private static void collect(List<String> lines, Map<Long, String> acknowledged) {
    for (String line : lines) {
      String[] words = line.split(" ");
      // The last line may have been cut by the kill.
      if (words.length == 3 && words[0].equals("ack") && whole(words[2])) {
        acknowledged.put(Long.parseLong(words[1]), words[2]);
      }
    }
  }

  private static boolean whole(String text) {
    String[] parts = text.split("-", -1);
    return parts.length == 3 && parts[2].length() == Integer.parseInt(parts[1]) % 700;
  }
}
