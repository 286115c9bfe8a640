package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.media.Lane;
import io.vde.testing.Patience;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A bundle among the test resources, and what a reference implementation makes of its inputs. */
record References(Path folder, List<Text> texts, List<Image> images) {
  /** A text, its token ids, and its vector alone and among all others, not normalised. */
  record Text(String text, long[] ids, double[] alone, double[] batched) {}

  /** A picture, and its vector alone and among all others. */
  record Image(Path file, double[] alone, double[] batched) {}

  static References of(String name) {
    return in(resource(name), resource("clip/tiny-clip"));
  }

  /** Of a bundle elsewhere, which holds its own pictures. */
  static References in(Path folder) {
    return in(folder, folder);
  }

  private static References in(Path folder, Path pictures) {
    try {
      Path file = folder.resolve("references.json");
      JsonNode json =
          Files.exists(file)
              ? new ObjectMapper().readTree(file.toFile())
              : new ObjectMapper().createObjectNode();
      return new References(
          folder,
          list(json.path("texts")).map(References::text).toList(),
          list(json.path("images"))
              .filter(image -> !image.path("mode").asText("").equals("RGBA")) // dropped there
              .map(image -> image(pictures, image))
              .toList());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path resource(String name) {
    try {
      return Path.of(References.class.getResource("/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Copies the bundle, over what is there. */
  Path copyTo(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(folder.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return target;
  }

  /** Each text by itself, and all at once. */
  void assertTexts(Encoder encoder, double least) throws Exception {
    assertTrue(!texts.isEmpty());
    List<CompletableFuture<float[]>> together = new ArrayList<>();
    for (Text text : texts) {
      float[] vector =
          encoder.embedText(text.text, Lane.INTERACTIVE).get(Patience.SECONDS, TimeUnit.SECONDS);
      assertClose(text.alone, vector, least, text.text);
    }
    for (int i = 0; i < 3 * texts.size(); i++) {
      together.add(encoder.embedText(texts.get(i % texts.size()).text, Lane.BULK));
    }
    for (int i = 0; i < together.size(); i++) {
      Text text = texts.get(i % texts.size());
      assertClose(
          text.batched, together.get(i).get(Patience.SECONDS, TimeUnit.SECONDS), least, text.text);
    }
  }

  /** Each image by itself, and all at once; a JPEG may be decoded a little otherwise. */
  void assertImages(Encoder encoder, double least) throws Exception {
    assertTrue(!images.isEmpty());
    List<CompletableFuture<float[]>> together = new ArrayList<>();
    for (Image image : images) {
      double leastHere = image.file.toString().endsWith(".jpg") ? Math.min(least, .9995) : least;
      byte[] bytes = Files.readAllBytes(image.file);
      float[] vector =
          encoder.embedImage(bytes, Lane.INTERACTIVE).get(Patience.SECONDS, TimeUnit.SECONDS);
      assertClose(image.alone, vector, leastHere, image.file.toString());
      together.add(encoder.embedImage(bytes, Lane.BULK));
    }
    for (int i = 0; i < together.size(); i++) {
      float[] vector = together.get(i).get(Patience.SECONDS, TimeUnit.SECONDS);
      String file = images.get(i).file.toString();
      double leastHere = file.endsWith(".jpg") ? Math.min(least, .9995) : least;
      assertClose(images.get(i).batched, vector, leastHere, file);
    }
  }

  static double cosine(double[] expected, float[] vector) {
    double dot = 0;
    double square = 0;
    for (int i = 0; i < vector.length; i++) {
      dot += vector[i] * expected[i];
      square += expected[i] * expected[i];
    }
    return dot / Math.sqrt(square);
  }

  private static void assertClose(double[] expected, float[] vector, double least, String what) {
    double cosine = cosine(expected, vector);
    assertTrue(cosine >= least, "cosine " + cosine + " for " + what);
  }

  private static Text text(JsonNode json) {
    return new Text(
        json.get("text").asText(),
        list(json.get("ids")).mapToLong(JsonNode::asLong).toArray(),
        numbers(json.get("embedding")),
        numbers(json.path(json.has("batched") ? "batched" : "embedding")));
  }

  private static Image image(Path folder, JsonNode json) {
    return new Image(
        folder.resolve(json.get("file").asText()),
        numbers(json.get("embedding")),
        numbers(json.path(json.has("batched") ? "batched" : "embedding")));
  }

  private static double[] numbers(JsonNode array) {
    return list(array).mapToDouble(JsonNode::asDouble).toArray();
  }

  private static Stream<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
