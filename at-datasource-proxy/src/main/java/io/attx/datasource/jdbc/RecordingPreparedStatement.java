package io.attx.datasource.jdbc;

import io.attx.datasource.jdbc.RecordedParameter.Kind;
import java.io.InputStream;
import java.io.Reader;
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
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/**
 * The setters of a prepared statement: each call is recorded, so that it can be repeated on the
 * statements that run inside a branch, and handed to the statement below where there is one.
 */
abstract class RecordingPreparedStatement extends AtStatement implements PreparedStatement {
  RecordingPreparedStatement(
      AtConnection connection, @Nullable Statement physical, int resultSetType, int concurrency) {
    super(connection, physical, resultSetType, concurrency);
  }

  /** Records a setter call and repeats it on the statement below where there is one. */
  abstract void record(int index, RecordedParameter parameter) throws SQLException;

  /**
   * Takes bytes from a stream: buffers them inside a branch, hands them through outside.
   *
   * @param length -1 where the application gave none
   * @param passThrough the same call on the statement below
   */
  abstract void recordBytes(
      int index, Kind kind, @Nullable InputStream in, long length, SetterCall passThrough)
      throws SQLException;

  /** As {@link #recordBytes} for text. */
  abstract void recordText(
      int index, Kind kind, @Nullable Reader in, long length, SetterCall passThrough)
      throws SQLException;

  /** A setter call on the statement below. */
  @FunctionalInterface
  interface SetterCall {
    void set(PreparedStatement statement) throws SQLException;
  }

  @Override
  public void setBoolean(int index, boolean value) throws SQLException {
    record(index, new RecordedParameter(Kind.BOOLEAN, value));
  }

  @Override
  public void setByte(int index, byte value) throws SQLException {
    record(index, new RecordedParameter(Kind.BYTE, value));
  }

  @Override
  public void setShort(int index, short value) throws SQLException {
    record(index, new RecordedParameter(Kind.SHORT, value));
  }

  @Override
  public void setInt(int index, int value) throws SQLException {
    record(index, new RecordedParameter(Kind.INT, value));
  }

  @Override
  public void setLong(int index, long value) throws SQLException {
    record(index, new RecordedParameter(Kind.LONG, value));
  }

  @Override
  public void setFloat(int index, float value) throws SQLException {
    record(index, new RecordedParameter(Kind.FLOAT, value));
  }

  @Override
  public void setDouble(int index, double value) throws SQLException {
    record(index, new RecordedParameter(Kind.DOUBLE, value));
  }

  @Override
  public void setBigDecimal(int index, @Nullable BigDecimal value) throws SQLException {
    record(index, new RecordedParameter(Kind.DECIMAL, value));
  }

  @Override
  public void setString(int index, @Nullable String value) throws SQLException {
    record(index, new RecordedParameter(Kind.STRING, value));
  }

  @Override
  public void setNString(int index, @Nullable String value) throws SQLException {
    record(index, new RecordedParameter(Kind.N_STRING, value));
  }

  @Override
  public void setURL(int index, @Nullable URL value) throws SQLException {
    record(index, new RecordedParameter(Kind.URL, value));
  }

  @Override
  public void setArray(int index, @Nullable Array value) throws SQLException {
    record(index, new RecordedParameter(Kind.ARRAY, value));
  }

  @Override
  public void setRef(int index, @Nullable Ref value) throws SQLException {
    record(index, new RecordedParameter(Kind.REF, value));
  }

  @Override
  public void setRowId(int index, @Nullable RowId value) throws SQLException {
    record(index, new RecordedParameter(Kind.ROW_ID, value));
  }

  @Override
  public void setBlob(int index, @Nullable Blob value) throws SQLException {
    record(index, new RecordedParameter(Kind.BLOB, value));
  }

  @Override
  public void setClob(int index, @Nullable Clob value) throws SQLException {
    record(index, new RecordedParameter(Kind.CLOB, value));
  }

  @Override
  public void setNClob(int index, @Nullable NClob value) throws SQLException {
    record(index, new RecordedParameter(Kind.N_CLOB, value));
  }

  @Override
  public void setSQLXML(int index, @Nullable SQLXML value) throws SQLException {
    record(index, new RecordedParameter(Kind.XML, value));
  }

  @Override
  public void setBytes(int index, byte @Nullable [] value) throws SQLException {
    byte[] kept = value != null && inBranch() ? value.clone() : value;
    record(index, new RecordedParameter(Kind.BYTES, kept));
  }

  @Override
  public void setNull(int index, int type) throws SQLException {
    record(index, new RecordedParameter(Kind.NULL, null, null, type, 0));
  }

  @Override
  public void setNull(int index, int type, @Nullable String typeName) throws SQLException {
    record(index, new RecordedParameter(Kind.NULL_NAMED, null, typeName, type, 0));
  }

  @Override
  public void setDate(int index, @Nullable Date value) throws SQLException {
    record(index, new RecordedParameter(Kind.DATE, value));
  }

  @Override
  public void setDate(int index, @Nullable Date value, @Nullable Calendar calendar)
      throws SQLException {
    record(index, new RecordedParameter(Kind.DATE_IN, value, calendar));
  }

  @Override
  public void setTime(int index, @Nullable Time value) throws SQLException {
    record(index, new RecordedParameter(Kind.TIME, value));
  }

  @Override
  public void setTime(int index, @Nullable Time value, @Nullable Calendar calendar)
      throws SQLException {
    record(index, new RecordedParameter(Kind.TIME_IN, value, calendar));
  }

  @Override
  public void setTimestamp(int index, @Nullable Timestamp value) throws SQLException {
    record(index, new RecordedParameter(Kind.TIMESTAMP, value));
  }

