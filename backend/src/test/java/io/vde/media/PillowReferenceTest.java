package io.vde.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.testing.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Files and resizes beside what Pillow made of them: {@code pillow_references.py} made {@code
 * pillow-references.json}.
 */
class PillowReferenceTest {
  private static final JsonNode REFERENCES = references();
  private static final long SEED = Long.getLong("test.seed", 20261124);

  private static JsonNode references() {
    try (InputStream in =
        PillowReferenceTest.class.getResourceAsStream("/media/pillow-references.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonNode> all(String key) {
    return StreamSupport.stream(REFERENCES.get(key).spliterator(), false);
  }

  @TestFactory
  Stream<DynamicTest> filesGiveThePixelsThatPillowGives() {
    return decodedByEach(file -> true, PillowReferenceTest::assertDecoded);
  }

  @TestFactory
  Stream<DynamicTest> aWebpThatIsCutOrDamagedFailsInWordsOrGivesPixels() {
    return decodedByEach(
        file -> type(file) == ImageType.WEBP, PillowReferenceTest::assertContained);
  }

  /** A test of a file, with native codecs "true" or "false". */
  private interface Check {
    void of(JsonNode file, String natives) throws Exception;
  }

  /** A test for each of some files with each of the codecs that can read it. */
  private static Stream<DynamicTest> decodedByEach(Predicate<JsonNode> wanted, Check check) {
    return Stream.of("true", "false")
        .flatMap(
            natives ->
                all("files")
                    .filter(wanted)
                    .filter(file -> natives.equals("false") || NativeCodecs.isHere(type(file)))
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                file.get("name").asText() + ", native codecs " + natives,
                                () -> check.of(file, natives))));
  }

  /** Of an animation the first picture may be whole although the file is cut. */
  private static void assertContained(JsonNode file, String natives) throws Exception {
    byte[] whole = file.get("file").binaryValue();
    boolean still = !file.get("name").asText().contains("animated");
    Random random = new Random(SEED);
    ImageDecoder decoder =
        new ImageDecoder(Settings.of(MediaConfig.class, "vde.media.native-codecs", natives));
    try {
      for (int part = 1; part < 16; part++) {
        byte[] cut = Arrays.copyOf(whole, part * whole.length / 16);
        boolean pixels = givesPixels(decoder, cut, "cut to " + cut.length);
        assertFalse(still && pixels, "cut to %d of %d".formatted(cut.length, whole.length));
      }
      for (int i = 0; i < 100; i++) {
        byte[] damaged = whole.clone();
        for (int n = 0; n < 1 + i % 5; n++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        givesPixels(decoder, damaged, "seed %d, file %d".formatted(SEED, i));
      }
    } finally {
      decoder.close();
    }
  }

  private static boolean givesPixels(ImageDecoder decoder, byte[] file, String which)
      throws Exception {
    try {
      var _ = decoder.decode(file, Lane.BULK).get(30, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      assertInstanceOf(MediaException.class, e.getCause(), which);
      return false;
    }
  }

  private static ImageType type(JsonNode file) {
    String name = file.get("name").asText();
    return ImageType.valueOf(name.replaceFirst(" .*", "").toUpperCase(Locale.ROOT));
  }

  private static void assertDecoded(JsonNode file, String natives) throws IOException {
    ImageDecoder decoder =
        new ImageDecoder(Settings.of(MediaConfig.class, "vde.media.native-codecs", natives));
    try {
      Pixels pixels = decoder.decode(file.get("file").binaryValue(), Lane.BULK).join().pixels();
      byte[] expected = file.get("rgb").binaryValue();
      assertEquals(file.get("width").asInt(), pixels.width());
      assertEquals(expected.length, pixels.rgb().length);
      long sum = 0;
      int largest = 0;
      for (int i = 0; i < expected.length; i++) {
        int difference = Math.abs((expected[i] & 0xff) - (pixels.rgb()[i] & 0xff));
        sum += difference;
        largest = Math.max(largest, difference);
      }
      String name = file.get("name").asText();
      if (natives.equals("false") && name.startsWith("webp") && name.contains("lossy")) {
        // The decoder in Java interpolates colour otherwise than libwebp.
        double mean = (double) sum / expected.length;
        assertTrue(mean <= 3.5, "differs by %.2f grey levels on average".formatted(mean));
      } else {
        assertEquals(0, largest, "largest difference");
      }
    } finally {
      decoder.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> resizesGiveTheBytesThatPillowGives() {
    return all("resizes")
        .flatMap(
            resize ->
                RowPasses.here().stream()
                    .map(
                        pass ->
                            DynamicTest.dynamicTest(
                                pass.getClass().getSimpleName() + " " + resize,
                                () -> assertResized(resize, pass))));
  }

  private static void assertResized(JsonNode resize, RowPass pass) throws Exception {
    int number = 0;
    while (!REFERENCES.get("resizes").get(number).equals(resize)) {
      number++;
    }
    JsonNode source = resize.get("source");
    JsonNode target = resize.get("target");
    JsonNode crop = resize.get("crop");
    ResizeFilter filter =
        Arrays.stream(ResizeFilter.values())
            .filter(each -> each.number() == resize.get("filter").asInt())
            .findFirst()
            .orElseThrow();
    Pixels resized =
        PillowResize.resize(
            noise(source.get(0).asInt(), source.get(1).asInt(), number),
            target.get(0).asInt(),
            target.get(1).asInt(),
            crop.get(0).asInt(),
            crop.get(1).asInt(),
            crop.get(2).asInt(),
            crop.get(3).asInt(),
            filter,
            pass);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(resized.rgb());
    assertEquals(resize.get("sha256").asText(), HexFormat.of().formatHex(digest));
  }

  private static Pixels noise(int width, int height, int seed) {
    byte[] rgb = new byte[3 * width * height];
    int x = seed;
    for (int i = 0; i < rgb.length; i++) {
      x = 1664525 * x + 1013904223;
      rgb[i] = (byte) (x >>> 24);
    }
    return new Pixels(width, height, rgb);
  }
}
