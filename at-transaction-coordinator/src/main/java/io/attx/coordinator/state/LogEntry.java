package io.attx.coordinator.state;

import java.util.ArrayList;
import java.util.List;

/**
 * One entry of the log: commands that became durable together. Bytes: version, proposer (8),
 * sequence, log time, then commands until the end. An entry without commands lets log time pass.
 *
 * @param proposer the node and term of office that wrote it, so that a leader knows its own
 * @param sequence the proposer's counter
 * @param logTimeMillis log time of all commands
 * @param commands in the order in which they are applied
 */
public record LogEntry(long proposer, long sequence, long logTimeMillis, List<Command> commands) {
  /** The format that is written. */
  static final int VERSION = 1;

  /** Copies the list. */
  public LogEntry {
    commands = List.copyOf(commands);
  }

  /** Reads an entry. */
  public static LogEntry decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Header header = readHeader(in);
    List<Command> commands = new ArrayList<>();
    try {
      while (in.hasMore()) {
        commands.add(CommandCodec.read(in));
      }
    } catch (IllegalArgumentException | ArithmeticException outOfRange) {
      throw new CorruptLogException("a value out of range: " + outOfRange.getMessage());
    }
    return new LogEntry(header.proposer(), header.sequence(), header.logTimeMillis(), commands);
  }

  /** Reads only what stands before the commands. */
  public static Header decodeHeader(byte[] bytes) {
    return readHeader(new ByteReader(bytes));
  }

  private static Header readHeader(ByteReader in) {
    int version = in.readByte();
    if (version != VERSION) {
      throw new CorruptLogException(
          "log entry of format " + version + "; this version reads " + VERSION);
    }
    return new Header(in.readLong(), in.readVarLong(), in.readVarLong());
  }

  /** What stands before the commands. */
  public record Header(long proposer, long sequence, long logTimeMillis) {}

  /** Gathers commands as bytes. Reusable. Not thread-safe. */
  public static final class Writer {
    private final ByteWriter header = new ByteWriter();
    private final ByteWriter body = new ByteWriter();

    /** Adds a command. */
    public void add(Command command) {
      CommandCodec.write(body, command);
    }

    /** Bytes of the commands so far. */
    public int size() {
      return body.size();
    }

    /** The finished entry; the writer is empty again. */
    public byte[] finish(long proposer, long sequence, long logTimeMillis) {
      header.clear();
      header.writeByte(VERSION);
      header.writeLong(proposer);
      header.writeVarLong(sequence);
      header.writeVarLong(logTimeMillis);
      byte[] entry = new byte[header.size() + body.size()];
      header.copyTo(entry, 0);
      body.copyTo(entry, header.size());
      body.clear();
      return entry;
    }
  }
}
