package io.attx.coordinator.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the log segments before Ratis opens them. The last write before a crash may be there in
 * part; such a torn tail of the open segment was never acknowledged, is cut off, and that is
 * logged. Anything else that is not as it should be is a loss that nothing may paper over: it
 * refuses.
 *
 * <p>A tail counts as torn only if the damaged entry is missing in part, at the end of the file or
 * in a sector of zeros, and no entry that is still readable says that it had been durable.
 */
final class SegmentCheck {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentCheck.class);
  private static final Pattern CLOSED = Pattern.compile("log_(\\d{1,18})-(\\d{1,18})");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d{1,18})");

  private long durable = -1;
  private long first = -1;
  private long next = -1;

  private SegmentCheck() {}

  /** The indexes that a log has; both -1 when it is empty. */
  record Range(long first, long last) {}

  private record Segment(Path path, long start, long end) {
    boolean isOpen() {
      return end < 0;
    }
  }

  /**
   * Checks, and repairs a torn tail.
   *
   * @throws DataDirectoryException when something is damaged; it names the file
   */
  static Range run(Path directory) throws IOException {
    SegmentCheck check = new SegmentCheck();
    List<Segment> segments = segments(directory);
    for (int i = 0; i < segments.size(); i++) {
      check.segment(segments.get(i), i == segments.size() - 1);
    }
    return check.first < 0 || check.next == check.first
        ? new Range(-1, -1)
        : new Range(check.first, check.next - 1);
  }

  private static List<Segment> segments(Path directory) throws IOException {
    List<Segment> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        Matcher closed = CLOSED.matcher(name);
        Matcher open = OPEN.matcher(name);
        if (closed.matches()) {
          long end = Long.parseLong(closed.group(2));
          found.add(new Segment(file, Long.parseLong(closed.group(1)), end));
        } else if (open.matches()) {
          found.add(new Segment(file, Long.parseLong(open.group(1)), -1));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    found.sort(Comparator.comparingLong(Segment::start));
    return found;
  }

  private void segment(Segment segment, boolean last) throws IOException {
    if (first < 0) {
      first = segment.start();
      next = first;
    }
    if (segment.start() != next) {
      throw damaged(
          segment, "it starts at index " + segment.start() + " but " + next + " is the next one");
    }
    if (segment.isOpen() && !last) {
      throw damaged(segment, "it is open but others follow it");
    }
    SegmentFile file = SegmentFile.read(segment.path());
    int end = file.hasHeader() ? readFrames(segment, file) : 0;
    if (end == 0 && !(segment.isOpen() && file.isBlank(0))) {
      throw damaged(segment, "its header is wrong");
    }
    if (segment.isOpen()) {
      if (!file.isBlank(end)) {
        cutTornTail(segment, file, end);
      }
    } else if (!file.isBlank(end)) {
      throw damaged(segment, "its entry " + next + " at byte " + end + " is unreadable");
    } else if (next != segment.end() + 1) {
      throw damaged(segment, "it ends at index " + (next - 1) + " instead of " + segment.end());
    }
  }

  /** Reads all whole frames; returns where the first one that is not whole would start. */
  private int readFrames(Segment segment, SegmentFile file) {
    int at = SegmentFile.HEADER_BYTES;
    for (SegmentFile.Frame frame = file.frameAt(at); frame != null; frame = file.frameAt(at)) {
      if (frame.entry().getIndex() != next) {
        throw damaged(
            segment, "index " + frame.entry().getIndex() + " stands where " + next + " should be");
      }
      durable = Math.max(durable, frame.durableIndex());
      next++;
      at = frame.end();
    }
    return at;
  }

  private void cutTornTail(Segment segment, SegmentFile file, int end) throws IOException {
    long known = durable;
    long index = next;
    for (SegmentFile.Frame later = file.nextFrame(end + 1, index);
        later != null;
        later = file.nextFrame(later.end(), later.entry().getIndex())) {
      known = Math.max(known, later.durableIndex());
    }
    if (known >= index) {
      throw damaged(
          segment,
          "its entry " + index + " at byte " + end + " is unreadable, and it was acknowledged");
    }
    if (!file.isTorn(end)) {
      throw damaged(
          segment,
          "its entry "
              + index
              + " at byte "
              + end
              + " is there in full but its checksum is wrong, so it was not cut off by a crash");
    }
    DurableFiles.truncate(segment.path(), end);
    LOG.warn(
        "The log segment {} ended in an incomplete write (a crash or power loss): its entry {},"
            + " which was never acknowledged, was cut off at byte {} of {}",
        segment.path(),
        index,
        end,
        file.length());
  }

  private static DataDirectoryException damaged(Segment segment, String how) {
    return new DataDirectoryException(
        "The log segment "
            + segment.path()
            + " is damaged: "
            + how
            + ". Nothing was changed. Acknowledged decisions may be in there: restore the data"
            + " directory from a backup or let another node of the cluster provide it, and check"
            + " the disk.");
  }
}
