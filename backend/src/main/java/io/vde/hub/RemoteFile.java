package io.vde.hub;

import java.util.OptionalLong;

/**
 * A file as the hub describes it.
 *
 * @param path in the repository
 * @param etag names its content: SHA-256 (64 hex digits), git's SHA-1 (40 hex digits), or anything
 * @param size in bytes, if the hub says it
 */
record RemoteFile(String path, String etag, OptionalLong size) {}
