package io.attx.protocol.codec;

import io.attx.GlobalStatus;
import io.attx.protocol.AskLocalEnds;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.FetchValue;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.TransactionDecided;
import java.util.List;

/** The layouts of the pushes, numbers 64 to 95. */
final class PushLayouts {
  private static final int MIN_COMMAND = RequestLayouts.MIN_REF + 5;
  private static final GlobalStatus[] STATUSES = GlobalStatus.values();
  private static final BranchCommand.Action[] ACTIONS = BranchCommand.Action.values();

  static final List<MessageType<?>> ALL =
      List.of(
          new MessageType<>(
              64,
              PhaseTwo.class,
              (out, m) -> out.list(m.commands(), PushLayouts::command),
              in -> new PhaseTwo(in.list(MIN_COMMAND, PushLayouts::command))),
          new MessageType<>(
              65,
              AskLocalEnds.class,
              (out, m) -> out.list(m.branches(), WireWriter::branchRef),
              in -> new AskLocalEnds(in.list(RequestLayouts.MIN_REF, WireReader::branchRef))),
          new MessageType<>(
              66,
              TransactionDecided.class,
              (out, m) -> {
                out.xid(m.xid());
                out.constant(m.status());
              },
              in -> new TransactionDecided(in.xid(), in.constant(STATUSES))),
          new MessageType<>(67, ResolveBranch.class, CaseLayouts::resolve, CaseLayouts::resolve),
          new MessageType<>(68, FetchValue.class, CaseLayouts::fetch, CaseLayouts::fetch));

  private PushLayouts() {}

  private static void command(WireWriter out, BranchCommand m) {
    out.branchRef(m.ref());
    out.resource(m.resource());
    out.constant(m.action());
    out.bool(m.locallyCommitted());
    out.string(m.dirtyPolicy());
  }

  private static BranchCommand command(WireReader in) {
    return new BranchCommand(
        in.branchRef(), in.resource(), in.constant(ACTIONS), in.bool(), in.string());
  }
}
