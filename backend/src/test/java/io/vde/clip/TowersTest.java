package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.testing.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of two published 8-bit files the first is left only for one that is clearly faster. */
class TowersTest {
  private static final String INT8 = "onnx/vision_model_int8.onnx";
  private static final String QUANTIZED = "onnx/vision_model_quantized.onnx";

  @TempDir Path data;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "10, 10, onnx/vision_model_int8.onnx",
    "10, 40, onnx/vision_model_int8.onnx",
    "14, 10, onnx/vision_model_int8.onnx",
    "16, 10, onnx/vision_model_quantized.onnx"
  })
  void bothAreTriedAndTheSlowOneIsNamed(long int8, long quantized, String taken) {
    assertEquals(taken, taken(int8, quantized));
    String left = taken.equals(INT8) ? QUANTIZED : INT8;
    String said =
        "%s takes %d.0 ms where %s takes %d.0 ms: the latter runs"
            .formatted(
                left,
                left.equals(INT8) ? int8 : quantized,
                taken,
                taken.equals(INT8) ? int8 : quantized);
    assertTrue(lines.contains(said), lines.toString());
  }

  @Test
  void whatWasTakenOnceIsNotTriedAgain() {
    assertEquals(QUANTIZED, taken(30, 10));
    lines.clear();
    assertEquals(QUANTIZED, taken(10, 30));
    assertEquals(List.of(), lines);
  }

  private String taken(long int8, long quantized) {
    Map<String, Long> millis = Map.of(INT8, int8, QUANTIZED, quantized);
    Path folder = References.of("families/int8").folder();
    ModelBundle bundle = ModelBundle.read(folder, Variant.INT8, Optional.empty());
    Logger logger = Logger.getLogger(Towers.class.getName());
    Handler handler = handler();
    logger.addHandler(handler);
    try (TextTokens tokens =
            new TextTokens(
                bundle.text().tokenizer(),
                bundle.text().contextLength(),
                bundle.text().lowerCase(),
                data.resolve("cache"));
        Towers towers =
            Towers.open(
                bundle,
                tokens,
                Execution.of(Settings.of(ModelConfig.class)),
                new GraphChoice(data),
                (graph, run) -> {
                  run.once();
                  return 1_000_000 * millis.get(graph.name());
                })) {
      return towers.visionGraph().file().name();
    } finally {
      logger.removeHandler(handler);
    }
  }

  private Handler handler() {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        lines.add(String.format(Locale.ROOT, line.getMessage(), line.getParameters()));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
