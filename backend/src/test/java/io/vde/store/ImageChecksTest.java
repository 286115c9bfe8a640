package io.vde.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The rules for images, of vectors of every length. */
class ImageChecksTest {
  @Test
  void everyComponentCountsForTheLength() {
    for (int dimension = 1; dimension <= 9; dimension++) {
      for (int component = 0; component < dimension; component++) {
        float[] vector = Images.axis(dimension, component);
        assertArrayEquals(vector, ImageChecks.check(Images.image("a", vector), dimension).vector());
        vector[component] = 2;
        assertArrayEquals(
            Images.axis(dimension, component), ImageChecks.checkQuery(vector, dimension));
        vector[component] = Float.NaN;
        int length = dimension;
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ImageChecks.check(Images.image("a", vector), length))
                .getMessage();
        assertTrue(message.contains("not finite"), message);
      }
    }
  }
}
