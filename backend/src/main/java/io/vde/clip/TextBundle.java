package io.vde.clip;

import com.fasterxml.jackson.databind.JsonNode;
import io.vde.clip.TextTokens.LowerCase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The side of a model that reads texts: the image model's own, or a multilingual one that was
 * taught to meet its vectors (sentence-transformers, M-CLIP).
 *
 * @param folder where it lies
 * @param graphs files that may serve as the text tower, the preferred first
 * @param outputs names that the wanted output may have in them
 * @param width of that output
 * @param dense what makes a vector of the mean over the tokens; null when the graph gives vectors
 * @param contextLength tokens of a text, at most
 * @param padding what fills a row up, and whether it must
 * @param lowerCase what is lower-cased before a text reaches the tokenizer
 */
record TextBundle(
    Path folder,
    List<GraphFile> graphs,
    List<String> outputs,
    int width,
    Dense dense,
    int contextLength,
    Padding padding,
    LowerCase lowerCase) {
  private static final Logger LOG = Logger.getLogger(TextBundle.class);

  static final String TOKENIZER = "tokenizer.json";
  static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /** Longer contexts would cost memory that grows with their square, and nobody's query has it. */
  static final int LONGEST_CONTEXT = 512;

  static final String MODULES = "modules.json";
  private static final String CONFIG = "config.json";

  /** What names a text model that stands alone. */
  static final String SETTING = "vde.model.text";

  private static final List<String> OTHER_POOLINGS =
      List.of(
          "pooling_mode_cls_token",
          "pooling_mode_max_tokens",
          "pooling_mode_mean_sqrt_len_tokens",
          "pooling_mode_weightedmean_tokens",
          "pooling_mode_lasttoken");

  private static final List<String> TOKEN_STATES = List.of("last_hidden_state", "token_embeddings");

  /**
   * What fills up rows of a fixed length.
   *
   * @param token the padding token; empty: the end token
   * @param left whether it goes before the text
   * @param always whether every row is filled up, for a tower that reads its padding
   */
  record Padding(String token, boolean left, boolean always) {}

  Path tokenizer() {
    return folder.resolve(TOKENIZER);
  }

  /** The text side of a model of both. */
  static TextBundle of(Path folder, BundleFile config, Family family, List<GraphFile> graphs) {
    return new TextBundle(
        folder,
        graphs,
        family.textOutputs(),
        family.dimension(config),
        null,
        context(folder, family.context(config)),
        padding(folder, family.alwaysPads()),
        family == Family.SIGLIP ? siglipCase(folder) : LowerCase.NOTHING);
  }

  /**
   * A text model of its own.
   *
   * @param dimension of the image model's vectors
   * @throws BundleException when it is not of a known kind, or its vectors have another dimension
   */
  static TextBundle standingAlone(Path folder, int dimension, Variant variant) {
    try {
      return readAlone(folder, dimension, variant);
    } catch (BundleException e) {
      throw e.of(SETTING);
    }
  }

  private static TextBundle readAlone(Path folder, int dimension, Variant variant) {
    if (Files.isRegularFile(folder.resolve(MODULES))) {
      return sentenceTransformer(folder, dimension, variant);
    }
    BundleFile config = BundleFile.read(folder, CONFIG);
    if (!config.part("model_type").asText("").equals("M-CLIP")) {
      throw new BundleException(
          "vde.model.text is not supported: it has no modules.json (sentence-transformers), and the"
              + " \"model_type\" in its config.json is not M-CLIP.");
    }
    int in = config.positive(config.root(), "transformerDimensions", 1024);
    int out = config.positive(config.root(), "numDims", 512);
    requireDimension(CONFIG, "numDims", out, dimension);
    SafeTensors weights = SafeTensors.open(folder, "model.safetensors");
    Dense dense =
        new Dense(
            weights.floats("LinearTransformation.weight", out, in),
            weights.floats("LinearTransformation.bias", out));
    return alone(folder, variant, in, dense, LONGEST_CONTEXT);
  }

  /** As modules.json lists them: a transformer, the mean of its tokens, a linear layer. */
  private static TextBundle sentenceTransformer(Path folder, int dimension, Variant variant) {
    List<String> paths = modules(folder);
    String poolingName = paths.get(1) + "/config.json";
    BundleFile pooling = BundleFile.read(folder, poolingName);
    boolean mean = pooling.flag("pooling_mode_mean_tokens", false);
    for (String mode : OTHER_POOLINGS) {
      if (pooling.flag(mode, false)) {
        throw pooling.wrong(mode, pooling.part(mode));
      }
    }
    if (!mean) {
      throw pooling.wrong("pooling_mode_mean_tokens", pooling.part("pooling_mode_mean_tokens"));
    }
    BundleFile layer = BundleFile.read(folder, paths.get(2) + "/config.json");
    JsonNode activation = layer.part("activation_function");
    if (!activation.asText("").endsWith(".Identity")) {
      throw layer.wrong("activation_function", activation);
    }
    int in = layer.positive(layer.root(), "in_features", 768);
    int out = layer.positive(layer.root(), "out_features", 512);
    requireDimension(layer.name(), "out_features", out, dimension);
    SafeTensors weights = SafeTensors.open(folder, paths.get(2) + "/model.safetensors");
    float[] bias = layer.flag("bias", true) ? weights.floats("linear.bias", out) : new float[out];
    Dense dense = new Dense(weights.floats("linear.weight", out, in), bias);
    int limit =
        BundleFile.find(folder, "sentence_bert_config.json")
            .map(file -> file.positive(file.root(), "max_seq_length", LONGEST_CONTEXT))
            .orElse(LONGEST_CONTEXT);
    return alone(folder, variant, in, dense, limit);
  }

  /**
   * The folders of a transformer, a pooling and a linear layer, as modules.json lists them.
   *
   * @throws BundleException when it lists anything else
   */
  static List<String> modules(Path folder) {
    BundleFile modules = BundleFile.readList(folder, MODULES);
    List<String> wanted = List.of("Transformer", "Pooling", "Dense");
    if (modules.root().size() != wanted.size()) {
      throw new BundleException(
          "The model's modules.json does not list a Transformer, a Pooling and a Dense.");
    }
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      JsonNode module = modules.root().get(i);
      if (!module.path("type").asText("").endsWith("." + wanted.get(i))) {
        throw modules.wrong("type", module.path("type"));
      }
      String path = module.path("path").asText("");
      // The transformer may lie in the model's folder, as its graph does.
      if (!path.matches(i == 0 ? "[A-Za-z0-9_-]*" : "[A-Za-z0-9_-]+")) {
        throw modules.wrong("path", module.path("path"));
      }
      paths.add(path);
    }
    return paths;
  }

  private static TextBundle alone(Path folder, Variant variant, int width, Dense dense, int limit) {
    // A text model is rarely published in all the variants that image models are.
    List<GraphFile> graphs = variant.find(folder, ModelBundle.COMBINED);
    if (graphs.isEmpty()) {
      graphs = Variant.FP32.find(folder, ModelBundle.COMBINED);
      if (!graphs.isEmpty()) {
        LOG.infof(
            "vde.model.text has no %s for vde.model.variant=%s: texts are read by its %s",
            variant.file(ModelBundle.COMBINED), variant.label(), graphs.getFirst().name());
      }
    }
    if (graphs.isEmpty()) {
      throw new BundleException(
          "The model has no %s; without an ONNX graph vde.model.text cannot be run."
              .formatted(Variant.FP32.file(ModelBundle.COMBINED)));
    }
    return new TextBundle(
        folder,
        graphs,
        TOKEN_STATES,
        width,
        dense,
        context(folder, limit),
        padding(folder, false),
        LowerCase.NOTHING);
  }

  /** SigLIP was trained on lower case; SigLIP 2's tokenizer files (Gemma's) do not say so. */
  private static LowerCase siglipCase(Path folder) {
    boolean said =
        BundleFile.find(folder, TOKENIZER_CONFIG)
            .map(file -> file.flag("do_lower_case", false))
            .orElse(false);
    return said ? LowerCase.WORDS : LowerCase.LETTERS;
  }

  private static void requireDimension(String file, String key, int found, int dimension) {
    if (found != dimension) {
      throw new BundleException(
          "vde.model.text has a \"%s\" of %d in its %s, and the vectors of vde.model have %d numbers."
              .formatted(key, found, file, dimension));
    }
  }

  private static int context(Path folder, int positions) {
    if (!Files.isRegularFile(folder.resolve(TOKENIZER))) {
      throw new BundleException("The model has no " + TOKENIZER + ".");
    }
    // Tokenizers without a limit of their own carry a number beyond all sense.
    int limit =
        BundleFile.find(folder, TOKENIZER_CONFIG)
            .map(file -> file.part("model_max_length"))
            .filter(value -> value.isNumber() && value.asDouble() >= 2)
            .filter(value -> value.asDouble() <= LONGEST_CONTEXT)
            .map(JsonNode::asInt)
            .orElse(LONGEST_CONTEXT);
    return Math.min(positions, limit);
  }

  private static Padding padding(Path folder, boolean always) {
    Optional<BundleFile> file = BundleFile.find(folder, TOKENIZER_CONFIG);
    JsonNode token = file.map(f -> f.part("pad_token")).orElse(null);
    String text = token == null ? "" : token.path("content").asText(token.asText(""));
    boolean left = file.map(f -> f.part("padding_side").asText("").equals("left")).orElse(false);
    return new Padding(text, left, always);
  }
}
