package io.vde.hub;

import java.nio.file.Path;
import java.util.Optional;

/** What files a repository has, by their paths with {@code /} between the parts. */
@FunctionalInterface
public interface RepositoryFiles {
  /** Whether there is a file of this path. May ask the hub. */
  boolean has(String path);

  /** Where a file lies, when it is in the cache and can be looked into. */
  default Optional<Path> local(String path) {
    return Optional.empty();
  }
}
