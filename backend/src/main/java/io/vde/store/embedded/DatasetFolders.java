package io.vde.store.embedded;

import io.vde.store.Dataset;
import io.vde.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;

/**
 * The folders of the datasets, each named like its dataset. A dataset exists once its index has a
 * commit and until its folder is renamed; both are atomic, and what a crash leaves of either is
 * swept away at the next start.
 */
final class DatasetFolders {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /** No dataset's name starts with a dot. */
  private static final String DROPPED = ".dropped-";

  private final Path root;
  private final DirectoryOpener opener;

  DatasetFolders(Path root, DirectoryOpener opener) {
    this.root = root;
    this.opener = opener;
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new StoreUnavailableException(
          "The folder %s cannot be made: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Removes what a crash has left, and names the datasets there are. */
  List<String> sweep() {
    List<String> names = new ArrayList<>();
    try (Stream<Path> children = Files.list(root)) {
      for (Path child : children.sorted().toList()) {
        String name = child.getFileName().toString();
        if (name.startsWith(DROPPED)) {
          IOUtils.rm(child);
        } else if (Files.isDirectory(child) && NAME.matcher(name).matches()) {
          if (hasCommit(name)) {
            names.add(name);
          } else {
            IOUtils.rm(child);
          }
        }
      }
    } catch (IOException e) {
      throw new StoreUnavailableException(
          "The folder %s cannot be read: %s".formatted(root, e.getMessage()), e);
    }
    return names;
  }

  private boolean hasCommit(String name) throws IOException {
    try (Directory directory = open(name)) {
      return DirectoryReader.indexExists(directory);
    }
  }

  Directory open(String name) throws IOException {
    return opener.open(root.resolve(name));
  }

  /** Makes the folder of a new dataset. */
  void create(Dataset dataset) throws IOException {
    if (!NAME.matcher(dataset.name()).matches()) {
      throw new IllegalArgumentException(
          "The name of a dataset matches %s: '%s'".formatted(NAME, dataset.name()));
    }
    Path folder = root.resolve(dataset.name());
    try {
      Files.createDirectories(folder);
      try (Directory directory = open(dataset.name())) {
        WriterFactory.create(directory, new DatasetCommit(dataset, 0, new float[0]));
      }
      IOUtils.fsync(root, true);
    } catch (IOException | RuntimeException e) {
      removeQuietly(folder);
      throw e;
    }
  }

  private static void removeQuietly(Path folder) {
    try {
      IOUtils.rm(folder);
    } catch (IOException e) {
      // Without a commit it is no dataset, and the next start sweeps it away.
      return;
    }
  }

  /** Removes the folder of a dataset that is closed. */
  void drop(String name) throws IOException {
    Path grave = root.resolve(DROPPED + name + "-" + System.nanoTime());
    Files.move(root.resolve(name), grave, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    IOUtils.fsync(root, true);
    removeQuietly(grave);
  }
}
