package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other precisions: quantised by onnxruntime, and half floats. */
class VariantsTest {
  @TempDir static Path data;
  private static ImageDecoder decoder;
  private static References tiny;
  private static Path int8;
  private static Path half;
  private static Path unsigned;

  @BeforeAll
  static void open() throws Exception {
    decoder = new ImageDecoder(Settings.of(MediaConfig.class));
    tiny = References.of("clip/tiny-clip");
    int8 = References.of("families/int8").folder();
    half = tiny.copyTo(data.resolve("half"));
    References.of("families/tiny-clip-forms").copyTo(half);
    unsigned = References.of("families/int8").copyTo(data.resolve("unsigned"));
    Path graphs = unsigned.resolve("onnx");
    Files.move(
        graphs.resolve("vision_model_quantized.onnx"), graphs.resolve("vision_model_uint8.onnx"));
    Files.copy(half.resolve("onnx/text_model_uint8.onnx"), graphs.resolve("text_model_uint8.onnx"));
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @Test
  void halfFloatsAreReadAndWrittenAsSuch() throws Exception {
    Encoder encoder = Encoders.ready(data, half.toString(), decoder, "vde.model.variant", "fp16");
    try {
      tiny.assertTexts(encoder, .9999);
      tiny.assertImages(encoder, .9999);
      assertTrue(encoder.model().key().endsWith(":fp16"), encoder.model()::key);
    } finally {
      encoder.close();
    }
  }

  /**
   * Alone and in 32 that wait at once. Unsigned 8 bits scale activations by what is in the batch,
   * so images of an import have a tolerance.
   */
  @ParameterizedTest
  @CsvSource({"fp16, .99999", "q4, .99999", "q4f16, .99999", "bnb4, .99999", "uint8, .9995"})
  void aVectorIsTheSameWhateverWaitsBesideIt(String variant, double least) throws Exception {
    Path bundle = variant.equals("uint8") ? unsigned : half;
    Encoder encoder =
        Encoders.ready(data, bundle.toString(), decoder, "vde.model.variant", variant);
    try {
      assertEquals(variant, encoder.model().variant());
      List<String> texts = tiny.texts().stream().map(References.Text::text).toList();
      List<float[]> alone = new ArrayList<>();
      for (String text : texts) {
        alone.add(get(encoder.embedText(text, Lane.BULK)));
      }
      List<CompletableFuture<float[]>> many = new ArrayList<>();
      for (int i = 0; i < 32 * texts.size(); i++) {
        many.add(encoder.embedText(texts.get(i % texts.size()), Lane.BULK));
      }
      for (int i = 0; i < many.size(); i++) {
        String text = texts.get(i % texts.size());
        assertCosine(alone.get(i % texts.size()), get(many.get(i)), .99999, text);
      }
      List<PreparedImage> images = new ArrayList<>();
      List<float[]> quiet = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        References.Image image = tiny.images().get(i % tiny.images().size());
        byte[] bytes = Files.readAllBytes(image.file());
        images.add(
            decoder
                .decode(
                    bytes,
                    Lane.BULK,
                    encoder.detail(),
                    decoded -> encoder.prepare(decoded.pixels()))
                .get(30, TimeUnit.SECONDS));
        quiet.add(get(encoder.embedImage(images.getLast(), Lane.BULK)));
      }
      List<CompletableFuture<float[]>> batch =
          images.stream().map(image -> encoder.embedImage(image, Lane.BULK)).toList();
      List<CompletableFuture<float[]>> queries =
          images.stream().map(image -> encoder.embedImage(image, Lane.INTERACTIVE)).toList();
      for (int i = 0; i < images.size(); i++) {
        assertCosine(quiet.get(i), get(queries.get(i)), .99999, variant + " query " + i);
        assertCosine(quiet.get(i), get(batch.get(i)), least, variant + " batch " + i);
      }
    } finally {
      encoder.close();
    }
  }

