package io.attx.transport;

import io.attx.protocol.codec.FrameCodec;
import io.attx.protocol.codec.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What any thread wants to send on one connection. The event loop encodes all that is waiting into
 * one buffer and flushes once, so that a burst costs one system call.
 */
final class OutboundQueue {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_FRAMES_PER_RUN = 1024;

  private final Channel channel;
  private final Queue<Outgoing> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  OutboundQueue(Channel channel) {
    this.channel = channel;
  }

  /** Sends soon, in the order of the calls of one thread. Never blocks. */
  void offer(Outgoing outgoing) {
    queue.add(outgoing);
    schedule();
  }

  private void schedule() {
    if (!scheduled.compareAndSet(false, true)) {
      return;
    }
    try {
      channel.eventLoop().execute(this::drain);
    } catch (RejectedExecutionException stopped) {
      scheduled.set(false);
      failAll(stopped);
    }
  }

  /** On the event loop. */
  private void drain() {
    scheduled.set(false);
    if (!channel.isActive()) {
      failAll(new ClosedChannelException());
      return;
    }
    ByteBuf buffer = null;
    int frames = 0;
    for (Outgoing next = queue.poll(); next != null; next = queue.poll()) {
      if (buffer == null) {
        buffer = channel.alloc().ioBuffer();
      }
      encode(buffer, next);
      if (buffer.readableBytes() >= BUFFER_BYTES) {
        writeOrRelease(buffer);
        buffer = null;
      }
      if (++frames == MAX_FRAMES_PER_RUN) {
        schedule();
        break;
      }
    }
    if (buffer != null) {
      writeOrRelease(buffer);
    }
    channel.flush();
  }

  private static void encode(ByteBuf buffer, Outgoing next) {
    try {
      long requestId = next.beforeEncoding();
      FrameCodec.write(buffer, requestId, next.message());
    } catch (ProtocolException tooLarge) {
      next.failed(tooLarge);
    } catch (RuntimeException bug) {
      next.failed(bug);
    }
  }

  private void writeOrRelease(ByteBuf buffer) {
    if (buffer.isReadable()) {
      // The void promise reports a failure to exceptionCaught, which closes the connection.
      var unused = channel.write(buffer, channel.voidPromise());
    } else {
      buffer.release();
    }
  }

  /** Fails all that is waiting. On the event loop, or when it is gone. */
  void failAll(Exception reason) {
    for (Outgoing next = queue.poll(); next != null; next = queue.poll()) {
      next.failed(reason);
    }
  }
}
