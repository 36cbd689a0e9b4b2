package io.attx.datasource.dialect;

import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How values of one database are read and bound bit for bit (see the type table of the rules). */
public interface ImageDialect {
  /**
   * Whether values of this column can be imaged exactly; otherwise why not.
   *
   * @return empty when they can
   */
  String unsupportedReason(ColumnMetadata column);

  /**
   * Like {@link #unsupportedReason} for a column that identifies rows: it must also be found by.
   */
  default String unsupportedKeyReason(ColumnMetadata column) {
    return unsupportedReason(column);
  }

  /** The column as images keep it; a KEY carries what its comparison needs. */
  default UndoColumn undoColumn(ColumnMetadata column, UndoColumn.Role role) {
    return new UndoColumn(column.name(), column.typeName(), role);
  }

  /**
   * Why a value that was read can be compared but not restored bit for bit, or null when it can. A
   * before image with such a value refuses the statement.
   */
  default @Nullable String unrestorableReason(ColumnValue value, UndoColumn column) {
    return null;
  }

  /** The select-list expression that reads the column exactly, whatever the session's settings. */
  String readExpression(String quotedColumn, UndoColumn column);

  /** Reads what {@link #readExpression} selected. */
  ColumnValue read(ResultSet row, int index, UndoColumn column) throws SQLException;

  /**
   * Whether two values that were read are the same, perhaps in two spellings (the scale of a
   * decimal, white space in JSON that is kept as text, padding that depends on the session).
   */
  default boolean isSame(ColumnValue one, ColumnValue other, UndoColumn column) {
    return one.equals(other);
  }

  /** A value as a person reads it; bytes that are no text in hexadecimal digits behind 0x. */
  default String shown(ColumnValue value, UndoColumn column) {
    return ShownText.of(value);
  }

  /**
   * The value that a person wrote; what {@link #shown} gave is read back as the same value.
   *
   * @throws IllegalArgumentException when the text cannot stand for a value of the column
   */
  default ColumnValue written(String text, ColumnMetadata column) {
    return new ColumnValue.Text(text);
  }

  /** The expression with one placeholder that stands for a value of the column. */
  String bindExpression(UndoColumn column);

  /** Binds a value for {@link #bindExpression}. */
  void bind(PreparedStatement statement, int index, ColumnValue value, UndoColumn column)
      throws SQLException;

  /**
   * The select-list expression whose text is equal whenever the database holds two values of this
   * key column to be equal (collation weights, trimmed scale); null where equality is unknown, so
   * that the whole table gets one lock. When it is the {@link #readExpression} itself, the value
   * read is used; any other is read as a string and goes through {@link #normalizeEquality}.
   */
  @Nullable String equalityExpression(String quotedColumn, ColumnMetadata column);

  /** Maps texts of {@link #equalityExpression} that stand for equal values to one. */
  default String normalizeEquality(String text, ColumnMetadata column) {
    return text;
  }

  /**
   * The expression of a child's column that is compared with a column of its parent, in the
   * parent's type where equality texts of the two types would differ.
   */
  default String asParent(String quotedColumn, ColumnMetadata child, ColumnMetadata parent) {
    return child.typeName().equals(parent.typeName())
        ? quotedColumn
        : "CAST(" + quotedColumn + " AS " + parent.typeName() + ")";
  }

  /**
   * The select-list expression whose text starts {@link
   * io.attx.datasource.metadata.TableMetadata#identity()}, or null where the database has none.
   *
   * @param qualifier the table's name or alias and a dot; or empty
   * @param partitioned whether the rows of the table are those of its partitions
   * @param identity the identity whose columns must be the same too; empty for the table alone
   */
  default @Nullable String identityExpression(
      String qualifier, boolean partitioned, String identity) {
    return null;
  }

  /**
   * Whether {@link #read} understands the plain column too, as the driver reports it among the
   * generated keys.
   */
  default boolean readsPlainColumn(ColumnMetadata column) {
    return true;
  }

  /** Whether values of the column can be so large that they are read only where they are needed. */
  default boolean isLarge(ColumnMetadata column) {
    return false;
  }

  /** What statements of this database can return. */
  ImageSupport support();

  /**
   * What the column holds once the expression was assigned to it, where a comparison of the column
   * with the expression itself would be about something else (padding, bits).
   */
  default String asStored(String expression, ColumnMetadata column) {
    return expression;
  }

  /** Whether {@code (a, b) IN ((?, ?), …)} uses an index; otherwise the OR form is sent. */
  default boolean findsRowValuesByIndex() {
    return false;
  }

  /**
   * Whether a row that is locked by {@link #lockClause} takes no new references until the
   * transaction ends, so that the children found behind the lock are all there will be.
   */
  default boolean lockKeepsChildrenOut() {
    return true;
  }

  /**
   * What makes a query in brackets, appended inside them, read what is committed now even where the
   * transaction has an older snapshot, as the same query does inside a change; empty where a
   * repeated query reads the same anyway.
   */
  default String currentRead() {
    return "";
  }

  /**
   * An expression in whose middle a value stands that a statement assigns to a key column: what the
   * column will hold, as {@link #readExpression} gives it. Null where that cannot be told before.
   */
  default @Nullable KeyPrediction keyPrediction(ColumnMetadata column) {
    return null;
  }

  /**
   * Text around a value.
   *
   * @param before what stands before it
   * @param behind what stands behind it
   */
  record KeyPrediction(String before, String behind) {}

  /** What ends a locking read, for example {@code FOR UPDATE}. */
  String lockClause();
}
