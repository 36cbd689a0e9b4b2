package io.attx.datasource.image;

import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TriggerMetadata;
import io.attx.datasource.metadata.TriggerMetadata.Event;
import java.util.HashSet;
import java.util.Set;

/**
 * Which triggers a statement may fire, and its undo after it. Undo goes through the same triggers:
 * it is exact only where they do nothing.
 */
final class TriggerRules {
  private static final String REMEDY =
      "drop the trigger and do its work in the application, or change the table outside of the"
          + " global transaction. What a trigger writes into other tables can be left unprotected"
          + " by the option tablesWithUnprotectedTriggers.";

  private final Execution execution;
  private final TableMetadata table;

  TriggerRules(Execution execution, TableMetadata table) {
    this.execution = execution;
    this.table = table;
  }

  /** Refuses all but triggers that do nothing: for statements of several kinds at once. */
  void refuseUnlessHarmless() throws StatementRefusedException {
    for (TriggerMetadata trigger : table.triggers()) {
      requireHarmless(trigger, "this statement can insert, change and delete");
    }
  }

  /** Undone by DELETE. */
  void insert() throws StatementRefusedException {
    for (TriggerMetadata trigger : table.triggers()) {
      if (trigger.events().contains(Event.INSERT)) {
        refuseWriting(trigger);
        if (!execution.dialect().images().support().insertReturns()) {
          refuseKey(trigger);
        }
      }
      requireHarmlessIn(Event.DELETE, trigger, "undo deletes the row");
    }
  }

  /** Undone by INSERT. */
  void delete() throws StatementRefusedException {
    for (TriggerMetadata trigger : table.triggers()) {
      if (trigger.events().contains(Event.DELETE)) {
        refuseWriting(trigger);
      }
      requireHarmlessIn(Event.INSERT, trigger, "undo inserts the row again");
    }
  }

  /** Undone by UPDATE, or by DELETE and INSERT where a trigger would change what is restored. */
  void update() throws StatementRefusedException {
    boolean inTheWay = false;
    for (TriggerMetadata trigger : table.triggers()) {
      if (trigger.events().contains(Event.UPDATE)) {
        refuseWriting(trigger);
        refuseKey(trigger);
        inTheWay |= !trigger.isHarmless();
      }
    }
    if (!inTheWay) {
      return;
    }
    for (TriggerMetadata trigger : table.triggers()) {
      requireHarmlessIn(Event.INSERT, trigger, "undo deletes the row and inserts it again");
      requireHarmlessIn(Event.DELETE, trigger, "undo deletes the row and inserts it again");
    }
    if (!table.children().isEmpty()
        && !execution.dialect().compensation().canSwitchForeignKeyChecks()) {
      throw execution.refused(
          "a trigger changes rows of "
              + table.name()
              + " by itself, so that undo must delete and insert them, and rows of "
              + table.children().get(0).child()
              + " refer to them.",
          REMEDY);
    }
  }

  /** The columns that an update can change with its triggers. */
  Set<String> changeable(Set<String> assigned) {
    Set<String> changeable = new HashSet<>(ImagePlanner.changeable(table, assigned));
    for (TriggerMetadata trigger : table.triggers()) {
      if (trigger.events().contains(Event.UPDATE) && trigger.changesRow()) {
        table.columns().stream()
            .filter(column -> !table.key().contains(column))
            .forEach(column -> changeable.add(column.name()));
      }
    }
    return changeable;
  }

  private void refuseWriting(TriggerMetadata trigger) throws StatementRefusedException {
    if (trigger.writes() != null) {
      throw execution.refused(
          "trigger "
              + trigger.name()
              + " of "
              + table.name()
              + " may change other rows, which are not recorded: "
              + trigger.writes()
              + ".",
          REMEDY);
    }
  }

  /** A row whose key a trigger changed would not be found again. */
  private void refuseKey(TriggerMetadata trigger) throws StatementRefusedException {
    for (ColumnMetadata column : table.key()) {
      if (trigger.changesRow() && trigger.mentions(column.name())) {
        throw execution.refused(
            "trigger "
                + trigger.name()
                + " of "
                + table.name()
                + " may change "
                + column.name()
                + ", a column of the key.",
            REMEDY);
      }
    }
  }

  private void requireHarmlessIn(Event event, TriggerMetadata trigger, String undo)
      throws StatementRefusedException {
    if (trigger.events().contains(event)) {
      requireHarmless(trigger, undo);
    }
  }

  private void requireHarmless(TriggerMetadata trigger, String because)
      throws StatementRefusedException {
    if (!trigger.isHarmless()) {
      String what =
          trigger.writes() != null
              ? "changes other rows (" + trigger.writes() + ")"
              : trigger.changesRow() ? "changes the row" : "may refuse it";
      throw execution.refused(
          because + ", and trigger " + trigger.name() + " of " + table.name() + " " + what + ".",
          REMEDY);
    }
  }
}
