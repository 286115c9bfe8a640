package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo model gives the vectors of an independent pipeline (demo-reference/demo_embeddings.py).
 */
class EncoderParityTest {
  @TempDir static Path data;
  private static JsonNode reference;
  private static ImageDecoder decoder;
  private static Encoder encoder;

  @BeforeAll
  static void load() throws Exception {
    try (InputStream in = open("demo-embeddings.json")) {
      reference = new ObjectMapper().readTree(in);
    }
    decoder = new ImageDecoder(Settings.of(MediaConfig.class));
    encoder = Encoders.ready(data, "demo", decoder);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Test
  void tokensAreThoseOfTheReference() {
    try (TextTokens tokens =
        new TextTokens(
            ModelSource.demo(data).folder().resolve("tokenizer.json"),
            32,
            TextTokens.LowerCase.NOTHING,
            data.resolve("cache"))) {
      for (JsonNode text : reference.get("texts")) {
        long[] ids =
            StreamSupport.stream(text.get("ids").spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
        assertArrayEquals(ids, tokens.ids(text.get("text").asText()), text.get("text")::asText);
      }
    }
  }

  @Test
  void textsHaveTheVectorsOfTheReference() throws Exception {
    for (JsonNode text : reference.get("texts")) {
      float[] vector =
          encoder
              .embedText(text.get("text").asText(), Lane.INTERACTIVE)
              .get(Patience.SECONDS, TimeUnit.SECONDS);
      assertClose(text, vector, .99999, text.get("text").asText());
    }
  }

  @Test
  void imagesHaveTheVectorsOfTheReference() throws Exception {
    for (JsonNode image : reference.get("images")) {
      String name = image.get("file").asText();
      float[] vector =
          encoder
              .embedImage(bytes("images/" + name), Lane.BULK)
              .get(Patience.SECONDS, TimeUnit.SECONDS);
      assertClose(image, vector, name.endsWith(".jpg") ? .999 : .99999, name);
    }
  }

  @Test
  void aVectorDoesNotDependOnWhatElseIsEmbedded() throws Exception {
    List<CompletableFuture<float[]>> texts = new ArrayList<>();
    List<CompletableFuture<float[]>> images = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      for (JsonNode text : reference.get("texts")) {
        texts.add(encoder.embedText(text.get("text").asText(), Lane.BULK));
      }
      for (JsonNode image : reference.get("images")) {
        images.add(encoder.embedImage(bytes("images/" + image.get("file").asText()), Lane.BULK));
      }
    }
    for (int i = 0; i < texts.size(); i++) {
      JsonNode text = reference.get("texts").get(i % 20);
      assertClose(
          text,
          texts.get(i).get(Patience.SECONDS, TimeUnit.SECONDS),
          .99999,
          text.get("text").asText());
      JsonNode image = reference.get("images").get(i % 20);
      double tolerance = image.get("file").asText().endsWith(".jpg") ? .999 : .99999;
      assertClose(
          image,
          images.get(i).get(Patience.SECONDS, TimeUnit.SECONDS),
          tolerance,
          image.get("file").asText());
    }
  }

  @Test
  void theModelSaysWhatItIs() {
    ModelIdentity model = encoder.model();
    assertEquals("demo", model.id());
    assertEquals(512, model.dimension());
    assertEquals(32, model.contextLength());
    assertTrue(model.revision().matches("[0-9a-f]{12}"), model.revision());
  }

  private static void assertClose(JsonNode expected, float[] vector, double least, String what) {
    double cosine = 0;
    double length = 0;
    for (int i = 0; i < vector.length; i++) {
      cosine += vector[i] * expected.get("embedding").get(i).asDouble();
      length += vector[i] * vector[i];
    }
    assertEquals(1, length, 1e-5, "squared length of " + what);
    assertTrue(cosine >= least, "cosine " + cosine + " for " + what);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(String name) {
    return EncoderParityTest.class.getResourceAsStream("/demo-reference/" + name);
  }
}
