package io.attx.coordinator.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RatisLogTest {
  @TempDir Path directory;

  private RatisLog open(RecordingMachine machine) {
    return open(machine, RatisLogOptions.single(directory.resolve("data")));
  }

  private static RatisLog open(RecordingMachine machine, RatisLogOptions options) {
    RatisLog log = RatisLog.open(options);
    try {
      log.start(machine);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
    return log;
  }

  private static byte[] entry(int number) {
    return ("entry " + number).getBytes(UTF_8);
  }

  private static long append(RatisLog log, int number) throws Exception {
    return log.append(entry(number)).get(10, TimeUnit.SECONDS);
  }

  @Test
  void appliesEntriesInTheOrderOfTheirAppendAndAnswersWithTheirIndex() throws Exception {
    RecordingMachine machine = new RecordingMachine();
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    try (RatisLog log = open(machine)) {
      for (int i = 0; i < 500; i++) {
        answers.add(log.append(entry(i)));
      }
      for (CompletableFuture<Long> answer : answers) {
        answer.get(10, TimeUnit.SECONDS);
      }
    }
    assertThat(machine.applied).hasSize(500);
    for (int i = 0; i < 500; i++) {
      assertThat(machine.applied.get(i)).isEqualTo(entry(i));
      assertThat(machine.indexes.get(i)).isEqualTo(answers.get(i).get());
    }
    assertThat(machine.indexes).isSorted().doesNotHaveDuplicates();
    assertThat(machine.failures).isEmpty();
  }

  @Test
  void leadsWhenStartReturnsAndWithinTwoSeconds() throws Exception {
    RecordingMachine machine = new RecordingMachine();
    open(new RecordingMachine()).close(); // loads classes
    long before = System.nanoTime();
    try (RatisLog log = open(machine)) {
      long millis = (System.nanoTime() - before) / 1_000_000;
      assertThat(machine.leadership).containsExactly(true);
      assertThat(millis).isLessThan(2_000);
      append(log, 1);
    }
    assertThat(machine.leadership).containsExactly(true, false);
  }

  @Test
  void aRestartReplaysEverythingBeforeStartReturns() throws Exception {
    try (RatisLog log = open(new RecordingMachine())) {
      for (int i = 0; i < 100; i++) {
        append(log, i);
      }
    }
    RecordingMachine after = new RecordingMachine();
    try (RatisLog log = open(after)) {
      assertThat(after.applied).hasSize(100);
      assertThat(after.applied.get(99)).isEqualTo(entry(99));
      append(log, 100);
      assertThat(after.applied).hasSize(101);
      assertThat(log.created()).isFalse();
    }
  }

  @Test
  void snapshotsKeepTheDirectorySmallAndARestartBeginsWithTheNewest() throws Exception {
    RatisLogOptions options =
        RatisLogOptions.single(directory.resolve("data")).sizes(200, 1L << 30, 16 * 1024);
    RecordingMachine machine = new RecordingMachine();
    int entries = 5_000;
    try (RatisLog log = open(machine, options)) {
      for (int i = 0; i < entries; i += 50) {
        List<CompletableFuture<Long>> batch = new ArrayList<>();
        for (int j = i; j < i + 50; j++) {
          batch.add(log.append(entry(j)));
        }
        for (CompletableFuture<Long> answer : batch) {
          answer.get(10, TimeUnit.SECONDS);
        }
      }
      await().atMost(10, TimeUnit.SECONDS).until(() -> segments().size() < 10);
      assertThat(snapshots()).hasSizeBetween(1, 2);
    }
    RecordingMachine after = new RecordingMachine();
    open(after, options).close();
    assertThat(after.restores).isEqualTo(1);
    assertThat(after.count).isEqualTo(entries);
    assertThat(after.hash).isEqualTo(machine.hash);
    assertThat(after.applied.size()).isLessThan(entries / 2);
  }

  @Test
  void aDamagedNewestSnapshotIsReplacedByTheOlderOneAndTheLog() throws Exception {
    RatisLogOptions options =
        RatisLogOptions.single(directory.resolve("data")).sizes(100, 1L << 30, 16 * 1024);
    RecordingMachine machine = new RecordingMachine();
    try (RatisLog log = open(machine, options)) {
      for (int i = 0; i < 400; i++) {
        append(log, i);
      }
      await().atMost(10, TimeUnit.SECONDS).until(() -> snapshots().size() == 2);
    }
    List<Path> snapshots = snapshots();
    flipBit(snapshots.get(1), Files.size(snapshots.get(1)) - 1);
    RecordingMachine after = new RecordingMachine();
    open(after, options).close();
    assertThat(after.count).isEqualTo(400);
    assertThat(after.hash).isEqualTo(machine.hash);
  }

  @Test
  void twoDamagedSnapshotsRefuseToStartAndAreNamed() throws Exception {
    RatisLogOptions options =
        RatisLogOptions.single(directory.resolve("data")).sizes(100, 1L << 30, 4096);
    try (RatisLog log = open(new RecordingMachine(), options)) {
      for (int i = 0; i < 1_000; i++) {
        append(log, i);
      }
      await().atMost(10, TimeUnit.SECONDS).until(() -> snapshots().size() == 2);
    }
    for (Path snapshot : snapshots()) {
      flipBit(snapshot, Files.size(snapshot) - 1);
    }
    assertThatThrownBy(() -> open(new RecordingMachine(), options))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("snapshot.")
        .hasMessageContaining("checksum");
  }

  @Test
  void aSecondProcessOrLogOnTheSameDirectoryIsRefused() throws Exception {
    try (RatisLog log = open(new RecordingMachine())) {
      assertThatThrownBy(() -> open(new RecordingMachine()))
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining(directory.resolve("data").toString())
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      append(log, 1);
    }
    open(new RecordingMachine()).close();
  }

  @Test
  void aDirectoryOfSomethingElseIsRefusedAndLeftAlone() throws IOException {
    Path other = Files.createDirectories(directory.resolve("data"));
    Files.writeString(other.resolve("letter.txt"), "dear");
    assertThatThrownBy(() -> open(new RecordingMachine()))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("letter.txt");
    assertThat(other.resolve("node.properties")).doesNotExist();
  }

  @Test
  void anEntryOverTheLimitIsRefusedAndALargeOneIsNot() throws Exception {
    RecordingMachine machine = new RecordingMachine();
    try (RatisLog log = open(machine)) {
      assertThatThrownBy(() -> log.append(new byte[RatisLog.MAX_ENTRY_BYTES + 1]).get())
          .hasCauseInstanceOf(IllegalArgumentException.class);
      log.append(new byte[RatisLog.MAX_ENTRY_BYTES]).get(30, TimeUnit.SECONDS);
      append(log, 2);
    }
    RecordingMachine after = new RecordingMachine();
    open(after).close();
    assertThat(after.applied.get(0)).hasSize(RatisLog.MAX_ENTRY_BYTES);
    assertThat(after.applied.get(1)).isEqualTo(entry(2));
  }

  @Test
  void anApplyThatFailsIsReportedAsFatalAndTheAppendIsNotAcknowledged() throws Exception {
    RecordingMachine machine = new RecordingMachine();
    try (RatisLog log = open(machine)) {
      append(log, 1);
      machine.failNextApply = new IllegalStateException("a defect");
      assertThatThrownBy(() -> append(log, 2))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isNotInstanceOf(NotLeaderException.class);
      await()
          .untilAsserted(
              () ->
                  assertThat(machine.failures)
                      .hasSize(1)
                      .first()
                      .extracting(Throwable::getMessage)
                      .isEqualTo("a defect"));
    }
  }

  @Test
  void appendsAfterCloseAreRefusedAsNotAppended() throws Exception {
    RatisLog log = open(new RecordingMachine());
    log.close();
    log.close();
    assertThatThrownBy(() -> log.append(entry(1)).get())
        .hasCauseInstanceOf(NotLeaderException.class);
  }

  @Test
  void twoLogsLiveInOneProcess() throws Exception {
    RecordingMachine one = new RecordingMachine();
    RecordingMachine two = new RecordingMachine();
    try (RatisLog first = open(one, RatisLogOptions.single(directory.resolve("one")));
        RatisLog second = open(two, RatisLogOptions.single(directory.resolve("two")))) {
      append(first, 1);
      append(second, 2);
      assertThat(first.nodeId()).isNotEqualTo(second.nodeId());
      first.close();
      append(second, 3);
    }
    assertThat(one.applied).hasSize(1);
    assertThat(two.applied).hasSize(2);
    assertThat(two.failures).isEmpty();
  }

  // ---- helpers

  private static void flipBit(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[Math.toIntExact(at)] ^= 1;
    Files.write(file, bytes);
  }

  private List<Path> segments() throws IOException {
    return find("log_");
  }

  private List<Path> snapshots() throws IOException {
    return find("snapshot.");
  }

  private List<Path> find(String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> !file.toString().endsWith(".tmp"))
          .sorted(
              java.util.Comparator.comparing((Path f) -> f.toString().length())
                  .thenComparing(Path::toString))
          .toList();
    }
  }
}
