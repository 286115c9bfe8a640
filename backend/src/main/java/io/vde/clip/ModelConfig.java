package io.vde.clip;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.OptionalInt;

/** Which model runs and how: {@code vde.model} and {@code vde.model.*}. */
@ConfigMapping(prefix = "vde.model")
public interface ModelConfig {
  /** {@code demo}, or a folder with a CLIP model in the Hugging Face layout. */
  @WithParentName
  @WithDefault("demo")
  String source();

  /**
   * Threads of one run of the model. Default: one core is left for the rest, at least one thread.
   */
  OptionalInt threads();

  /** Texts that may wait, for a person and for imports each; more are turned away. */
  @WithDefault("1024")
  int textQueue();

  /** Images that may wait, for a person and for imports each; more are turned away. */
  @WithDefault("256")
  int imageQueue();
}
