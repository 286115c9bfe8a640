package io.vde.media;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The image formats that are read. The type is what the bytes say, never what a name or a header
 * claims.
 */
public enum ImageType {
  PNG("image/png"),
  JPEG("image/jpeg"),
  GIF("image/gif"),
  WEBP("image/webp"),
  BMP("image/bmp");

  private final String mediaType;

  ImageType(String mediaType) {
    this.mediaType = mediaType;
  }

  /** The registered media type, for a Content-Type header. */
  public String mediaType() {
    return mediaType;
  }

  /** Whether every browser shows it as it is. */
  boolean browserSafe() {
    return this != BMP;
  }

  /**
   * The type of these bytes, by their signature.
   *
   * @param bytes the beginning of a file; 12 bytes are enough
   */
  public static Optional<ImageType> sniff(byte[] bytes) {
    if (starts(bytes, 0, "\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    }
    if (starts(bytes, 0, "\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    }
    if (starts(bytes, 0, "GIF87a") || starts(bytes, 0, "GIF89a")) {
      return Optional.of(GIF);
    }
    if (starts(bytes, 0, "RIFF") && starts(bytes, 8, "WEBP")) {
      return Optional.of(WEBP);
    }
    if (starts(bytes, 0, "BM")) {
      return Optional.of(BMP);
    }
    return Optional.empty();
  }

  private static boolean starts(byte[] bytes, int offset, String latin1) {
    byte[] expected = latin1.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < offset + expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes[offset + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
