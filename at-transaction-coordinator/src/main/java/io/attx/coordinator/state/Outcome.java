package io.attx.coordinator.state;

import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.protocol.RefusalCode;
import org.jspecify.annotations.Nullable;

/** What came of a command. A refusal changed nothing. */
public sealed interface Outcome {
  /** It was carried out, or had been before. */
  Outcome DONE = new Done();

  /** Nothing more to say. */
  record Done() implements Outcome {}

  /** The session is open. */
  record SessionOpened(long number) implements Outcome {}

  /** The branch is registered and holds its locks until the deadline, in log time. */
  record Granted(long deadline) implements Outcome {}

  /** The transaction is now in this state. */
  record Status(GlobalStatus status, String reason, int quarantined) implements Outcome {}

  /** A decision about dirty rows is complete and is being carried out. */
  record Resolving(long number) implements Outcome {}

  /** A decision about dirty rows is noted; so many rows of the branch have none yet. */
  record Recorded(int open) implements Outcome {}

  /** A decision about dirty rows was not taken. */
  record NotResolved(Why why, String message) implements Outcome {
    /** Why not. */
    public enum Why {
      /** No such branch in quarantine, or no such row. */
      NOT_FOUND,
      /** The person saw something else than what there is now. */
      CHANGED_SINCE,
      /** It says nothing, or what does not fit. */
      INVALID
    }
  }

  /** It was refused. */
  record Refusal(RefusalCode code, String message, @Nullable Xid holder) implements Outcome {}
}
