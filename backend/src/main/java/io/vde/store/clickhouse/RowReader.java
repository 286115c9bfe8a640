package io.vde.store.clickhouse;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads rows in ClickHouse's format RowBinaryWithNamesAndTypes, one after another.
 *
 * <p>Values are String, Boolean, Long (all integers), Double (both floats), {@code float[]} for
 * Array(Float32), List for other arrays, Map, or null.
 */
final class RowReader {
  /** Longer than any value of ours: a length beyond it is not one. */
  private static final int MAX_LENGTH = 1 << 30;

  private final DataInputStream in;
  private final Map<String, Integer> columns = new LinkedHashMap<>();
  private final List<Value> values = new ArrayList<>();

  /** Reads one value of a type. */
  private interface Value {
    Object read() throws IOException;
  }

  /** One row: the values by the name of their column. */
  record Row(Map<String, Integer> columns, Object[] values) {
    Object get(String column) {
      return values[columns.get(column)];
    }

    String string(String column) {
      return (String) get(column);
    }

    long integer(String column) {
      return (Long) get(column);
    }

    boolean has(String column) {
      return columns.containsKey(column);
    }
  }

  /** Reads the header; an empty answer has no columns and no rows. */
  RowReader(InputStream input) throws IOException {
    in = new DataInputStream(new BufferedInputStream(input, 1 << 16));
    if (ended()) {
      return;
    }
    int count = size();
    for (int i = 0; i < count; i++) {
      columns.put(string(), i);
    }
    for (int i = 0; i < count; i++) {
      values.add(value(string()));
    }
  }

  /** The next row, or null behind the last. */
  Row next() throws IOException {
    return ended() ? null : rest();
  }

  /**
   * The next row of an answer whose first column is 1 in every row, or null behind the last.
   * Servers append the text of a late error to the rows before it, and only such a column tells
   * them apart.
   *
   * @throws ServerFault when what follows is an error
   */
  Row nextMarked() throws IOException {
    if (ended()) {
      return null;
    }
    in.mark(1);
    if (in.read() != 1) {
      in.reset();
      throw ServerFault.of(200, null, new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8));
    }
    in.reset();
    return rest();
  }

  private Row rest() throws IOException {
    Object[] row = new Object[values.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = values.get(i).read();
    }
    return new Row(columns, row);
  }

  private boolean ended() throws IOException {
    in.mark(1);
    boolean ended = in.read() < 0;
    in.reset();
    return ended;
  }

  private Value value(String type) throws IOException {
    int open = type.indexOf('(');
    String inner = open < 0 ? "" : type.substring(open + 1, type.length() - 1);
    return switch (open < 0 ? type : type.substring(0, open)) {
      case "String" -> this::string;
      case "Bool" -> in::readBoolean;
      case "UInt8" -> () -> (long) in.readUnsignedByte();
      case "UInt32" -> () -> Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
      case "UInt64", "Int64" -> () -> Long.reverseBytes(in.readLong());
      case "Float32" -> () -> (double) Float.intBitsToFloat(Integer.reverseBytes(in.readInt()));
      case "Float64" -> () -> Double.longBitsToDouble(Long.reverseBytes(in.readLong()));
      case "LowCardinality" -> value(inner);
      case "Nullable" -> nullable(value(inner));
      case "Array" -> inner.equals("Float32") ? this::floats : array(value(inner));
      case "Map" -> {
        int comma = inner.indexOf(',');
        yield map(value(inner.substring(0, comma)), value(inner.substring(comma + 1).strip()));
      }
      default -> throw new StreamCorruptedException("No reader for the type " + type);
    };
  }

  private Value nullable(Value value) {
    return () -> in.readBoolean() ? null : value.read();
  }

  private Value array(Value value) {
    return () -> {
      int size = size();
      List<Object> list = new ArrayList<>(Math.min(size, 1 << 16));
      for (int i = 0; i < size; i++) {
        list.add(value.read());
      }
      return list;
    };
  }

  private Value map(Value key, Value value) {
    return () -> {
      int size = size();
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        map.put(key.read(), value.read());
      }
      return map;
    };
  }

  private String string() throws IOException {
    return new String(bytes(size()), StandardCharsets.UTF_8);
  }

  private float[] floats() throws IOException {
    int size = size();
    float[] floats = new float[size];
    ByteBuffer.wrap(bytes(4 * size)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new StreamCorruptedException("The answer ends in the middle of a row");
    }
    return bytes;
  }

  private int size() throws IOException {
    long size = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = in.readUnsignedByte();
      size |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        if (size > MAX_LENGTH) {
          break;
        }
        return (int) size;
      }
    }
    throw new StreamCorruptedException("The answer holds an impossible length");
  }
}
