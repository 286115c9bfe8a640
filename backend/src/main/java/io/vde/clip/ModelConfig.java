package io.vde.clip;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Which model runs and how: {@code vde.model} and {@code vde.model.*}. */
@ConfigMapping(prefix = "vde.model")
public interface ModelConfig {
  /**
   * {@code demo}, a folder with a model in the Hugging Face layout, or {@code owner/name} of a
   * model hub, with {@code @revision} if not the newest.
   */
  @WithParentName
  @WithDefault("demo")
  String source();

  /** Asks the hub at each start whether there is a newer commit of the model. */
  @WithDefault("false")
  boolean update();

  /** Precision of the graphs: fp32, fp16, int8, quantized, uint8, q4, q4f16 or bnb4. */
  @WithDefault("fp32")
  String variant();

  /**
   * A model that reads the texts instead of the model's own text tower, given as {@code vde.model}
   * is; its vectors must be of the same space.
   */
  Optional<String> text();

  /** Sentences that each text is put into, with {@code {}} for it; their vectors are averaged. */
  Optional<List<String>> prompts();

  /** What graphs run on: cpu or cuda. */
  @WithDefault("cpu")
  String provider();

  /**
   * Threads of one run of the model. Default: as many as there are cores, of more than two one
   * less. Texts at 8 bits take one thread anyway.
   */
  OptionalInt threads();

  /** Texts of people whose vectors are kept, so that asking again costs nothing. */
  @WithDefault("1000")
  int queryCache();

  /**
   * How long a person's text or image may wait in the model's queue before it is turned away. What
   * an image waited for before, to be decoded, does not count.
   */
  @WithDefault("20s")
  Duration deadline();

  /** Texts that may wait, for searches, for {@code /embed} and for imports each. */
  @WithDefault("1024")
  int textQueue();

  /** Images that may wait, for searches, for {@code /embed} and for imports each. */
  @WithDefault("256")
  int imageQueue();
}
