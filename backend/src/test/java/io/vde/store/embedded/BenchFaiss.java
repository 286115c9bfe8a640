package io.vde.store.embedded;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The same vectors through FAISS's exact search, where there is a Python that has it: {@code
 * -Dbench.python=<interpreter>}.
 */
final class BenchFaiss implements AutoCloseable {
  private static final Path SCRIPT = Path.of("src/test/python/faiss_flat.py");
  private static final int MISSING = 3;

  private final Path folder;
  private final OutputStream vectors;

  BenchFaiss(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    vectors =
        new BufferedOutputStream(Files.newOutputStream(folder.resolve("vectors.f32")), 1 << 20);
  }

  void add(float[] vector) throws IOException {
    vectors.write(bytes(vector));
  }

  private static byte[] bytes(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  /** p50 of a search's CPU time in ms, one thread; empty when there is no such Python. */
  OptionalDouble p50(List<float[]> queries, int k) throws IOException, InterruptedException {
    vectors.close();
    try (OutputStream out = Files.newOutputStream(folder.resolve("queries.f32"))) {
      for (float[] query : queries) {
        out.write(bytes(query));
      }
    }
    Process python;
    try {
      python =
          new ProcessBuilder(
                  System.getProperty("bench.python", "python3"),
                  SCRIPT.toString(),
                  folder.toString(),
                  Integer.toString(queries.getFirst().length),
                  Integer.toString(k))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException _) {
      return OptionalDouble.empty();
    }
    String answer =
        new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int code = python.waitFor();
    if (code == MISSING) {
      return OptionalDouble.empty();
    }
    if (code != 0) {
      throw new IOException("faiss_flat.py ended with " + code);
    }
    return OptionalDouble.of(Double.parseDouble(answer));
  }

  @Override
  public void close() throws IOException {
    vectors.close();
    org.apache.lucene.util.IOUtils.rm(folder);
  }
}
