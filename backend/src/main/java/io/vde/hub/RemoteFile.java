package io.vde.hub;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A file as the hub describes it.
 *
 * @param path in the repository
 * @param etag names its content: SHA-256 (64 hex digits), git's SHA-1 (40 hex digits), or anything
 * @param size in bytes, if the hub says it
 */
record RemoteFile(String path, String etag, OptionalLong size) {
  /** Whether the ETag is a digest, by which the content can be checked. */
  boolean namesContent() {
    return isSha256() || etag.matches("[0-9a-f]{40}");
  }

  boolean isSha256() {
    return etag.matches("[0-9a-f]{64}");
  }

  /**
   * What its blob is called in the cache: the ETag, as the Python tools have it. Where that is not
   * a digest (some servers make it of a size and a time), two files may have the same.
   */
  String blob() {
    return namesContent()
        ? etag
        : etag + "-" + UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8));
  }
}
