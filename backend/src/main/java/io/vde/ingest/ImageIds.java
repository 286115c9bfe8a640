package io.vde.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The rule for image ids: 1 to 512 bytes of UTF-8 without control characters. */
public final class ImageIds {
  private static final int MAX_BYTES = 512;
  private static final int DIGITS_OF_DIGEST = 16;

  private ImageIds() {}

  /** Why a string cannot be an id, or null when it can. */
  public static String fault(String id) {
    if (id.isEmpty()) {
      return "an id must not be empty";
    }
    if (id.equals(".") || id.equals("..")) {
      // In an address they are steps, however they are written (RFC 3986, 5.2.4).
      return "an id must not be . or ..";
    }
    if (id.codePoints().anyMatch(Character::isISOControl)) {
      return "an id must not have control characters";
    }
    try {
      // A half of a surrogate pair cannot be written as UTF-8.
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(id));
      return utf8.remaining() > MAX_BYTES
          ? "an id must have at most %d bytes of UTF-8".formatted(MAX_BYTES)
          : null;
    } catch (CharacterCodingException e) {
      return "an id must be valid Unicode";
    }
  }

  /** The id of an image that came without one. */
  static String of(String sha256) {
    return sha256.substring(0, DIGITS_OF_DIGEST);
  }
}
