package io.vde.store.embedded;

import static java.util.Objects.requireNonNull;

/**
 * How an {@link EmbeddedImageStore} uses its machine.
 *
 * @param searchThreads searches that run at once, at least 1
 * @param searchQueue searches that may wait before more are refused, at least 1
 * @param writeQueue writes that may wait, for each dataset, before more are refused, at least 1
 * @param writeBufferBytes documents that one dataset's writer gathers in memory before it writes
 *     them out, at least 1 MiB
 * @param kernel which code computes dot products, and of what
 */
public record EmbeddedSettings(
    int searchThreads, int searchQueue, int writeQueue, long writeBufferBytes, KernelMode kernel) {
  /** The implementations of {@link DotKernel}. */
  public enum KernelMode {
    /**
     * {@link #SKETCH} or {@link #SIMD}, whichever suits the processor, where the JVM has the Vector
     * API, else {@link #SCALAR}.
     */
    AUTO,
    /** The Vector API, and a scan of sketches before that of the int8 rows. */
    SKETCH,
    /** The Vector API, and a scan of the int8 rows alone. */
    SIMD,
    /** Plain Java. */
    SCALAR
  }

  public EmbeddedSettings {
    requireNonNull(kernel, "kernel is null");
    if (searchThreads < 1 || searchQueue < 1 || writeQueue < 1 || writeBufferBytes < 1 << 20) {
      throw new IllegalArgumentException(
          "searchThreads %d, searchQueue %d, writeQueue %d or writeBufferBytes %d is too small"
              .formatted(searchThreads, searchQueue, writeQueue, writeBufferBytes));
    }
  }

  /** One search a core, and room for 256 more to wait. */
  public static EmbeddedSettings defaults() {
    return new EmbeddedSettings(
        Runtime.getRuntime().availableProcessors(), 256, 256, 64L << 20, KernelMode.AUTO);
  }

  /** The same with another kernel. */
  public EmbeddedSettings withKernel(KernelMode mode) {
    return new EmbeddedSettings(searchThreads, searchQueue, writeQueue, writeBufferBytes, mode);
  }
}
