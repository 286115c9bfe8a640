package io.vde.store.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Picks the {@link DotKernel} of this JVM. */
final class Kernels {
  private static final Logger LOG = Logger.getLogger(Kernels.class);
  private static final String MODULE = "jdk.incubator.vector";
  private static final String POPCOUNT = "avx512_vpopcntdq";
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private Kernels() {}

  /**
   * The kernel for a mode, with a log line that names it.
   *
   * @throws IllegalStateException when SIMD is demanded of a JVM that lacks the module
   */
  static DotKernel pick(EmbeddedSettings.KernelMode mode) {
    boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
    DotKernel kernel =
        switch (mode) {
          case SCALAR -> new ScalarKernel();
          case SIMD, SKETCH -> {
            if (!present) {
              throw new IllegalStateException(
                  "The SIMD kernel needs the java option --add-modules " + MODULE);
            }
            yield new SimdKernel(mode == EmbeddedSettings.KernelMode.SKETCH);
          }
          case AUTO -> present ? new SimdKernel(countsBits()) : new ScalarKernel();
        };
    if (!present && WARNED.compareAndSet(false, true)) {
      LOG.warnf(
          "Searches are several times slower than they could be: start java with --add-modules %s",
          MODULE);
    }
    LOG.infof("Vector scan kernel: %s", kernel.description());
    return kernel;
  }

  // Java does not say what its processor has; whether it makes use of it, the size of vectors
  // tells.
  private static boolean countsBits() {
    if (!SimdKernel.wide()) {
      return false;
    }
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.anyMatch(line -> line.startsWith("flags") && line.contains(POPCOUNT));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }
}
