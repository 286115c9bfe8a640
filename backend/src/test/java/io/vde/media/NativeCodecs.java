package io.vde.media;

import java.util.Optional;

/**
 * The native codecs of this machine. Where one is missing, its tests are left out; with
 * REQUIRE_CODECS=1 that is a failure.
 */
final class NativeCodecs {
  private NativeCodecs() {}

  /** Whether files of a type are decoded by a native codec here, or have none anyway. */
  static boolean isHere(ImageType type) {
    Optional<?> library =
        switch (type) {
          case JPEG -> TurboJpeg.load();
          case WEBP -> LibWebp.load();
          default -> Optional.of(type);
        };
    if (library.isEmpty() && "1".equals(System.getenv("REQUIRE_CODECS"))) {
      throw new AssertionError("REQUIRE_CODECS=1, but there is no native codec for " + type);
    }
    return library.isPresent();
  }
}
