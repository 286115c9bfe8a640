package io.vde.clip;

import io.vde.hub.RepositoryFiles;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which files of a repository make a model, so that nothing else is fetched. What is wanted depends
 * on the files alone, and they are asked for in a fixed order. A graph that is there says what else
 * it needs, so the question is asked again when those that were wanted have come.
 */
final class WantedFiles {
  private static final String TEXT = "text_model";
  private static final String VISION = "vision_model";

  /** Both towers in one graph. */
  private static final String COMBINED = "model";

  private final String repository;
  private final Variant variant;

  /** The graphs that are needed, unless one file combines them. */
  private final List<String> towers;

  private final RepositoryFiles files;
  private final Set<String> wanted = new LinkedHashSet<>();

  private WantedFiles(
      String repository, Variant variant, List<String> towers, RepositoryFiles files) {
    this.repository = repository;
    this.variant = variant;
    this.towers = towers;
    this.files = files;
  }

  /**
   * Those of an image model.
   *
   * @param textTower whether its own text tower is wanted
   * @throws BundleException when it lacks one that it needs, or has no graphs of the variant
   */
  static List<String> ofModel(
      String repository, Variant variant, boolean textTower, RepositoryFiles files) {
    List<String> towers = textTower ? List.of(VISION, TEXT) : List.of(VISION);
    WantedFiles choice = new WantedFiles(repository, variant, towers, files);
    choice.need("config.json");
    if (!choice.take("preprocessor_config.json")) {
      choice.need("processor_config.json");
    }
    if (textTower) {
      choice.tokenizer();
    }
    towers.forEach(choice::tower);
    return List.copyOf(choice.wanted);
  }

  /**
   * Those of a text model that stands in for another's text tower: of sentence-transformers, with
   * the layers on top that its modules.json names, or of M-CLIP. It need not have the variant.
   *
   * @throws BundleException when it lacks one that it needs
   */
  static List<String> ofTextModel(String repository, Variant variant, RepositoryFiles files) {
    WantedFiles choice = new WantedFiles(repository, variant, List.of(COMBINED), files);
    choice.need("config.json");
    choice.tokenizer();
    if (choice.take(TextBundle.MODULES)) {
      choice.take("sentence_bert_config.json");
      choice.layers();
    } else {
      choice.need("model.safetensors");
    }
    if (!choice.graphs(COMBINED, variant) && !choice.graphs(COMBINED, Variant.FP32)) {
      throw choice.noGraphs();
    }
    return List.copyOf(choice.wanted);
  }

  private void tokenizer() {
    need("tokenizer.json");
    take("tokenizer_config.json");
  }

  /** Known when modules.json is there, which names them. */
  private void layers() {
    Optional<Path> modules = files.local(TextBundle.MODULES);
    if (modules.isPresent()) {
      List<String> paths = TextBundle.modules(modules.get().getParent());
      take(paths.get(1) + "/config.json");
      take(paths.get(2) + "/config.json");
      take(paths.get(2) + "/model.safetensors");
    }
  }

  private boolean take(String path) {
    boolean there = files.has(path);
    if (there) {
      wanted.add(path);
    }
    return there;
  }

  private void need(String path) {
    if (!take(path)) {
      throw new BundleException("%s has no %s.".formatted(repository, path));
    }
  }

  private void tower(String graph) {
    if (!graphs(graph, variant) && !graphs(COMBINED, variant)) {
      throw noGraphs();
    }
  }

  /** Takes each candidate for a graph. */
  private boolean graphs(String graph, Variant of) {
    boolean found = false;
    for (Variant candidate : of.candidates()) {
      String path = candidate.file(graph);
      if (take(path)) {
        found = true;
        weights(path);
      }
    }
    return found;
  }

  /**
   * Takes the files that a graph's weights are in: as it says itself where it can be looked into,
   * else those that are named after it.
   */
  private void weights(String graph) {
    Optional<Path> local = files.local(graph);
    if (local.isPresent()) {
      for (String name : OnnxFile.read(local.get()).externalData()) {
        beside(graph, name).ifPresent(this::take);
      }
      return;
    }
    take(graph + ".data");
    String data = graph + "_data";
    for (int part = 1; take(data); part++) {
      data = graph + "_data_" + part;
    }
  }

  /** A file that a graph names, as a path in the repository; empty when it is no path. */
  private static Optional<String> beside(String graph, String name) {
    try {
      Path path = Path.of(graph).resolveSibling(name).normalize();
      return Optional.of(path.toString().replace(File.separatorChar, '/'));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private BundleException noGraphs() {
    List<String> complete =
        Arrays.stream(Variant.values()).filter(this::isComplete).map(Variant::label).toList();
    if (!complete.isEmpty()) {
      return new BundleException(
          "%s has no files for vde.model.variant=%s; it has %s."
              .formatted(repository, variant.label(), String.join(", ", complete)));
    }
    String needed = towers.stream().map(Variant.FP32::file).collect(Collectors.joining(" and "));
    String needs =
        towers.contains(COMBINED) ? needed : needed + " or " + Variant.FP32.file(COMBINED);
    List<String> there =
        Arrays.stream(Variant.values())
            .flatMap(other -> Stream.of(VISION, TEXT, COMBINED).map(other::file))
            .filter(files::has)
            .toList();
    return new BundleException(
        there.isEmpty()
            ? "%s has no ONNX files; it needs %s, or those of another variant."
                .formatted(repository, needs)
            : "%s has the ONNX files of no variant; it needs %s, or those of another variant, and has %s."
                .formatted(repository, needs, String.join(", ", there)));
  }

  /** Whether all graphs are there in a variant's own files. */
  private boolean isComplete(Variant other) {
    return files.has(other.file(COMBINED))
        || towers.stream().allMatch(tower -> files.has(other.file(tower)));
  }
}
