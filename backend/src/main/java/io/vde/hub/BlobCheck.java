package io.vde.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Whether a file holds what its ETag names: 64 hex digits are the SHA-256 of a large file, 40 are
 * the SHA-1 that git gives a small one. Any other ETag says nothing about the content, of which
 * then the size alone is known.
 */
final class BlobCheck {
  private BlobCheck() {}

  /** What is wrong with a file, as the end of a sentence about it; empty when nothing is. */
  static Optional<String> fault(Path file, RemoteFile expected) throws IOException {
    long size = Files.size(file);
    if (expected.size().isPresent() && expected.size().getAsLong() != size) {
      return Optional.of("has %d bytes and not %d".formatted(size, expected.size().getAsLong()));
    }
    if (!expected.namesContent()) {
      return Optional.empty();
    }
    boolean large = expected.isSha256();
    String found =
        large ? digest("SHA-256", "", file) : digest("SHA-1", "blob " + size + '\0', file);
    return found.equals(expected.etag())
        ? Optional.empty()
        : Optional.of(
            "has the %s %s and not %s"
                .formatted(large ? "SHA-256" : "git SHA-1", found, expected.etag()));
  }

  private static String digest(String algorithm, String head, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(head.getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}
