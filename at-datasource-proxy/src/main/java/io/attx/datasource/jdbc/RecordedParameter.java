package io.attx.datasource.jdbc;

import io.attx.datasource.image.BoundParameters;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One setter call of the application. Immutable as far as the values are.
 *
 * @param kind which setter
 * @param value its value
 * @param extra a calendar, a type name or an {@link SQLType}; null for most
 * @param type a type number; 0 for most
 * @param scale a scale; 0 for most
 */
record RecordedParameter(
    Kind kind, @Nullable Object value, @Nullable Object extra, int type, int scale)
    implements BoundParameters.Setter {
  private static final Set<Kind> NOT_PLAIN =
      Set.of(
          Kind.NULL,
          Kind.NULL_NAMED,
          Kind.BINARY_STREAM,
          Kind.ASCII_STREAM,
          Kind.BLOB_STREAM,
          Kind.CHARACTER_STREAM,
          Kind.N_CHARACTER_STREAM,
          Kind.CLOB_READER,
          Kind.N_CLOB_READER,
          Kind.BLOB,
          Kind.CLOB,
          Kind.N_CLOB,
          Kind.XML,
          Kind.ARRAY,
          Kind.REF,
          Kind.ROW_ID,
          Kind.SPENT_STREAM);

  /** Which setter was called. */
  enum Kind {
    NULL,
    NULL_NAMED,
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL,
    STRING,
    N_STRING,
    BYTES,
    DATE,
    DATE_IN,
    TIME,
    TIME_IN,
    TIMESTAMP,
    TIMESTAMP_IN,
    URL,
    OBJECT,
    OBJECT_TYPE,
    OBJECT_TYPE_SCALE,
    OBJECT_SQL_TYPE,
    OBJECT_SQL_TYPE_SCALE,
    ARRAY,
    REF,
    ROW_ID,
    BLOB,
    CLOB,
    N_CLOB,
    XML,
    /** A stream that was buffered as bytes. */
    BINARY_STREAM,
    ASCII_STREAM,
    BLOB_STREAM,
    /** A reader that was buffered as text. */
    CHARACTER_STREAM,
    N_CHARACTER_STREAM,
    CLOB_READER,
    N_CLOB_READER,
    /** A stream that went to the driver outside of a branch and cannot be read again. */
    SPENT_STREAM
  }

  RecordedParameter(Kind kind, @Nullable Object value) {
    this(kind, value, null, 0, 0);
  }

  RecordedParameter(Kind kind, @Nullable Object value, @Nullable Object extra) {
    this(kind, value, extra, 0, 0);
  }

  @Override
  public @Nullable Object plainValue() {
    return NOT_PLAIN.contains(kind) ? null : value;
  }

  @Override
  public void set(PreparedStatement statement, int index) throws SQLException {
    switch (kind) {
      case NULL -> statement.setNull(index, type);
      case NULL_NAMED -> statement.setNull(index, type, (String) extra);
      case BOOLEAN -> statement.setBoolean(index, as(Boolean.class));
      case BYTE -> statement.setByte(index, as(Byte.class));
      case SHORT -> statement.setShort(index, as(Short.class));
      case INT -> statement.setInt(index, as(Integer.class));
      case LONG -> statement.setLong(index, as(Long.class));
      case FLOAT -> statement.setFloat(index, as(Float.class));
      case DOUBLE -> statement.setDouble(index, as(Double.class));
      case DECIMAL -> statement.setBigDecimal(index, (BigDecimal) value);
      case STRING -> statement.setString(index, (String) value);
      case N_STRING -> statement.setNString(index, (String) value);
      case BYTES -> statement.setBytes(index, (byte[]) value);
      case URL -> statement.setURL(index, (URL) value);
      case DATE, DATE_IN, TIME, TIME_IN, TIMESTAMP, TIMESTAMP_IN -> setTemporal(statement, index);
      case OBJECT, OBJECT_TYPE, OBJECT_TYPE_SCALE, OBJECT_SQL_TYPE, OBJECT_SQL_TYPE_SCALE ->
          setObject(statement, index);
      case ARRAY -> statement.setArray(index, (Array) value);
      case REF -> statement.setRef(index, (Ref) value);
      case ROW_ID -> statement.setRowId(index, (RowId) value);
      case BLOB -> statement.setBlob(index, (Blob) value);
      case CLOB -> statement.setClob(index, (Clob) value);
      case N_CLOB -> statement.setNClob(index, (NClob) value);
      case XML -> statement.setSQLXML(index, (SQLXML) value);
      case BINARY_STREAM, ASCII_STREAM, BLOB_STREAM -> setBytesStream(statement, index);
      case CHARACTER_STREAM, N_CHARACTER_STREAM, CLOB_READER, N_CLOB_READER ->
          setReader(statement, index);
      case SPENT_STREAM ->
          throw new SQLException(
              "parameter "
                  + index
                  + " is a stream that was set outside of the global transaction and cannot be"
                  + " repeated inside. What to do: set the parameter inside, or use setBytes or"
                  + " setString.",
              "07000");
    }
  }

  private void setTemporal(PreparedStatement statement, int index) throws SQLException {
    Calendar calendar = (Calendar) extra;
    switch (kind) {
      case DATE -> statement.setDate(index, (Date) value);
      case DATE_IN -> statement.setDate(index, (Date) value, calendar);
      case TIME -> statement.setTime(index, (Time) value);
      case TIME_IN -> statement.setTime(index, (Time) value, calendar);
      case TIMESTAMP -> statement.setTimestamp(index, (Timestamp) value);
      default -> statement.setTimestamp(index, (Timestamp) value, calendar);
    }
  }

  private void setObject(PreparedStatement statement, int index) throws SQLException {
    switch (kind) {
      case OBJECT -> statement.setObject(index, value);
      case OBJECT_TYPE -> statement.setObject(index, value, type);
      case OBJECT_TYPE_SCALE -> statement.setObject(index, value, type, scale);
      case OBJECT_SQL_TYPE -> statement.setObject(index, value, (SQLType) extra);
      default -> statement.setObject(index, value, (SQLType) extra, scale);
    }
  }

  private void setBytesStream(PreparedStatement statement, int index) throws SQLException {
    byte[] bytes = as(byte[].class);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    switch (kind) {
      case BINARY_STREAM -> statement.setBinaryStream(index, in, bytes.length);
      case ASCII_STREAM -> statement.setAsciiStream(index, in, bytes.length);
      default -> statement.setBlob(index, in, bytes.length);
    }
  }

  private void setReader(PreparedStatement statement, int index) throws SQLException {
    String text = as(String.class);
    StringReader in = new StringReader(text);
    switch (kind) {
      case CHARACTER_STREAM -> statement.setCharacterStream(index, in, text.length());
      case N_CHARACTER_STREAM -> statement.setNCharacterStream(index, in, text.length());
      case CLOB_READER -> statement.setClob(index, in, text.length());
      default -> statement.setNClob(index, in, text.length());
    }
  }

  private <T> T as(Class<T> type) {
    if (value == null) {
      throw new IllegalStateException(kind + " was recorded without a value");
    }
    return type.cast(value);
  }

  /** Never shows the value: it may be a secret. */
  @Override
  public String toString() {
    return kind.name();
  }
}
