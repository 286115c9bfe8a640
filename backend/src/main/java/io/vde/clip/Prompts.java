package io.vde.clip;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sentences that a text is put into before it is embedded; the mean of their unit vectors, scaled
 * to unit length again, is the text's vector (Radford et al. 2021, section 3.1.4).
 *
 * @param templates each with {@code {}} where the text goes
 */
record Prompts(List<String> templates) {
  private static final String HOLE = "{}";

  Prompts {
    for (String template : templates) {
      if (!template.contains(HOLE)) {
        throw new BundleException(
            "vde.model.prompts has \"%s\" without {} where the text goes.".formatted(template));
      }
    }
  }

  /** As configured; without any, a text is embedded as it is. */
  static Prompts of(ModelConfig config) {
    return new Prompts(config.prompts().orElse(List.of(HOLE)));
  }

  /** The sentences for a text. */
  List<String> around(String text) {
    return templates.stream().map(template -> template.replace(HOLE, text)).toList();
  }

  /**
   * The vector of a text, from those of its sentences. Once one of them has failed, or the vector
   * itself is cancelled, nobody needs the others: they are cancelled.
   */
  static CompletableFuture<float[]> mean(List<CompletableFuture<float[]>> sentences) {
    if (sentences.size() == 1) {
      return sentences.getFirst();
    }
    CompletableFuture<float[]> mean =
        CompletableFuture.allOf(sentences.toArray(CompletableFuture[]::new))
            .thenApply(_ -> meanOf(sentences.stream().map(CompletableFuture::join).toList()));
    for (CompletableFuture<float[]> sentence : sentences) {
      var _ =
          sentence.whenComplete(
              (vector, failure) -> {
                if (failure != null) {
                  mean.completeExceptionally(failure);
                }
              });
    }
    var _ =
        mean.whenComplete(
            (vector, failure) -> {
              if (failure != null) {
                sentences.forEach(sentence -> sentence.cancel(false));
              }
            });
    return mean;
  }

  private static float[] meanOf(List<float[]> vectors) {
    float[] sum = new float[vectors.getFirst().length];
    for (float[] vector : vectors) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vector[i];
      }
    }
    return UnitVector.of(sum);
  }
}
