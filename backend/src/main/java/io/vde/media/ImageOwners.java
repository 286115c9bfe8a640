package io.vde.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The stores whose records name the originals: a file beside them has a line a store. With two of
 * them, what one store's records do not name may be the other's, and nothing is to be swept.
 */
@Singleton
public final class ImageOwners {
  /** Owns originals that were there before anybody was written down. */
  private static final String UNKNOWN = "unknown";

  private final Path folder;
  private final Path file;

  @Inject
  public ImageOwners(@ConfigProperty(name = "vde.data-dir") Path dataDir) {
    folder = dataDir.resolve("images");
    file = folder.resolve("stores");
  }

  /** Where they are written down, for people who know better. */
  public Path file() {
    return file;
  }

  /**
   * Writes a store down, durably, if it is not there yet.
   *
   * @param store what tells it from all others; one line
   * @return whether it is the only one
   */
  public synchronized boolean add(String store) {
    Set<String> owners = new LinkedHashSet<>(owners());
    if (owners.add(store)) {
      Path unfinished =
          SafeFiles.writeUnfinished(file, (String.join("\n", owners) + "\n").getBytes(UTF_8));
      SafeFiles.force(unfinished);
      SafeFiles.finish(unfinished, file);
      SafeFiles.forceFolder(folder);
      SafeFiles.forceFolder(folder.getParent());
    }
    return owners.size() == 1;
  }

  private List<String> owners() {
    if (Files.isRegularFile(file)) {
      try {
        return Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
      } catch (IOException e) {
        throw SafeFiles.explained(e, file);
      }
    }
    boolean used =
        SafeFiles.below(folder).stream()
            .anyMatch(kept -> Digests.isDigest(kept.getFileName().toString()));
    return used ? List.of(UNKNOWN) : List.of();
  }
}
