package io.vde.store.embedded;

import io.vde.store.ImageRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.DataOutput;
import org.apache.lucene.util.BytesRef;

/**
 * An image without id and vector as one binary value: digest, url, width, height, metadata in
 * order, each value with its type. Kept as a doc value, which is read at random without unpacking
 * its neighbours.
 */
final class RecordBytes {
  private static final byte STRING = 1;
  private static final byte LONG = 2;
  private static final byte DOUBLE = 3;
  private static final byte BOOLEAN = 4;
  private static final byte LIST = 5;

  private RecordBytes() {}

  static BytesRef encode(ImageRecord image) {
    try {
      ByteBuffersDataOutput out = new ByteBuffersDataOutput();
      writeNullable(out, image.sha256());
      writeNullable(out, image.url());
      out.writeInt(image.width());
      out.writeInt(image.height());
      out.writeVInt(image.metadata().size());
      for (Map.Entry<String, Object> field : image.metadata().entrySet()) {
        out.writeString(field.getKey());
        writeValue(out, field.getValue());
      }
      return new BytesRef(out.toArrayCopy());
    } catch (IOException e) {
      throw new UncheckedIOException("In memory", e);
    }
  }

  static ImageRecord decode(String id, BytesRef bytes, float[] vector) {
    try {
      DataInput in = new ByteArrayDataInput(bytes.bytes, bytes.offset, bytes.length);
      String sha256 = readNullable(in);
      String url = readNullable(in);
      int width = in.readInt();
      int height = in.readInt();
      int fields = in.readVInt();
      Map<String, Object> metadata = LinkedHashMap.newLinkedHashMap(fields);
      for (int i = 0; i < fields; i++) {
        String name = in.readString();
        metadata.put(name, readValue(in));
      }
      return new ImageRecord(id, url, width, height, metadata, sha256, vector);
    } catch (IOException e) {
      throw new UncheckedIOException("In memory", e);
    }
  }

  /** The digest alone, or null. */
  static String sha256(BytesRef bytes) {
    try {
      return readNullable(new ByteArrayDataInput(bytes.bytes, bytes.offset, bytes.length));
    } catch (IOException e) {
      throw new UncheckedIOException("In memory", e);
    }
  }

  private static void writeValue(DataOutput out, Object value) throws IOException {
    switch (value) {
      case String s -> {
        out.writeByte(STRING);
        out.writeString(s);
      }
      case Long l -> {
        out.writeByte(LONG);
        out.writeLong(l);
      }
      case Double d -> {
        out.writeByte(DOUBLE);
        out.writeLong(Double.doubleToRawLongBits(d));
      }
      case Boolean b -> {
        out.writeByte(BOOLEAN);
        out.writeByte((byte) (b ? 1 : 0));
      }
      case List<?> list -> {
        out.writeByte(LIST);
        out.writeVInt(list.size());
        for (Object item : list) {
          out.writeString((String) item);
        }
      }
      default -> throw new IllegalArgumentException("No type for " + value.getClass());
    }
  }

  private static Object readValue(DataInput in) throws IOException {
    byte type = in.readByte();
    return switch (type) {
      case STRING -> in.readString();
      case LONG -> in.readLong();
      case DOUBLE -> Double.longBitsToDouble(in.readLong());
      case BOOLEAN -> in.readByte() != 0;
      case LIST -> {
        int size = in.readVInt();
        List<String> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
          list.add(in.readString());
        }
        yield List.copyOf(list);
      }
      default -> throw new IllegalStateException("Unknown type of value " + type);
    };
  }

  private static void writeNullable(DataOutput out, String value) throws IOException {
    out.writeByte((byte) (value == null ? 0 : 1));
    if (value != null) {
      out.writeString(value);
    }
  }

  private static String readNullable(DataInput in) throws IOException {
    return in.readByte() == 0 ? null : in.readString();
  }
}
