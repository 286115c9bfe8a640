package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CLIP's own tokenizer, against the ids that transformers gives
 * (clip/clip_tokenizer_vectors.jsonl).
 */
class TextTokensTest {
  @TempDir static Path cache;
  private static Path resources;
  private static TextTokens clip;

  @BeforeAll
  static void load() throws Exception {
    resources =
        Path.of(TextTokensTest.class.getResource("/clip/tokenizer.json").toURI()).getParent();
    clip =
        new TextTokens(
            resources.resolve("tokenizer.json"), 77, TextTokens.LowerCase.NOTHING, cache);
  }

  @AfterAll
  static void close() {
    clip.close();
  }

  @Test
  void everyTestStringHasTheIdsOfTheReference() throws Exception {
    ObjectMapper json = new ObjectMapper();
    int count = 0;
    for (String line : Files.readAllLines(resources.resolve("clip_tokenizer_vectors.jsonl"))) {
      JsonNode vector = json.readTree(line);
      String text = vector.get("text").asText();
      assertArrayEquals(ids(vector.get("ids_trunc77")), clip.ids(text), text);
      count++;
    }
    assertTrue(count >= 300, count + " strings");
  }

  @Test
  void theCutKeepsTheEndToken() {
    long[] ids = clip.ids("word ".repeat(500));
    assertEquals(77, ids.length);
    assertEquals(49407, ids[76]);
  }

  @Test
  void aMegabyteOfTextIsReadAsItsBeginning() {
    String beginning = "a photo of a cat, " + "and a dog ".repeat(40);
    assertArrayEquals(clip.ids(beginning), clip.ids(beginning + "x ".repeat(1 << 19)));
  }

  @Test
  void blanksDoNotUseUpTheCap() {
    assertArrayEquals(clip.ids("a cat"), clip.ids("a" + " \t\n".repeat(20_000) + "cat"));
  }

  @Test
  void theCapNeverEndsInHalfACharacter() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      String capped =
          TextTokens.capped("a".repeat(random.nextInt(9)) + "\ud83d\ude00".repeat(9_000));
      assertTrue(capped.length() <= 10_000);
      assertFalse(Character.isHighSurrogate(capped.charAt(capped.length() - 1)));
    }
  }

  @Test
  void aBrokenTokenizerIsSaidInWords(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"version\":");
    BundleException e =
        assertThrows(
            BundleException.class,
            () -> new TextTokens(file, 77, TextTokens.LowerCase.NOTHING, cache));
    assertTrue(e.getMessage().contains("tokenizer.json"), e.getMessage());
  }

  private static long[] ids(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }
}
