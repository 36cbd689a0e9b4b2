package io.attx.protocol.codec;

import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchFates;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.Done;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.TransactionOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The layouts of the responses, numbers 32 to 63. */
final class ResponseLayouts {
  private static final GlobalStatus[] STATUSES = GlobalStatus.values();
  private static final BranchFate[] FATES = BranchFate.values();
  private static final RefusalCode[] CODES = RefusalCode.values();

  static final List<MessageType<?>> ALL =
      List.of(
          new MessageType<>(
              32,
              HelloAccepted.class,
              (out, m) -> {
                out.varLong(m.version());
                RequestLayouts.ticket(out, m.ticket());
                out.bool(m.resumed());
                out.varLong(m.heartbeatMillis());
              },
              in ->
                  new HelloAccepted(
                      in.varInt(), RequestLayouts.ticket(in), in.bool(), in.varLong())),
          new MessageType<>(
              33, Done.class, (out, m) -> out.varLong(m.position()), in -> new Done(in.varLong())),
          new MessageType<>(
              34,
              BranchGranted.class,
              (out, m) -> {
                out.varLong(m.position());
                out.varLong(m.remainingMillis());
              },
              in -> new BranchGranted(in.varLong(), in.varLong())),
          new MessageType<>(
              35,
              TransactionOutcome.class,
              (out, m) -> {
                out.constant(m.status());
                out.varLong(m.position());
                out.text(m.reason());
                out.varLong(m.quarantined());
              },
              in ->
                  new TransactionOutcome(
                      in.constant(STATUSES), in.varLong(), in.string(), in.varInt())),
          new MessageType<>(
              36,
              BranchFates.class,
              (out, m) -> out.list(m.fates(), WireWriter::constant),
              in -> new BranchFates(in.list(1, reader -> reader.constant(FATES)))),
          new MessageType<>(37, Refused.class, ResponseLayouts::refused, ResponseLayouts::refused));

  private ResponseLayouts() {}

  private static void refused(WireWriter out, Refused m) {
    out.constant(m.code());
    out.text(m.message());
    Xid holder = m.holder();
    out.bool(holder != null);
    if (holder != null) {
      out.xid(holder);
    }
    String leader = m.leader();
    out.bool(leader != null);
    if (leader != null) {
      out.string(leader);
    }
  }

  private static Refused refused(WireReader in) {
    RefusalCode code = in.constant(CODES);
    String message = in.string();
    @Nullable Xid holder = in.bool() ? in.xid() : null;
    return new Refused(code, message, holder, in.bool() ? in.string() : null);
  }
}
