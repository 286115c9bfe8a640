package io.vde.store.embedded;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The same vectors through FAISS's exact search, where there is a Python that has it: {@code
 * -Dbench.python=<interpreter>}.
 */
final class BenchFaiss implements AutoCloseable {
  private static final Path SCRIPT = Path.of("src/test/python/faiss_flat.py");
  private static final int MISSING = 3;

  private final Path folder;
  private final OutputStream vectors;
  private Process python;

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

  /** Builds the index; false when there is no such Python. */
  boolean start(List<float[]> queries, int k) throws IOException, InterruptedException {
    vectors.close();
    try (OutputStream out = Files.newOutputStream(folder.resolve("queries.f32"))) {
      for (float[] query : queries) {
        out.write(bytes(query));
      }
    }
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
      return false;
    }
    if (python.inputReader().readLine() != null) {
      return true;
    }
    int code = python.waitFor();
    if (code == MISSING) {
      return false;
    }
    throw new IOException("faiss_flat.py ended with " + code);
  }

  /** CPU times in ms of one search for each of the queries, one thread. */
  double[] turn() throws IOException {
    BufferedWriter to = python.outputWriter();
    to.newLine();
    to.flush();
    return Arrays.stream(python.inputReader().readLine().split(" "))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  @Override
  public void close() throws IOException {
    vectors.close();
    if (python != null) {
      python.destroy();
    }
    org.apache.lucene.util.IOUtils.rm(folder);
  }
}
