package io.vde.hub;

import java.nio.file.Path;

/**
 * The files of a repository at a commit, as they lie in the cache.
 *
 * @param repository {@code owner/name}
 * @param commit 40 hex digits
 * @param folder with the files, at their paths in the repository; most are links
 */
public record Snapshot(String repository, String commit, Path folder) {}
