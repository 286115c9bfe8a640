package io.vde.clip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A CLIP model on the disk, in the Hugging Face layout: {@code config.json}, {@code
 * preprocessor_config.json}, {@code tokenizer.json}, {@code onnx/text_model.onnx}, {@code
 * onnx/vision_model.onnx}. What is read here is trusted by nobody: whatever is missing or unknown
 * is said in one sentence.
 *
 * @param folder where it lies
 * @param dimension of its vectors ({@code projection_dim})
 * @param contextLength tokens of a text, at most
 * @param preprocessing from pixels to the vision tower's input
 */
record ModelBundle(Path folder, int dimension, int contextLength, Preprocessing preprocessing) {
  private static final String CONFIG = "config.json";
  private static final String PREPROCESSOR = "preprocessor_config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  private static final String TEXT_MODEL = "onnx/text_model.onnx";
  private static final String VISION_MODEL = "onnx/vision_model.onnx";

  /**
   * Of CLIP's published configuration, for the keys that a config.json leaves out (transformers'
   * CLIPConfig).
   */
  private static final int CLIP_DIMENSION = 512;

  private static final int CLIP_CONTEXT = 77;

  /** Tokenizers without a limit of their own carry a number beyond all sense. */
  private static final long SENSIBLE_LENGTH = 1 << 20;

  /**
   * Reads and checks the small files, and that the large ones are there.
   *
   * @throws BundleException when something is missing or not supported
   */
  static ModelBundle read(Path folder) {
    BundleFile config = BundleFile.read(folder, CONFIG);
    String family = config.part("model_type").asText("");
    if (!family.equals("clip")) {
      throw config.wrong("model_type", config.part("model_type"));
    }
    int dimension = config.positive(config.root(), "projection_dim", CLIP_DIMENSION);
    int context =
        config.positive(config.part("text_config"), "max_position_embeddings", CLIP_CONTEXT);
    Preprocessing preprocessing = Preprocessing.of(BundleFile.read(folder, PREPROCESSOR));
    for (String needed : List.of(TOKENIZER, TEXT_MODEL, VISION_MODEL)) {
      if (!Files.isRegularFile(folder.resolve(needed))) {
        throw new BundleException("The model has no " + needed + ".");
      }
    }
    return new ModelBundle(
        folder, dimension, Math.min(context, tokenizerLimit(folder)), preprocessing);
  }

  Path tokenizer() {
    return folder.resolve(TOKENIZER);
  }

  Path textModel() {
    return folder.resolve(TEXT_MODEL);
  }

  Path visionModel() {
    return folder.resolve(VISION_MODEL);
  }

  /** The first 12 hex digits of the SHA-256 over all files that make a vector what it is. */
  String revision() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name :
          List.of(CONFIG, PREPROCESSOR, TOKENIZER, TOKENIZER_CONFIG, TEXT_MODEL, VISION_MODEL)) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          digest.update((name + '\0' + Files.size(file) + '\0').getBytes(StandardCharsets.UTF_8));
          try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (IOException e) {
      throw new BundleException("The model's files cannot be read.", e);
    }
  }

  private static int tokenizerLimit(Path folder) {
    return BundleFile.find(folder, TOKENIZER_CONFIG)
        .map(file -> file.part("model_max_length"))
        .filter(limit -> limit.isNumber() && limit.asDouble() >= 2)
        .filter(limit -> limit.asDouble() < SENSIBLE_LENGTH)
        .map(limit -> limit.asInt())
        .orElse(Integer.MAX_VALUE);
  }
}
