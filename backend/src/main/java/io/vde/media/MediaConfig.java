package io.vde.media;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Limits on images: {@code vde.media.*}. */
@StaticInitSafe
@ConfigMapping(prefix = "vde.media")
public interface MediaConfig {
  /**
   * The largest image that is decoded, in pixels; its header alone is read before it is refused.
   */
  @WithDefault("100000000")
  long maxPixels();

  /** The largest image file that is read, in bytes. */
  @WithDefault("52428800")
  long maxBytes();

  /**
   * Memory for images while they are decoded, in bytes, all together. Default: two fifths of the
   * heap.
   */
  OptionalLong decodeMemory();

  /**
   * Images decoded at the same time. Default: one core is left for the rest, at least one image.
   */
  OptionalInt decodeThreads();

  /** Decode JPEGs with libjpeg-turbo and WebPs with libwebp where the machine has them. */
  @WithDefault("true")
  boolean nativeCodecs();

  /**
   * Let libjpeg-turbo decode a large JPEG at a half, a quarter or an eighth of its size, as long as
   * that leaves twice what the model needs.
   */
  @WithDefault("true")
  boolean jpegScaling();

  /** Images that may wait to be decoded, each lane; more are turned away. */
  @WithDefault("256")
  int decodeQueue();
}
