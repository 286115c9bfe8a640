package io.vde.clip;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/** ONNX Runtime as we want it: silent to the outside, and not burning a core while it waits. */
final class OnnxEnvironment {
  private static final OrtEnvironment ENVIRONMENT = create();

  private OnnxEnvironment() {}

  static OrtEnvironment get() {
    return ENVIRONMENT;
  }

  /**
   * Loads a graph from a file, which costs half the memory of loading it from bytes.
   *
   * @throws BundleException when the provider is not there
   */
  static OrtSession open(Path model, Execution execution) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      if (execution.provider() == Execution.Provider.CUDA) {
        addCuda(options);
      }
      options.setIntraOpNumThreads(execution.threads());
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      // Threads that spin while they wait for each other win two milliseconds a run; going on when
      // it has ended, they would take the CPU from everyone else.
      options.addConfigEntry("session.intra_op.allow_spinning", "1");
      options.addConfigEntry("session.force_spinning_stop", "1");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      return ENVIRONMENT.createSession(model.toString(), options);
    }
  }

  private static void addCuda(OrtSession.SessionOptions options) {
    try {
      options.addCUDA();
    } catch (OrtException e) {
      throw new BundleException(
          "vde.model.provider is cuda, and this ONNX Runtime cannot use it: the service must be built"
              + " with the artefact onnxruntime_gpu, and CUDA be installed.",
          e);
    }
  }

  private static OrtEnvironment create() {
    boolean silent = setenv("ORT_DISABLE_TELEMETRY", "1");
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (!silent) {
      try {
        environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException("telemetry cannot be switched off", e);
      }
    }
    return environment;
  }

  /**
   * Sets a variable of this process' own environment, where the native library looks. Java offers
   * no way, and {@code OrtEnvironment.setTelemetry} comes after the library has already written its
   * device id to the home folder.
   *
   * @return whether there is such a way
   */
  @SuppressWarnings("restricted")
  private static boolean setenv(String name, String value) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      return false; // Windows, where the telemetry goes another way, which setTelemetry governs
    }
    MethodHandle call =
        linker.downcallHandle(
            setenv.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int result = (int) call.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
      if (result != 0) {
        throw new IllegalStateException("setenv failed");
      }
      return true;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("setenv cannot be called", e);
    }
  }
}
