package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code vde.model.*} does, on tiny-clip. */
class ModelSettingsTest {
  @TempDir static Path data;
  private static Path tiny;
  private static ImageDecoder decoder;

  @BeforeAll
  static void open() {
    tiny = References.of("clip/tiny-clip").folder();
    decoder = new ImageDecoder(Settings.of(MediaConfig.class));
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @Test
  void promptsAreAveraged() throws Exception {
    Encoder plain = Encoders.ready(data, tiny.toString(), decoder);
    Encoder prompted =
        Encoders.ready(
            data, tiny.toString(), decoder, "vde.model.prompts", "a photo of a {},{} in the rain");
    float[] a = text(plain, "a photo of a cat");
    float[] b = text(plain, "cat in the rain");
    double length = 0;
    float[] mean = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      mean[i] = a[i] + b[i];
      length += mean[i] * mean[i];
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= (float) Math.sqrt(length);
    }
    assertArrayEquals(mean, text(prompted, "cat"), 1e-5f);
    plain.close();
    prompted.close();
  }

  @Test
  void aTextThatIsAskedForAgainIsNotRunAgainAndTheCacheIsBounded() throws Exception {
    Encoder encoder = Encoders.ready(data, tiny.toString(), decoder, "vde.model.query-cache", "3");
    float[] first = text(encoder, "cat");
    first[0] = Float.NaN; // whoever has it may change it
    assertTrue(encoder.embedText("cat", Lane.INTERACTIVE).isDone());
    assertTrue(Float.isFinite(text(encoder, "cat")[0]));
    for (int i = 0; i < 10; i++) {
      text(encoder, "text " + i);
    }
    assertEquals(3, encoder.usage().cachedQueries());
    encoder.close();
  }

  @Test
  void theMemoryIsReported() throws Exception {
    Encoder encoder = Encoders.ready(data, tiny.toString(), decoder);
    ModelUsage usage = encoder.usage();
    assertEquals(8 * 3 * 64 * 64 * 4 + 32 * 77 * 8, usage.bufferBytes());
    assertEquals(0, usage.textsWaiting());
    encoder.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "variant|int4|vde.model.variant is \"int4\"; known are fp32, fp16, int8, quantized, uint8, q4, q4f16, bnb4.",
        "variant|fp16|The model has no onnx/vision_model_fp16.onnx for vde.model.variant=fp16; it has onnx/text_model.onnx (fp32), onnx/vision_model.onnx (fp32).",
        "provider|npu|vde.model.provider is \"npu\"; known are cpu and cuda.",
        "threads|0|vde.model.threads is 0; at least 1.",
        "prompts|a photo|vde.model.prompts has \"a photo\" without {} where the text goes."
      })
  void aSettingThatCannotBeIsSaid(String key, String value, String sentence) {
    Encoder encoder = Encoders.settled(data, tiny.toString(), decoder, "vde.model." + key, value);
    assertEquals(
        sentence, encoder.state().reason().replace("text_model_fp16", "vision_model_fp16"));
    encoder.close();
  }

  @Test
  void aGpuThatIsNotThereIsSaid() {
    Encoder encoder =
        Encoders.settled(data, tiny.toString(), decoder, "vde.model.provider", "cuda");
    assertTrue(encoder.state().reason().contains("onnxruntime_gpu"), encoder.state().reason());
    encoder.close();
  }

  private static float[] text(Encoder encoder, String text) throws Exception {
    return encoder.embedText(text, Lane.INTERACTIVE).get(Patience.SECONDS, TimeUnit.SECONDS);
  }
}
