package io.vde.clip;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Single tensors of a safetensors file: 8 bytes of length, a JSON header, the numbers
 * (little-endian). Strict: what does not fit together to the byte is refused. Of a large file only
 * the header and the tensor are read.
 */
final class SafeTensors {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The format's own limit. */
  private static final long LONGEST_HEADER = 100_000_000;

  private final String name;
  private final Path file;
  private final JsonNode header;
  private final long dataStart;

  private SafeTensors(String name, Path file, JsonNode header, long dataStart) {
    this.name = name;
    this.file = file;
    this.header = header;
    this.dataStart = dataStart;
  }

  /**
   * Reads the header.
   *
   * @param folder of the bundle
   * @param name of the file in it
   * @throws BundleException when it is missing or not of the format
   */
  static SafeTensors open(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!java.nio.file.Files.isRegularFile(file)) {
      throw new BundleException("The model has no " + name + ".");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long length = read(channel, 0, Long.BYTES).getLong();
      if (length < 2 || length > LONGEST_HEADER || length > channel.size() - Long.BYTES) {
        throw broken(name, null);
      }
      JsonNode header = JSON.readTree(read(channel, Long.BYTES, (int) length).array());
      if (!header.isObject()) {
        throw broken(name, null);
      }
      return new SafeTensors(name, file, header, Long.BYTES + length);
    } catch (JsonProcessingException | EOFException e) {
      throw broken(name, e);
    } catch (IOException e) {
      throw new BundleException("The model's " + name + " cannot be read.", e);
    }
  }

  /**
   * Reads a tensor of type F32 or F16.
   *
   * @param shape that it must have
   * @throws BundleException when it is missing, of another type or shape, or cut short
   */
  float[] floats(String tensor, int... shape) {
    JsonNode entry = header.path(tensor);
    if (!entry.isObject()) {
      throw new BundleException("The model's %s has no tensor \"%s\".".formatted(name, tensor));
    }
    String type = entry.path("dtype").asText("");
    int size =
        switch (type) {
          case "F32" -> Float.BYTES;
          case "F16" -> Short.BYTES;
          default ->
              throw new BundleException(
                  "The model's %s has a tensor \"%s\" of type %s; F32 and F16 are supported."
                      .formatted(name, tensor, type));
        };
    long count = 1;
    for (int side : shape) {
      count *= side;
    }
    if (!JSON.valueToTree(shape).equals(entry.path("shape"))) {
      throw new BundleException(
          "The model's %s has a tensor \"%s\" of the shape %s instead of %s."
              .formatted(name, tensor, entry.path("shape"), java.util.Arrays.toString(shape)));
    }
    long from = entry.path("data_offsets").path(0).asLong(-1);
    long to = entry.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to - from != count * size || count * size > Integer.MAX_VALUE) {
      throw broken(name, null);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = read(channel, dataStart + from, (int) (to - from));
      float[] floats = new float[(int) count];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = size == Float.BYTES ? bytes.getFloat() : Float.float16ToFloat(bytes.getShort());
      }
      return floats;
    } catch (EOFException e) {
      throw broken(name, e);
    } catch (IOException e) {
      throw new BundleException("The model's " + name + " cannot be read.", e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  private static BundleException broken(String name, Throwable cause) {
    return new BundleException("The model's " + name + " is not a safetensors file.", cause);
  }
}
