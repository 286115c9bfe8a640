package io.vde.clip;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The kinds of models that are known, told apart by {@code model_type} in config.json. The defaults
 * are those of transformers' configuration classes, for keys that a file leaves out.
 */
enum Family {
  /** OpenAI's CLIP, and OpenCLIP's, LAION's and Apple's (MobileCLIP) in the same layout. */
  CLIP("clip", "text_embeds", "image_embeds") {
    @Override
    int dimension(BundleFile config) {
      return config.positive(config.root(), "projection_dim", 512);
    }

    @Override
    int context(BundleFile config) {
      return config.positive(config.part("text_config"), "max_position_embeddings", 77);
    }
  },

  /** SigLIP, and SigLIP 2 of a fixed resolution. Pools the last position, padding included. */
  SIGLIP("siglip", "pooler_output", "pooler_output") {
    @Override
    int dimension(BundleFile config) {
      JsonNode text = config.part("text_config");
      return config.positive(text, "projection_size", config.positive(text, "hidden_size", 768));
    }

    @Override
    int context(BundleFile config) {
      return config.positive(config.part("text_config"), "max_position_embeddings", 64);
    }
  },

  /** Chinese-CLIP: a BERT reads the text. */
  CHINESE_CLIP("chinese_clip", "text_embeds", "image_embeds") {
    @Override
    int dimension(BundleFile config) {
      return config.positive(config.root(), "projection_dim", 512);
    }

    @Override
    int context(BundleFile config) {
      return config.positive(config.part("text_config"), "max_position_embeddings", 512);
    }
  },

  /** jina-clip v1 (two graphs) and v2 (one). */
  JINA_CLIP("jina_clip", "text_embeds", "image_embeds") {
    @Override
    int dimension(BundleFile config) {
      return config.positive(
          config.root(),
          "projection_dim",
          config.positive(config.part("text_config"), "embed_dim", 768));
    }

    @Override
    int context(BundleFile config) {
      return Integer.MAX_VALUE; // its positions have no table; the tokenizer's limit counts
    }
  };

  private final String modelType;
  private final String textOutput;
  private final String imageOutput;

  Family(String modelType, String textOutput, String imageOutput) {
    this.modelType = modelType;
    this.textOutput = textOutput;
    this.imageOutput = imageOutput;
  }

  /**
   * The family of a bundle.
   *
   * @throws BundleException when it is none of these
   */
  static Family of(BundleFile config) {
    JsonNode type = config.part("model_type");
    if (type.asText("").equals("siglip2")) {
      throw new BundleException(
          "The model's config.json has the \"model_type\" siglip2, which is NaFlex: images of many"
              + " shapes as sequences of patches, which is not supported; SigLIP 2 of a fixed"
              + " resolution is.");
    }
    return Arrays.stream(values())
        .filter(family -> family.modelType.equals(type.asText("")))
        .findFirst()
        .orElseThrow(
            () ->
                new BundleException(
                    config.wrong("model_type", type).getMessage()
                        + " Known are "
                        + Arrays.stream(values())
                            .map(family -> family.modelType)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  /** Length of its vectors. */
  abstract int dimension(BundleFile config);

  /** Tokens of a text that it has positions for. */
  abstract int context(BundleFile config);

  /** Whether a text is always filled up with padding, which the model was trained to read. */
  boolean alwaysPads() {
    return this == SIGLIP;
  }

  /** Names that the vectors of texts have in published graphs, the most usual first. */
  List<String> textOutputs() {
    return List.of(textOutput, "text_embeddings", "l2norm_text_embeddings");
  }

  /** The same for images. */
  List<String> imageOutputs() {
    return List.of(imageOutput, "image_embeddings", "l2norm_image_embeddings");
  }
}