  @Test
  void anInt8TextIsTheSameWhateverWaitsBesideIt() throws Exception {
    Encoder encoder = Encoders.ready(data, int8.toString(), decoder, "vde.model.variant", "int8");
    try {
      List<CompletableFuture<float[]>> many = new ArrayList<>();
      for (int i = 0; i < 32 * tiny.texts().size(); i++) {
        many.add(encoder.embedText(tiny.texts().get(i % tiny.texts().size()).text(), Lane.BULK));
      }
      for (int i = 0; i < many.size(); i++) {
        String text = tiny.texts().get(i % tiny.texts().size()).text();
        float[] alone = get(encoder.embedText(text, Lane.INTERACTIVE));
        assertCosine(alone, get(many.get(i)), .99999, text);
      }
    } finally {
      encoder.close();
    }
  }

  @Test
  void anInt8ImageThatAPersonWaitsForRunsAloneAndABatchKeepsItsTolerance() throws Exception {
    Encoder encoder = Encoders.ready(data, int8.toString(), decoder, "vde.model.variant", "int8");
    try {
      List<byte[]> files = new ArrayList<>();
      List<float[]> quiet = new ArrayList<>();
      for (References.Image image : tiny.images()) {
        files.add(Files.readAllBytes(image.file()));
        quiet.add(get(encoder.embedImage(files.getLast(), Lane.BULK)));
      }
      List<CompletableFuture<float[]>> batch = new ArrayList<>();
      List<CompletableFuture<float[]>> queries = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        batch.add(encoder.embedImage(files.get(i), Lane.BULK));
        queries.add(encoder.embedImage(files.get(i), Lane.INTERACTIVE));
      }
      for (int i = 0; i < files.size(); i++) {
        assertCosine(quiet.get(i), get(queries.get(i)), .99999, "query " + i);
        assertCosine(quiet.get(i), get(batch.get(i)), .9995, "batch " + i);
      }
    } finally {
      encoder.close();
    }
  }

  @Test
  void whichOfTwoFilesRunsIsRememberedAsTheModelIsNamedByIt(@TempDir Path folder) throws Exception {
    String first = keyOfInt8(folder);
    assertEquals(first, keyOfInt8(folder));
    Path kept = folder.resolve("models/graph-choice.properties");
    String choice = Files.readString(kept);
    String other =
        first.endsWith(":int8")
            ? choice.replaceFirst("=onnx/vision_model_int8", "=onnx/vision_model_quantized")
            : choice.replaceFirst("=onnx/vision_model_quantized", "=onnx/vision_model_int8");
    Files.writeString(kept, other);
    assertNotEquals(first, keyOfInt8(folder), "what is kept is not read");
  }

  @Test
  void eightBitsMayBePublishedUnderTheOtherName() throws Exception {
    Path other = References.of("families/int8").copyTo(data.resolve("other"));
    Files.delete(other.resolve("onnx/vision_model_int8.onnx"));
    Encoder encoder = Encoders.ready(data, other.toString(), decoder, "vde.model.variant", "int8");
    try {
      assertEquals("quantized", encoder.model().variant());
    } finally {
      encoder.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "quantized"})
  void oneOfTwoFilesThatDoesNotLoadLeavesTheOther(String broken, @TempDir Path folder)
      throws Exception {
    Path bundle = References.of("families/int8").copyTo(folder.resolve("bundle"));
    Files.write(bundle.resolve("onnx/vision_model_" + broken + ".onnx"), new byte[100]);
    Encoder encoder =
        Encoders.ready(folder, bundle.toString(), decoder, "vde.model.variant", "int8");
    try {
      assertNotEquals(broken, encoder.model().variant());
    } finally {
      encoder.close();
    }
  }

  private static String keyOfInt8(Path folder) {
    Encoder encoder = Encoders.ready(folder, int8.toString(), decoder, "vde.model.variant", "int8");
    try {
      return encoder.model().key();
    } finally {
      encoder.close();
    }
  }

  private static float[] get(CompletableFuture<float[]> future) throws Exception {
    return future.get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  private static void assertCosine(float[] a, float[] b, double least, String what) {
    double cosine = 0;
    for (int i = 0; i < a.length; i++) {
      cosine += (double) a[i] * b[i];
    }
    assertTrue(cosine >= least, "cosine " + cosine + " for " + what);
  }
}
