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
import org.junit.jupiter.params.provider.ValueSource;

/** The other precisions of tiny-clip: quantised by onnxruntime, and half floats. */
class VariantsTest {
  @TempDir static Path data;
  private static ImageDecoder decoder;
  private static References tiny;
  private static Path int8;
  private static Path half;

  @BeforeAll
  static void open() throws Exception {
    decoder = new ImageDecoder(Settings.of(MediaConfig.class));
    tiny = References.of("clip/tiny-clip");
    int8 = References.of("families/int8").folder();
    half = tiny.copyTo(data.resolve("half"));
    References.of("families/tiny-clip-forms").copyTo(half);
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
