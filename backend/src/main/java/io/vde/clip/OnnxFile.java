package io.vde.clip;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * What must be known of an ONNX file before it is loaded. Walks the protobuf messages of onnx.proto
 * and skips the weights, so that half a gigabyte takes milliseconds.
 *
 * @param externalData files that it draws weights from, as it names them
 * @param quantisesActivations whether it scales activations to 8 bits by what is in the batch: its
 *     vectors then depend a little on what shares the batch
 */
record OnnxFile(Set<String> externalData, boolean quantisesActivations) {
  /**
   * Reads a file.
   *
   * @throws BundleException when it is not an ONNX model
   */
  static OnnxFile read(Path file) {
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      Walk walk = new Walk(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
      walk.model();
      return new OnnxFile(walk.locations, walk.dynamic);
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new BundleException(
          "The model's onnx/%s is not an ONNX graph.".formatted(file.getFileName()), e);
    }
  }

  /** A walk through the messages; fields have their numbers in onnx.proto. */
  private static final class Walk {
    private static final int DEEPEST = 32;

    private final MemorySegment bytes;
    private final Set<String> locations = new TreeSet<>();
    private boolean dynamic;
    private boolean graphFound;
    private long at;
    private int depth;

    Walk(MemorySegment bytes) {
      this.bytes = bytes;
    }

    void model() {
      fields(
          bytes.byteSize(),
          (field, end) -> {
            each(field == 7, this::graph, end);
            each(field == 20, this::training, end);
            each(field == 25, this::function, end);
          });
      if (!graphFound) {
        throw new IndexOutOfBoundsException("no graph");
      }
    }

    private void graph(long end) {
      graphFound |= depth == 1;
      fields(
          end,
          (field, to) -> {
            each(field == 1, this::node, to);
            each(field == 5, this::tensor, to);
            each(field == 15, this::sparseTensor, to);
          });
    }

    private void training(long end) {
      fields(end, (field, to) -> each(field == 1 || field == 2, this::graph, to));
    }

    private void function(long end) {
      fields(
          end,
          (field, to) -> {
            each(field == 7, this::node, to);
            each(field == 11, this::attribute, to);
          });
    }

    private void node(long end) {
      fields(
          end,
          (field, to) -> {
            if (field == 4) {
              dynamic |= text(to).startsWith("DynamicQuantize");
            }
            each(field == 5, this::attribute, to);
          });
    }

    private void attribute(long end) {
      fields(
          end,
          (field, to) -> {
            each(field == 5 || field == 10, this::tensor, to);
            each(field == 6 || field == 11, this::graph, to);
            each(field == 22 || field == 23, this::sparseTensor, to);
          });
    }

    /** Its values and the places of these are tensors. */
    private void sparseTensor(long end) {
      fields(end, (field, to) -> each(field == 1 || field == 2, this::tensor, to));
    }

    private void tensor(long end) {
      fields(end, (field, to) -> each(field == 13, this::externalEntry, to));
    }

    private void externalEntry(long end) {
      String[] entry = {"", ""};
      fields(
          end,
          (field, to) -> {
            if (field == 1 || field == 2) {
              entry[field - 1] = text(to);
            }
          });
      if (entry[0].equals("location")) {
        locations.add(entry[1]);
      }
    }

    /** Reads a message's fields up to its end; the reader gets those that have a length. */
    private void fields(long end, FieldReader reader) {
      if (++depth > DEEPEST || end > bytes.byteSize()) {
        throw new IndexOutOfBoundsException("too deep or too long");
      }
      while (at < end) {
        long tag = varint();
        switch ((int) (tag & 7)) {
          case 0 -> varint();
          case 1 -> at += 8;
          case 2 -> {
            long to = varint();
            to = Math.addExact(at, to);
            if (to < at || to > end) {
              throw new IndexOutOfBoundsException("a field beyond its message");
            }
            reader.read((int) (tag >>> 3), to);
            at = to;
          }
          case 5 -> at += 4;
          default -> throw new IndexOutOfBoundsException("not protobuf");
        }
      }
      depth--;
    }

    private static void each(boolean wanted, MessageReader reader, long end) {
      if (wanted) {
        reader.read(end);
      }
    }

    private String text(long end) {
      byte[] copy = bytes.asSlice(at, Math.min(end - at, 4096)).toArray(ValueLayout.JAVA_BYTE);
      return new String(copy, StandardCharsets.UTF_8);
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte b = bytes.get(ValueLayout.JAVA_BYTE, at++);
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new IndexOutOfBoundsException("a number without an end");
    }
  }

  private interface FieldReader {
    void read(int field, long end);
  }

  private interface MessageReader {
    void read(long end);
  }
}
