package io.vde.media;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 digests as names of files: 64 lower-case hex digits, spread over 256 x 256 folders. */
final class Digests {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  private Digests() {}

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether it is one; null, of an image whose bytes were never kept, is not. */
  static boolean isDigest(String text) {
    return text != null && FORM.matcher(text).matches();
  }

  /**
   * Where the file of a digest lies below a folder.
   *
   * @throws IllegalArgumentException when it is not a digest, so that no name can lead out of the
   *     folder
   */
  static Path place(Path folder, String sha256, String suffix) {
    if (!isDigest(sha256)) {
      throw new IllegalArgumentException("not a SHA-256 in lower-case hex");
    }
    return folder
        .resolve(sha256.substring(0, 2))
        .resolve(sha256.substring(2, 4))
        .resolve(sha256 + suffix);
  }
}
