package io.attx.coordinator.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the start-up check repairs and what it refuses, on segments that Ratis wrote. */
@Timeout(60)
class SegmentCheckTest {
  private static final int ENTRY = 1_500;

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(SegmentCheck.class);

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
  }

  private Path data() {
    return directory.resolve("data");
  }

  private RatisLogOptions options(int segmentBytes) {
    return RatisLogOptions.single(data()).sizes(1_000_000, 1L << 40, segmentBytes);
  }

  /** Writes entries of random bytes; one after the other, or all at once. */
  private void write(int entries, int segmentBytes, boolean oneByOne) throws Exception {
    Random random = new Random(7);
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    try (RatisLog log = RatisLog.open(options(segmentBytes))) {
      log.start(new RecordingMachine());
      for (int i = 0; i < entries; i++) {
        byte[] entry = new byte[ENTRY];
        random.nextBytes(entry);
        CompletableFuture<Long> answer = log.append(entry);
        if (oneByOne) {
          answer.get(10, TimeUnit.SECONDS);
        }
        answers.add(answer);
      }
      for (CompletableFuture<Long> answer : answers) {
        answer.get(10, TimeUnit.SECONDS);
      }
    }
  }

  private Path open() throws IOException {
    List<Path> segments = SegmentParser.segments(data());
    Path last = segments.get(segments.size() - 1);
    assertThat(last.getFileName().toString()).startsWith("log_inprogress");
    return last;
  }

  private int replayed() {
    RecordingMachine machine = new RecordingMachine();
    try (RatisLog log = RatisLog.open(options(1 << 20))) {
      log.start(machine);
      assertThat(log.append(new byte[] {1}).join()).isPositive();
    }
    return machine.applied.size() - 1;
  }

  private void refuses(Path named, String... words) throws IOException {
    byte[] before = Files.readAllBytes(named);
    assertThatThrownBy(
            () -> {
              try (RatisLog log = RatisLog.open(options(1 << 20))) {
                log.start(new RecordingMachine());
              }
            })
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining(named.toString())
        .hasMessageContainingAll(words);
    assertThat(Files.readAllBytes(named)).isEqualTo(before);
  }

  private List<String> warnings() {
    return logged.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /** Grows the file with zeros, as the preallocation of Ratis does. */
  private static byte[] padded(byte[] file) {
    return Arrays.copyOf(file, file.length + 100_000);
  }

  private static SegmentParser.Entry last(byte[] file) {
    List<SegmentParser.Entry> entries = SegmentParser.parse(file);
    return entries.get(entries.size() - 1);
  }

  @Test
  void aTailOfZerosIsNormal() throws Exception {
    write(5, 1 << 20, true);
    Files.write(open(), padded(Files.readAllBytes(open())));
    assertThat(replayed()).isEqualTo(5);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void anEntryWithAMissingSectorAtTheEndIsCutOffAndThatIsSaid() throws Exception {
    write(5, 1 << 20, true);
    byte[] file = padded(Files.readAllBytes(open()));
    SegmentParser.Entry torn = last(file);
    Arrays.fill(file, (torn.start() / 512 + 2) * 512, file.length, (byte) 0);
    Path segment = open();
    Files.write(segment, file);
    assertThat(replayed()).isEqualTo(4);
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains(segment.toString(), "entry " + torn.index(), "byte " + torn.start());
  }

  @Test
  void anEntryWhoseFirstSectorIsMissingIsCutOff() throws Exception {
    write(5, 1 << 20, true);
    byte[] file = padded(Files.readAllBytes(open()));
    SegmentParser.Entry torn = last(file);
    Arrays.fill(file, torn.start(), (torn.start() / 512 + 1) * 512, (byte) 0);
    Files.write(open(), file);
    assertThat(replayed()).isEqualTo(4);
    assertThat(warnings()).hasSize(1);
  }

  @Test
  void aFileThatEndsAnywhereInsideTheLastEntryIsCutOff() throws Exception {
    write(5, 1 << 20, true);
    Path segment = open();
    byte[] file = Files.readAllBytes(segment);
    SegmentParser.Entry torn = last(file);
    for (int end = torn.start() + 1; end < torn.end(); end += end < torn.start() + 8 ? 1 : 37) {
      Files.write(segment, Arrays.copyOf(file, end));
      SegmentCheck.Range range = SegmentCheck.run(segment.getParent());
      assertThat(range.last()).as("cut at " + end).isEqualTo(torn.index() - 1);
      assertThat(Files.size(segment)).isEqualTo(torn.start());
    }
    assertThat(replayed()).isEqualTo(4);
  }

  @Test
  void severalEntriesOfWhichNoneWasAcknowledgedAreCutOffTogether() throws Exception {
    write(8, 1 << 20, false);
    byte[] file = padded(Files.readAllBytes(open()));
    List<SegmentParser.Entry> entries = SegmentParser.parse(file);
    SegmentParser.Entry torn = entries.get(entries.size() - 3);
    int sector = (torn.start() / 512 + 1) * 512;
    Arrays.fill(file, sector, sector + 512, (byte) 0);
    Files.write(open(), file);
    assertThat(replayed()).isEqualTo(5);
    assertThat(warnings()).hasSize(1);
  }

  @Test
  void theSameDamageToAnAcknowledgedEntryRefuses() throws Exception {
    write(8, 1 << 20, true);
    byte[] file = padded(Files.readAllBytes(open()));
    List<SegmentParser.Entry> entries = SegmentParser.parse(file);
    SegmentParser.Entry torn = entries.get(entries.size() - 3);
    int sector = (torn.start() / 512 + 1) * 512;
    Arrays.fill(file, sector, sector + 512, (byte) 0);
    Files.write(open(), file);
    refuses(open(), "entry " + torn.index(), "acknowledged");
  }

  @Test
  void aFlippedBitAnywhereInTheOpenSegmentRefusesAndNamesTheFile() throws Exception {
    write(6, 1 << 20, true);
    Path segment = open();
    byte[] file = padded(Files.readAllBytes(segment));
    int end = last(file).end();
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      byte[] damaged = file.clone();
      int bit = random.nextInt(end * 8);
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(segment, damaged);
      assertThatThrownBy(() -> SegmentCheck.run(segment.getParent()))
          .as("seed " + seed + ", bit " + bit)
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining(segment.toString());
      assertThat(Files.readAllBytes(segment)).isEqualTo(damaged);
    }
  }

  @Test
  void aFlippedBitInTheLengthOfTheLastEntryRefusesAlsoWithoutPadding() throws Exception {
    write(3, 1 << 20, true);
    Path segment = open();
    byte[] file = Files.readAllBytes(segment);
    for (int bit = 0; bit < 16; bit++) {
      byte[] damaged = file.clone();
      damaged[last(file).start() + bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(segment, damaged);
      assertThatThrownBy(() -> SegmentCheck.run(segment.getParent()))
          .as("bit " + bit)
          .isInstanceOf(DataDirectoryException.class);
    }
  }

  @Test
  void aFlippedBitInAClosedSegmentRefusesAndNamesTheFile() throws Exception {
    write(40, 16 * 1024, true);
    Path closed = SegmentParser.segments(data()).get(0);
    assertThat(closed.getFileName().toString()).matches("log_\\d+-\\d+");
    byte[] file = Files.readAllBytes(closed);
    file[file.length / 2] ^= 4;
    Files.write(closed, file);
    refuses(closed, "unreadable");
  }

  @Test
  void aMissingSegmentRefuses() throws Exception {
    write(40, 16 * 1024, true);
    List<Path> segments = SegmentParser.segments(data());
    Files.delete(segments.get(1));
    refuses(segments.get(2), "is the next one");
  }

  @Test
  void aMissingFirstSegmentRefuses() throws Exception {
    write(40, 16 * 1024, true);
    Files.delete(SegmentParser.segments(data()).get(0));
    assertThatThrownBy(this::replayed)
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("entries in between are missing");
  }

  @Test
  void anUnknownHeaderRefuses() throws Exception {
    write(3, 1 << 20, true);
    byte[] file = Files.readAllBytes(open());
    file[0] = 'X';
    Files.write(open(), file);
    refuses(open(), "header");
  }
}
