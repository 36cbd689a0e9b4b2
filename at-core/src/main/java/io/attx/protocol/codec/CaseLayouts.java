package io.attx.protocol.codec;

import io.attx.BranchRef;
import io.attx.ResourceId;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.Limits;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.RowDecision;
import io.attx.protocol.ShownValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The layouts of dirty rows and of what a person decides about them. */
final class CaseLayouts {
  private static final int MIN_CASE = 7;
  private static final int MIN_COLUMN = 7;
  private static final int MIN_DECISION = 4;
  private static final int MIN_TEXT = 2;
  private static final ShownValue.Kind[] KINDS = ShownValue.Kind.values();
  private static final ResolveAction[] ACTIONS = ResolveAction.values();
  private static final FetchValue.Image[] IMAGES = FetchValue.Image.values();

  private CaseLayouts() {}

  static void cases(WireWriter out, DirtyCases m) {
    out.list(m.cases(), CaseLayouts::dirtyCase);
    out.varLong(m.leftOut());
  }

  static DirtyCases cases(WireReader in) {
    return new DirtyCases(in.list(MIN_CASE, Limits.MAX_CASES, CaseLayouts::dirtyCase), in.varInt());
  }

  private static void dirtyCase(WireWriter out, DirtyCase m) {
    out.string(m.table());
    out.string(m.key());
    out.string(m.row());
    out.string(m.kind());
    out.string(m.policy());
    out.list(m.columns(), CaseLayouts::column);
    out.varLong(m.columnsLeftOut());
    out.string(m.now());
  }

  private static DirtyCase dirtyCase(WireReader in) {
    return new DirtyCase(
        in.string(),
        in.string(),
        in.string(),
        in.string(),
        in.string(),
        in.list(MIN_COLUMN, Limits.MAX_CASE_COLUMNS, CaseLayouts::column),
        in.varInt(),
        in.string());
  }

  private static void column(WireWriter out, DirtyColumn m) {
    out.string(m.name());
    out.string(m.type());
    shown(out, m.before());
    shown(out, m.after());
    shown(out, m.now());
    out.bool(m.changedByBranch());
    out.bool(m.changedByOthers());
  }

  private static DirtyColumn column(WireReader in) {
    return new DirtyColumn(
        in.string(), in.string(), shown(in), shown(in), shown(in), in.bool(), in.bool());
  }

  /** The kind; for a text the text, whether it is abbreviated, and then length and digest. */
  private static void shown(WireWriter out, ShownValue m) {
    out.constant(m.kind());
    if (m.kind() == ShownValue.Kind.TEXT) {
      out.string(m.text());
      out.bool(m.isAbbreviated());
      if (m.isAbbreviated()) {
        out.varLong(m.length());
        out.string(m.sha256());
      }
    }
  }

  private static ShownValue shown(WireReader in) {
    return switch (in.constant(KINDS)) {
      case ABSENT -> ShownValue.ABSENT;
      case NULL -> ShownValue.NULL;
      case TEXT -> {
        String text = in.string();
        boolean abbreviated = in.bool();
        yield abbreviated
            ? new ShownValue(ShownValue.Kind.TEXT, text, in.varLong(), in.string())
            : new ShownValue(ShownValue.Kind.TEXT, text, text.length(), "");
      }
    };
  }

  static void resolve(WireWriter out, ResolveBranch m) {
    out.varLong(m.resolution());
    out.branchRef(m.ref());
    out.resource(m.resource());
    out.bool(m.locallyCommitted());
    out.string(m.dirtyPolicy());
    out.list(m.rows(), CaseLayouts::decision);
    ResolveAction others = m.others();
    out.bool(others != null);
    if (others != null) {
      out.constant(others);
    }
    out.text(m.operator());
    out.text(m.reason());
  }

  static ResolveBranch resolve(WireReader in) {
    long resolution = in.varLong();
    BranchRef ref = in.branchRef();
    ResourceId resource = in.resource();
    boolean committed = in.bool();
    String policy = in.string();
    List<RowDecision> rows = in.list(MIN_DECISION, Limits.MAX_CASES, CaseLayouts::decision);
    @Nullable ResolveAction others = in.bool() ? in.constant(ACTIONS) : null;
    return new ResolveBranch(
        resolution, ref, resource, committed, policy, rows, others, in.string(), in.string());
  }

  private static void decision(WireWriter out, RowDecision m) {
    out.string(m.row());
    out.constant(m.action());
    out.string(m.expectedNow());
    out.list(
        m.values(),
        (to, value) -> {
          to.string(value.column());
          String text = value.text();
          to.bool(text != null);
          if (text != null) {
            to.value(text);
          }
        });
  }

  private static RowDecision decision(WireReader in) {
    return new RowDecision(
        in.string(),
        in.constant(ACTIONS),
        in.string(),
        in.list(
            MIN_TEXT,
            Limits.MAX_CASE_COLUMNS,
            from -> new RowDecision.ColumnText(from.string(), from.bool() ? from.value() : null)));
  }

  static void fetch(WireWriter out, FetchValue m) {
    out.varLong(m.call());
    out.branchRef(m.ref());
    out.resource(m.resource());
    out.string(m.row());
    out.string(m.column());
    out.constant(m.image());
    out.varLong(m.offset());
  }

  static FetchValue fetch(WireReader in) {
    return new FetchValue(
        in.varLong(),
        in.branchRef(),
        in.resource(),
        in.string(),
        in.string(),
        in.constant(IMAGES),
        in.varLong());
  }

  static void fetched(WireWriter out, FetchedValue m) {
    out.varLong(m.call());
    out.constant(m.kind());
    out.value(m.text());
    out.varLong(m.length());
    out.text(m.problem());
  }

  static FetchedValue fetched(WireReader in) {
    return new FetchedValue(
        in.varLong(), in.constant(KINDS), in.value(), in.varLong(), in.string());
  }
}
