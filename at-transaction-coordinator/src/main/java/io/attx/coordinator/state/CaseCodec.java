package io.attx.coordinator.state;

import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import io.attx.protocol.ShownValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Dirty rows, decisions about them and the audit trail as bytes. */
final class CaseCodec {
  private CaseCodec() {}

  private static <T> void writeList(ByteWriter out, List<T> list, BiConsumer<ByteWriter, T> one) {
    out.writeVarLong(list.size());
    list.forEach(each -> one.accept(out, each));
  }

  private static <T> List<T> readList(ByteReader in, Function<ByteReader, T> one) {
    int count = in.readCount();
    List<T> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(one.apply(in));
    }
    return list;
  }

  // ---- dirty rows ----

  static void writeCases(ByteWriter out, DirtyCases cases) {
    writeList(out, cases.cases(), CaseCodec::writeCase);
    out.writeVarLong(cases.leftOut());
  }

  static DirtyCases readCases(ByteReader in) {
    return new DirtyCases(readList(in, CaseCodec::readCase), Math.toIntExact(in.readVarLong()));
  }

  private static void writeCase(ByteWriter out, DirtyCase row) {
    out.writeString(row.table());
    out.writeString(row.key());
    out.writeString(row.row());
    out.writeString(row.kind());
    out.writeString(row.policy());
    writeList(out, row.columns(), CaseCodec::writeColumn);
    out.writeVarLong(row.columnsLeftOut());
    out.writeString(row.now());
  }

  private static DirtyCase readCase(ByteReader in) {
    return new DirtyCase(
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        readList(in, CaseCodec::readColumn),
        Math.toIntExact(in.readVarLong()),
        in.readString());
  }

  private static void writeColumn(ByteWriter out, DirtyColumn column) {
    out.writeString(column.name());
    out.writeString(column.type());
    writeValue(out, column.before());
    writeValue(out, column.after());
    writeValue(out, column.now());
    out.writeBoolean(column.changedByBranch());
    out.writeBoolean(column.changedByOthers());
  }

  private static DirtyColumn readColumn(ByteReader in) {
    return new DirtyColumn(
        in.readString(),
        in.readString(),
        readValue(in),
        readValue(in),
        readValue(in),
        in.readBoolean(),
        in.readBoolean());
  }

  private static void writeValue(ByteWriter out, ShownValue value) {
    switch (value.kind()) {
      case ABSENT -> out.writeByte(1);
      case NULL -> out.writeByte(2);
      case TEXT -> {
        out.writeByte(value.isAbbreviated() ? 4 : 3);
        out.writeString(value.text());
        if (value.isAbbreviated()) {
          out.writeVarLong(value.length());
          out.writeString(value.sha256());
        }
      }
    }
  }

  private static ShownValue readValue(ByteReader in) {
    int code = in.readByte();
    return switch (code) {
      case 1 -> ShownValue.ABSENT;
      case 2 -> ShownValue.NULL;
      case 3 -> {
        String text = in.readString();
        yield new ShownValue(ShownValue.Kind.TEXT, text, text.length(), "");
      }
      case 4 ->
          new ShownValue(ShownValue.Kind.TEXT, in.readString(), in.readVarLong(), in.readString());
      default -> throw new CorruptLogException("unknown kind of value " + code);
    };
  }

  // ---- decisions ----

  static void writeAction(ByteWriter out, @Nullable ResolveAction action) {
    out.writeByte(action == null ? 0 : code(action));
  }

  private static int code(ResolveAction action) {
    return switch (action) {
      case RESTORE -> 1;
      case KEEP -> 2;
      case MERGE -> 3;
      case VALUES -> 4;
      case RETRY -> 5;
    };
  }

  static @Nullable ResolveAction readAction(ByteReader in) {
    int code = in.readByte();
    return switch (code) {
      case 0 -> null;
      case 1 -> ResolveAction.RESTORE;
      case 2 -> ResolveAction.KEEP;
      case 3 -> ResolveAction.MERGE;
      case 4 -> ResolveAction.VALUES;
      case 5 -> ResolveAction.RETRY;
      default -> throw new CorruptLogException("unknown action " + code);
    };
  }

  private static ResolveAction readRowAction(ByteReader in) {
    ResolveAction action = readAction(in);
    if (action == null) {
      throw new CorruptLogException("a row without an action");
    }
    return action;
  }

  static void writeDecisions(ByteWriter out, List<RowDecision> rows) {
    writeList(
        out,
        rows,
        (to, row) -> {
          to.writeString(row.row());
          writeAction(to, row.action());
          to.writeString(row.expectedNow());
          writeTexts(to, row.values());
        });
  }

  static List<RowDecision> readDecisions(ByteReader in) {
    return readList(
        in,
        from ->
            new RowDecision(
                from.readString(), readRowAction(from), from.readString(), readTexts(from)));
  }

  private static void writeTexts(ByteWriter out, List<RowDecision.ColumnText> values) {
    writeList(
        out,
        values,
        (to, value) -> {
          to.writeString(value.column());
          String text = value.text();
          to.writeBoolean(text != null);
          if (text != null) {
            to.writeString(text);
          }
        });
  }

  private static List<RowDecision.ColumnText> readTexts(ByteReader in) {
    return readList(
        in,
        from ->
            new RowDecision.ColumnText(
                from.readString(), from.readBoolean() ? from.readString() : null));
  }

  // ---- quarantine ----

  static void writeQuarantine(ByteWriter out, Quarantine quarantine) {
    out.writeVarLong(quarantine.report());
    out.writeVarLong(quarantine.sinceMillis());
    writeCases(out, quarantine.cases());
    writeDecisions(out, quarantine.decided());
    Resolution running = quarantine.running();
    out.writeBoolean(running != null);
    if (running != null) {
      out.writeVarLong(running.number());
      writeDecisions(out, running.rows());
      writeAction(out, running.others());
      out.writeString(running.operator());
      out.writeString(running.reason());
    }
  }

  static Quarantine readQuarantine(ByteReader in) {
    return new Quarantine(
        Math.toIntExact(in.readVarLong()),
        in.readVarLong(),
        readCases(in),
        readDecisions(in),
        in.readBoolean() ? readResolution(in) : null);
  }

  private static Resolution readResolution(ByteReader in) {
    return new Resolution(
        in.readVarLong(), readDecisions(in), readAction(in), in.readString(), in.readString());
  }

  // ---- audit trail ----

  static void writeTrail(ByteWriter out, AuditTrail trail) {
    out.writeVarLong(trail.next());
    out.writeString(trail.digest());
    out.writeVarLong(trail.size());
    trail.kept().forEach(entry -> writeAudit(out, entry));
  }

  static void readTrail(ByteReader in, AuditTrail trail) {
    long next = in.readVarLong();
    String digest = in.readString();
    trail.restore(next, digest, readList(in, CaseCodec::readAudit));
  }

  static void writeAudit(ByteWriter out, AuditEntry entry) {
    out.writeVarLong(entry.number());
    out.writeVarLong(entry.atMillis());
    out.writeByte(
        switch (entry.event()) {
          case ROLLBACK -> 1;
          case DECISION -> 2;
          case END -> 3;
        });
    out.writeString(entry.operator());
    out.writeString(entry.reason());
    ValueCodec.writeXid(out, entry.xid());
    var branch = entry.branch();
    out.writeBoolean(branch != null);
    if (branch != null) {
      ValueCodec.writeBranchId(out, branch);
    }
    out.writeVarLong(entry.resolution());
    writeList(
        out,
        entry.rows(),
        (to, row) -> {
          to.writeString(row.row());
          to.writeString(row.table());
          to.writeString(row.key());
          writeAction(to, row.action());
          to.writeString(row.seen());
          writeTexts(to, row.values());
        });
    writeAction(out, entry.others());
    out.writeString(entry.outcome());
    out.writeString(entry.digest());
  }

  private static AuditEntry readAudit(ByteReader in) {
    return new AuditEntry(
        in.readVarLong(),
        in.readVarLong(),
        readEvent(in),
        in.readString(),
        in.readString(),
        ValueCodec.readXid(in),
        in.readBoolean() ? ValueCodec.readBranchId(in) : null,
        in.readVarLong(),
        readList(
            in,
            from ->
                new AuditEntry.Row(
                    from.readString(),
                    from.readString(),
                    from.readString(),
                    readRowAction(from),
                    from.readString(),
                    readTexts(from))),
        readAction(in),
        in.readString(),
        in.readString());
  }

  private static AuditEntry.Event readEvent(ByteReader in) {
    int code = in.readByte();
    return switch (code) {
      case 1 -> AuditEntry.Event.ROLLBACK;
      case 2 -> AuditEntry.Event.DECISION;
      case 3 -> AuditEntry.Event.END;
      default -> throw new CorruptLogException("unknown event " + code);
    };
  }
}
