package io.attx.coordinator.log;

import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** An entry on its way into the log, which remembers whether it may have got there. */
final class PendingAppend implements Message {
  private final ByteString content;
  private volatile boolean started;

  PendingAppend(byte[] wrappedEntry) {
    this.content = UnsafeByteOperations.unsafeWrap(wrappedEntry);
  }

  /** From here on it may be appended, whatever the answer. */
  void start() {
    started = true;
  }

  boolean mayBeAppended() {
    return started;
  }

  @Override
  public ByteString getContent() {
    return content;
  }
}
