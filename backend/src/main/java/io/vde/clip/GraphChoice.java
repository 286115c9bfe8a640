package io.vde.clip;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Which of several graphs of one precision was taken, kept in the data folder. The file is part of
 * the model's identity, and the trial that chooses it depends on what else the machine does: asked
 * again at the next start, it could lock the datasets that were made before.
 */
final class GraphChoice {
  private static final Logger LOG = Logger.getLogger(GraphChoice.class);

  private final Path file;

  GraphChoice(Path dataDir) {
    file = dataDir.resolve("models").resolve("graph-choice.properties");
  }

  /** The graph that was taken out of these before, if one was. */
  Optional<GraphFile> among(List<GraphFile> candidates) {
    String name = read().getProperty(key(candidates));
    return candidates.stream().filter(candidate -> candidate.name().equals(name)).findFirst();
  }

  /** Keeps a choice; one that cannot be kept is made again at the next start, with a warning. */
  void keep(List<GraphFile> candidates, GraphFile taken) {
    Properties choices = read();
    choices.setProperty(key(candidates), taken.name());
    try {
      Files.createDirectories(file.getParent());
      Path unfinished = Files.createTempFile(file.getParent(), "graph-choice", ".tmp");
      try {
        try (Writer out = Files.newBufferedWriter(unfinished)) {
          choices.store(out, "Graphs chosen for their speed: a dataset is tied to its model's");
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      LOG.warnf("The choice of %s cannot be kept: %s", taken.name(), e.getMessage());
    }
  }

  private Properties read() {
    Properties choices = new Properties();
    if (Files.exists(file)) {
      try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        choices.load(in);
      } catch (IOException | IllegalArgumentException e) {
        LOG.warnf("%s cannot be read, graphs are chosen anew: %s", file, e.getMessage());
      }
    }
    return choices;
  }

  /** The same wherever the bundle lies. */
  private static String key(List<GraphFile> candidates) {
    return candidates.stream()
        .map(candidate -> candidate.name() + " " + size(candidate.path()))
        .collect(Collectors.joining(", "));
  }

  private static long size(Path graph) {
    try {
      return Files.size(graph);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
