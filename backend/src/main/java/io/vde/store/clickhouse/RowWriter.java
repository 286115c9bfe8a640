package io.vde.store.clickhouse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/** Writes rows in ClickHouse's format RowBinaryWithNamesAndTypes. */
final class RowWriter {
  /** Name of the format. */
  static final String FORMAT = "RowBinaryWithNamesAndTypes";

  private ByteBuffer bytes = allocate(1 << 12);

  /** Starts a table with the given columns. */
  static RowWriter of(List<Column> columns) {
    RowWriter writer = new RowWriter().size(columns.size());
    columns.forEach(column -> writer.string(column.name()));
    columns.forEach(column -> writer.string(column.type()));
    return writer;
  }

  /** A column as the server knows it. */
  record Column(String name, String type) {}

  /** A length, as LEB128. */
  RowWriter size(int size) {
    room(5);
    int rest = size;
    while (rest > 0x7f) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
    return this;
  }

  /** A String. */
  RowWriter string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    size(utf8.length);
    room(utf8.length);
    bytes.put(utf8);
    return this;
  }

  /** A String that is empty for null. */
  RowWriter stringOrEmpty(String value) {
    return string(value == null ? "" : value);
  }

  /** An Array(String). */
  RowWriter strings(Collection<?> values) {
    size(values.size());
    values.forEach(value -> string((String) value));
    return this;
  }

  /** A UInt8 or Bool. */
  RowWriter uint8(int value) {
    room(1);
    bytes.put((byte) value);
    return this;
  }

  /** A UInt8 that is 1 for true. */
  RowWriter bool(boolean value) {
    return uint8(value ? 1 : 0);
  }

  /** A UInt32. */
  RowWriter uint32(int value) {
    room(4);
    bytes.putInt(value);
    return this;
  }

  /** An Int64 or UInt64. */
  RowWriter int64(long value) {
    room(8);
    bytes.putLong(value);
    return this;
  }

  /** A Float64. */
  RowWriter float64(double value) {
    room(8);
    bytes.putDouble(value);
    return this;
  }

  /** An Array(Float32); empty for null. */
  RowWriter floats(float[] values) {
    if (values == null) {
      return size(0);
    }
    size(values.length);
    room(4 * values.length);
    bytes.asFloatBuffer().put(values);
    bytes.position(bytes.position() + 4 * values.length);
    return this;
  }

  /** Bytes written so far. */
  int length() {
    return bytes.position();
  }

  /** What was written so far, which is then forgotten: there until more is written. */
  ByteBuffer take() {
    ByteBuffer written = bytes.duplicate().flip();
    bytes.clear();
    return written;
  }

  /** What was written. */
  byte[] toBytes() {
    byte[] written = new byte[bytes.position()];
    bytes.get(0, written);
    return written;
  }

  private void room(int more) {
    if (bytes.remaining() < more) {
      int size = Math.toIntExact(Math.max(bytes.capacity() * 2L, bytes.position() + (long) more));
      bytes = allocate(size).put(bytes.flip());
    }
  }

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
