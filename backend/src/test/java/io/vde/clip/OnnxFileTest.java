package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that a graph draws weights from, wherever onnx.proto lets it say so. */
class OnnxFileTest {
  @TempDir Path folder;

  /** Numbers of the fields that lead from the model to a tensor. */
  @ParameterizedTest
  @CsvSource({
    "an initializer, 7 5",
    "an attribute of a node, 7 1 5 5",
    "attributes of a node, 7 1 5 10",
    "a graph within a node, 7 1 5 6 5",
    "graphs within a node, 7 1 5 11 5",
    "values of a sparse initializer, 7 15 1",
    "places of a sparse initializer, 7 15 2",
    "a sparse attribute, 7 1 5 22 1",
    "sparse attributes, 7 1 5 23 2",
    "a node of a function, 25 7 5 5",
    "a default of a function, 25 11 5",
    "a graph for training, 20 1 5",
    "another graph for training, 20 2 5"
  })
  void weightsElsewhereAreFoundIn(String where, String path) throws IOException {
    byte[] message = tensor("../secret");
    String[] fields = path.split(" ");
    for (int i = fields.length - 1; i >= 0; i--) {
      message = field(Integer.parseInt(fields[i]), message);
    }
    assertEquals(Set.of("../secret"), read(join(field(7, new byte[0]), message)), where);
  }

  @Test
  void aModelWithoutAGraphIsNone() {
    byte[] function = field(25, field(11, field(5, tensor("x"))));
    assertThrows(BundleException.class, () -> read(function));
  }

  private Set<String> read(byte[] model) throws IOException {
    return OnnxFile.read(Files.write(folder.resolve("model.onnx"), model)).externalData();
  }

  private static byte[] tensor(String location) {
    return field(13, join(field(1, utf8("location")), field(2, utf8(location))));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A field that has a length. */
  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int value : new int[] {number << 3 | 2, content.length}) {
      int rest = value;
      for (; rest > 0x7f; rest >>>= 7) {
        out.write(rest & 0x7f | 0x80);
      }
      out.write(rest);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }
}