  @Override
  public void setTimestamp(int index, @Nullable Timestamp value, @Nullable Calendar calendar)
      throws SQLException {
    record(index, new RecordedParameter(Kind.TIMESTAMP_IN, value, calendar));
  }

  @Override
  public void setObject(int index, @Nullable Object value) throws SQLException {
    if (value instanceof InputStream in) {
      recordBytes(index, Kind.BINARY_STREAM, in, -1, below -> below.setObject(index, in));
    } else if (value instanceof Reader in) {
      recordText(index, Kind.CHARACTER_STREAM, in, -1, below -> below.setObject(index, in));
    } else {
      record(index, new RecordedParameter(Kind.OBJECT, value));
    }
  }

  @Override
  public void setObject(int index, @Nullable Object value, int type) throws SQLException {
    record(index, new RecordedParameter(Kind.OBJECT_TYPE, value, null, type, 0));
  }

  @Override
  public void setObject(int index, @Nullable Object value, int type, int scale)
      throws SQLException {
    record(index, new RecordedParameter(Kind.OBJECT_TYPE_SCALE, value, null, type, scale));
  }

  @Override
  public void setObject(int index, @Nullable Object value, SQLType type) throws SQLException {
    record(index, new RecordedParameter(Kind.OBJECT_SQL_TYPE, value, type));
  }

  @Override
  public void setObject(int index, @Nullable Object value, SQLType type, int scale)
      throws SQLException {
    record(index, new RecordedParameter(Kind.OBJECT_SQL_TYPE_SCALE, value, type, 0, scale));
  }

  @Override
  public void setAsciiStream(int index, @Nullable InputStream in, int length) throws SQLException {
    recordBytes(
        index, Kind.ASCII_STREAM, in, length, below -> below.setAsciiStream(index, in, length));
  }

  @Override
  public void setAsciiStream(int index, @Nullable InputStream in, long length) throws SQLException {
    recordBytes(
        index, Kind.ASCII_STREAM, in, length, below -> below.setAsciiStream(index, in, length));
  }

  @Override
  public void setAsciiStream(int index, @Nullable InputStream in) throws SQLException {
    recordBytes(index, Kind.ASCII_STREAM, in, -1, below -> below.setAsciiStream(index, in));
  }

  @Override
  public void setBinaryStream(int index, @Nullable InputStream in, int length) throws SQLException {
    recordBytes(
        index, Kind.BINARY_STREAM, in, length, below -> below.setBinaryStream(index, in, length));
  }

  @Override
  public void setBinaryStream(int index, @Nullable InputStream in, long length)
      throws SQLException {
    recordBytes(
        index, Kind.BINARY_STREAM, in, length, below -> below.setBinaryStream(index, in, length));
  }

  @Override
  public void setBinaryStream(int index, @Nullable InputStream in) throws SQLException {
    recordBytes(index, Kind.BINARY_STREAM, in, -1, below -> below.setBinaryStream(index, in));
  }

  @Override
  public void setBlob(int index, @Nullable InputStream in, long length) throws SQLException {
    recordBytes(index, Kind.BLOB_STREAM, in, length, below -> below.setBlob(index, in, length));
  }

  @Override
  public void setBlob(int index, @Nullable InputStream in) throws SQLException {
    recordBytes(index, Kind.BLOB_STREAM, in, -1, below -> below.setBlob(index, in));
  }

  @Override
  public void setCharacterStream(int index, @Nullable Reader in, int length) throws SQLException {
    recordText(
        index,
        Kind.CHARACTER_STREAM,
        in,
        length,
        below -> below.setCharacterStream(index, in, length));
  }

  @Override
  public void setCharacterStream(int index, @Nullable Reader in, long length) throws SQLException {
    recordText(
        index,
        Kind.CHARACTER_STREAM,
        in,
        length,
        below -> below.setCharacterStream(index, in, length));
  }

  @Override
  public void setCharacterStream(int index, @Nullable Reader in) throws SQLException {
    recordText(index, Kind.CHARACTER_STREAM, in, -1, below -> below.setCharacterStream(index, in));
  }

  @Override
  public void setNCharacterStream(int index, @Nullable Reader in, long length) throws SQLException {
    recordText(
        index,
        Kind.N_CHARACTER_STREAM,
        in,
        length,
        below -> below.setNCharacterStream(index, in, length));
  }

  @Override
  public void setNCharacterStream(int index, @Nullable Reader in) throws SQLException {
    recordText(
        index, Kind.N_CHARACTER_STREAM, in, -1, below -> below.setNCharacterStream(index, in));
  }

  @Override
  public void setClob(int index, @Nullable Reader in, long length) throws SQLException {
    recordText(index, Kind.CLOB_READER, in, length, below -> below.setClob(index, in, length));
  }

  @Override
  public void setClob(int index, @Nullable Reader in) throws SQLException {
    recordText(index, Kind.CLOB_READER, in, -1, below -> below.setClob(index, in));
  }

  @Override
  public void setNClob(int index, @Nullable Reader in, long length) throws SQLException {
    recordText(index, Kind.N_CLOB_READER, in, length, below -> below.setNClob(index, in, length));
  }

  @Override
  public void setNClob(int index, @Nullable Reader in) throws SQLException {
    recordText(index, Kind.N_CLOB_READER, in, -1, below -> below.setNClob(index, in));
  }

  @Deprecated
  @Override
  @SuppressWarnings("deprecation") // JDBC still has it, so it must work as below
  public void setUnicodeStream(int index, @Nullable InputStream in, int length)
      throws SQLException {
    recordBytes(
        index, Kind.BINARY_STREAM, in, length, below -> below.setUnicodeStream(index, in, length));
  }
}
