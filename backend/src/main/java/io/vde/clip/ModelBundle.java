package io.vde.clip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A model on the disk, in the Hugging Face layout: {@code config.json}, {@code
 * preprocessor_config.json}, {@code tokenizer.json}, and under {@code onnx/} a graph for each tower
 * ({@code text_model}, {@code vision_model}) or one for both ({@code model}). What is read here is
 * trusted by nobody: whatever is missing or unknown is said in one sentence.
 *
 * @param folder where it lies
 * @param dimension of its vectors
 * @param text from texts to vectors
 * @param visionGraphs files that may serve as the vision tower, the preferred first
 * @param imageOutputs names that the vectors of images may have in them
 * @param preprocessing from pixels to the vision tower's input
 */
record ModelBundle(
    Path folder,
    int dimension,
    TextBundle text,
    List<GraphFile> visionGraphs,
    List<String> imageOutputs,
    Preprocessing preprocessing) {
  static final String TEXT_MODEL = "text_model";
  static final String VISION_MODEL = "vision_model";

  /** Both towers in one graph. */
  static final String COMBINED = "model";

  private static final String CONFIG = "config.json";
  private static final String PREPROCESSOR = "preprocessor_config.json";

  /** Where newer exports have it, as the part {@code image_processor}. */
  private static final String PROCESSOR = "processor_config.json";

  private static final String OPEN_CLIP = "open_clip_config.json";

  /**
   * Reads and checks the small files, and looks into the large ones.
   *
   * @param variant the precision of the graphs
   * @param textFolder of another model that reads the texts instead of its own text tower
   * @throws BundleException when something is missing or not supported
   */
  static ModelBundle read(Path folder, Variant variant, Optional<Path> textFolder) {
    if (!Files.exists(folder.resolve(CONFIG)) && Files.exists(folder.resolve(OPEN_CLIP))) {
      throw new BundleException(
          "The model has no config.json: it is a checkpoint of OpenCLIP (open_clip_config.json); an"
              + " ONNX export of it with config.json, preprocessor_config.json and tokenizer.json"
              + " is needed.");
    }
    BundleFile config = BundleFile.read(folder, CONFIG);
    Family family = Family.of(config);
    int dimension = family.dimension(config);
    Preprocessing preprocessing = Preprocessing.of(preprocessor(folder));
    TextBundle text =
        textFolder.isPresent()
            ? TextBundle.standingAlone(textFolder.get(), dimension, variant)
            : TextBundle.of(folder, config, family, graphs(folder, variant, TEXT_MODEL));
    return new ModelBundle(
        folder,
        dimension,
        text,
        graphs(folder, variant, VISION_MODEL),
        family.imageOutputs(),
        preprocessing);
  }

  /**
   * The first 12 hex digits of the SHA-256 over the files that make the vector of an image what it
   * is. Those that read texts do not count: datasets and classifiers hold vectors of images, and
   * with {@code vde.model.text} the model's own text files are not even fetched.
   *
   * @param visionGraph the one that runs
   */
  String revision(GraphFile visionGraph) {
    List<String> names = new ArrayList<>(List.of(CONFIG));
    names.add(Files.isRegularFile(folder.resolve(PREPROCESSOR)) ? PREPROCESSOR : PROCESSOR);
    names.addAll(visionGraph.files());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : names) {
        Path file = folder.resolve(name);
        digest.update((name + '\0' + Files.size(file) + '\0').getBytes(StandardCharsets.UTF_8));
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (IOException e) {
      throw new BundleException("The model's files cannot be read.", e);
    }
  }

  private static BundleFile preprocessor(Path folder) {
    Optional<BundleFile> processor =
        BundleFile.find(folder, PREPROCESSOR)
            .or(
                () ->
                    BundleFile.find(folder, PROCESSOR).map(file -> file.within("image_processor")));
    return processor.orElseThrow(
        () -> new BundleException("The model has no " + PREPROCESSOR + "."));
  }

  /** The files of a tower: one of its own, or the combined one. */
  private static List<GraphFile> graphs(Path folder, Variant variant, String tower) {
    List<GraphFile> own = variant.find(folder, tower);
    List<GraphFile> found = own.isEmpty() ? variant.find(folder, COMBINED) : own;
    if (found.isEmpty()) {
      String present = Variant.present(folder, List.of(TEXT_MODEL, VISION_MODEL, COMBINED));
      throw new BundleException(
          "The model has no %s%s; it has %s."
              .formatted(
                  variant.file(tower),
                  variant == Variant.FP32 ? "" : " for vde.model.variant=" + variant.label(),
                  present.isEmpty() ? "no graph that is known" : present));
    }
    return found;
  }
}
