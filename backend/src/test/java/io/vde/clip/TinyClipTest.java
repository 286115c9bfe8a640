package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.media.Decoded;
import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small CLIP of random weights in the layout of published bundles, against the tokens, pixel sums
 * and embeddings that transformers gives (clip/make_tiny_clip.py made both).
 */
class TinyClipTest {
  /** transformers drops the alpha channel, we lay it on white. */
  private static final Set<String> TRANSPARENT = Set.of("images/17.png");

  @TempDir static Path data;
  private static Path bundle;
  private static JsonNode references;
  private static ImageDecoder decoder;
  private static Encoder encoder;

  @BeforeAll
  static void load() throws Exception {
    bundle = Path.of(TinyClipTest.class.getResource("/clip/tiny-clip").toURI());
    references = new ObjectMapper().readTree(bundle.resolve("references.json").toFile());
    decoder = new ImageDecoder(Settings.of(MediaConfig.class));
    encoder = Encoders.ready(data, bundle.toString(), decoder);
  }

  @AfterAll
  static void close() {
    encoder.close();
    decoder.close();
  }

  @Test
  void aFolderIsAModel() {
    assertEquals("tiny-clip", encoder.model().id());
    assertEquals(32, encoder.model().dimension());
    assertEquals(77, encoder.model().contextLength());
    assertEquals(64, encoder.model().imageWidth());
  }

  @Test
  void textsHaveTheVectorsOfTransformersAloneAndTogether() throws Exception {
    List<CompletableFuture<float[]>> together = new ArrayList<>();
    for (int copies = 0; copies < 3; copies++) {
      for (JsonNode text : references.get("texts")) {
        together.add(encoder.embedText(text.get("text").asText(), Lane.BULK));
      }
    }
    for (int i = 0; i < together.size(); i++) {
      JsonNode text = references.get("texts").get(i % references.get("texts").size());
      String words = text.get("text").asText();
      assertClose(text, together.get(i).get(Patience.SECONDS, TimeUnit.SECONDS), words);
      assertClose(
          text,
          encoder.embedText(words, Lane.INTERACTIVE).get(Patience.SECONDS, TimeUnit.SECONDS),
          words);
    }
  }

  @Test
  void imagesHaveThePixelsAndTheVectorsOfTransformers() throws Exception {
    Preprocessing preprocessing = Encoders.bundle(bundle).preprocessing();
    for (JsonNode image : references.get("images")) {
      String file = image.get("file").asText();
      if (TRANSPARENT.contains(file)) {
        continue;
      }
      Decoded decoded =
          decoder
              .decode(Files.readAllBytes(bundle.resolve(file)), Lane.BULK)
              .get(Patience.SECONDS, TimeUnit.SECONDS);
      FloatBuffer tensor = FloatBuffer.allocate(3 * 64 * 64);
      preprocessing.normalise(preprocessing.crop(decoded.pixels()), tensor);
      double sum = 0;
      for (float value : tensor.array()) {
        sum += value;
      }
      // One grey level in one pixel would change it by .014.
      assertEquals(image.get("pixel_sum").asDouble(), sum, .002, file);
      assertClose(
          image,
          encoder.embedImage(decoded.pixels(), Lane.BULK).get(Patience.SECONDS, TimeUnit.SECONDS),
          file);
    }
  }

  @Test
  void theSameTextIsTheSameVectorWhateverRunsBesideIt() throws Exception {
    float[] alone =
        encoder
            .embedText("a red square on blue", Lane.BULK)
            .get(Patience.SECONDS, TimeUnit.SECONDS);
    List<CompletableFuture<float[]>> together = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      together.add(encoder.embedText("a red square on blue", Lane.BULK));
    }
    for (CompletableFuture<float[]> one : together) {
      assertArrayEquals(alone, one.get(Patience.SECONDS, TimeUnit.SECONDS), 1e-6f);
    }
  }

  private static void assertClose(JsonNode reference, float[] vector, String what) {
    double cosine = 0;
    double square = 0;
    for (int i = 0; i < vector.length; i++) {
      double expected = reference.get("embedding").get(i).asDouble();
      cosine += vector[i] * expected;
      square += expected * expected;
    }
    assertTrue(cosine / Math.sqrt(square) >= .99999, cosine / Math.sqrt(square) + " " + what);
  }
}
