package io.vde.clip;

/**
 * How graphs are run.
 *
 * @param threads of one run
 * @param provider what they run on
 */
record Execution(int threads, Provider provider) {
  /** What ONNX Runtime runs graphs on. */
  enum Provider {
    CPU,
    /** An NVIDIA GPU; needs ONNX Runtime's GPU artefact on the class path. */
    CUDA
  }

  /**
   * As configured. By default as many threads as there are cores, for a tower runs once at a time;
   * of more than two cores one is left for decoding, and for the other tower.
   */
  static Execution of(ModelConfig config) {
    Provider provider =
        switch (config.provider()) {
          case "cpu" -> Provider.CPU;
          case "cuda" -> Provider.CUDA;
          default ->
              throw new BundleException(
                  "vde.model.provider is \"%s\"; known are cpu and cuda."
                      .formatted(config.provider()));
        };
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = config.threads().orElse(cores > 2 ? cores - 1 : cores);
    if (threads < 1) {
      throw new BundleException("vde.model.threads is %d; at least 1.".formatted(threads));
    }
    return new Execution(threads, provider);
  }
}
