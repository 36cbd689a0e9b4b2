package io.attx.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchId;
import io.attx.BranchType;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.protocol.Done;
import io.attx.protocol.Limits;
import io.attx.protocol.Message;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.codec.FrameCodec;
import io.attx.protocol.codec.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many writes a burst of messages costs. */
class OutboundQueueTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final OutboundQueue queue = new OutboundQueue(channel);
  private final List<Exception> failures = new ArrayList<>();

  private Outgoing outgoing(long id, Message message) {
    return new Outgoing() {
      @Override
      public Message message() {
        return message;
      }

      @Override
      public long beforeEncoding() {
        return id;
      }

      @Override
      public void failed(Exception reason) {
        failures.add(reason);
      }
    };
  }

  private List<Long> idsSent() {
    List<Long> ids = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      while (out.isReadable()) {
        ids.add(FrameCodec.read(out, Limits.MAX_FRAME_BYTES).requestId());
      }
      out.release();
    }
    return ids;
  }

  @Test
  void messagesThatWaitTogetherLeaveInOneBufferInTheirOrder() {
    for (int i = 1; i <= 100; i++) {
      queue.offer(outgoing(i, new Done(i)));
    }
    assertThat(channel.outboundMessages()).isEmpty();

    channel.runPendingTasks();

    assertThat(channel.outboundMessages()).hasSize(1);
    assertThat(idsSent()).hasSize(100).isSorted();
  }

  @Test
  void aLongBurstIsSentInSeveralRunsWithoutLosingOne() {
    for (int i = 1; i <= 10_000; i++) {
      queue.offer(outgoing(i, new Done(i)));
    }
    channel.runPendingTasks();

    assertThat(channel.outboundMessages().size()).isLessThan(50);
    assertThat(idsSent()).hasSize(10_000).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aMessageThatIsTooLargeFailsAloneAndTheOthersLeave() {
    RowLockKey key = RowLockKey.ofBytes(new byte[1_000]);
    RegisterBranch huge =
        new RegisterBranch(
            new Xid(1, 1, 1),
            null,
            new BranchId(1, 1),
            BranchType.AT,
            new ResourceId("r"),
            Collections.nCopies(20_000, new LockRequest(key, LockMode.UPDATE)),
            0,
            false);
    queue.offer(outgoing(1, new Done(1)));
    queue.offer(outgoing(2, huge));
    queue.offer(outgoing(3, new Done(3)));
    channel.runPendingTasks();

    assertThat(idsSent()).containsExactly(1L, 3L);
    assertThat(failures).singleElement().isInstanceOf(ProtocolException.class);
  }

  @Test
  void messagesForAClosedConnectionFail() {
    channel.close();
    queue.offer(outgoing(1, new Done(1)));
    channel.runPendingTasks();

    assertThat(failures).singleElement().isInstanceOf(ClosedChannelException.class);
  }
}
