package io.vde.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The reference values were made with PyTorch by sgd_classifier.py, which lies beside them. */
class SgdMethodTest {
  private static final float TOLERANCE = 1e-5f;

  private final SgdMethod sgd = new SgdMethod();

  @TestFactory
  Stream<DynamicTest> learnsWhatPyTorchLearns() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/learn/sgd-classifier.json")) {
      JsonNode cases = new ObjectMapper().readTree(in).get("cases");
      assertEquals(7, cases.size());
      return StreamSupport.stream(cases.spliterator(), false)
          .map(each -> DynamicTest.dynamicTest(each.get("name").asText(), () -> matches(each)));
    }
  }

  private void matches(JsonNode reference) {
    float[] weights = floats(reference.get("query"));
    List<float[]> vectors = new ArrayList<>();
    List<Boolean> verdicts = new ArrayList<>();
    for (JsonNode round : reference.get("rounds")) {
      round.get("new_vectors").forEach(v -> vectors.add(floats(v)));
      round.get("new_labels").forEach(l -> verdicts.add(l.asDouble() == 1));
      boolean[] positive = new boolean[verdicts.size()];
      for (int i = 0; i < positive.length; i++) {
        positive[i] = verdicts.get(i);
      }
      Examples examples = new Examples(vectors.toArray(float[][]::new), positive);
      JsonNode after = round.get("weight_after_each_iteration");
      float[] expected = floats(after.get(after.size() - 1));
      float[] served = sgd.fit(weights, weights, examples);
      weights = sgd.iterate(weights, examples);
      assertArrayEquals(expected, weights, TOLERANCE);
      assertArrayEquals(UnitVectors.normalised(expected), served, TOLERANCE);
    }
  }

  @Test
  void whatIsServedIsOfUnitLength() {
    float[] query = {0.6f, 0.8f, 0};
    float[] fitted =
        sgd.fit(query, query, new Examples(new float[][] {{0, 0, 1}}, new boolean[] {true}));
    double square = 0;
    for (float x : fitted) {
      square += (double) x * x;
    }
    assertEquals(1, square, 1e-6);
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }
}
