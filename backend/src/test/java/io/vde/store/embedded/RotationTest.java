package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.Images;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {
  @ParameterizedTest
  @ValueSource(ints = {64, 192, 512, 640, 768, 1536, 4096})
  void dotProductsStayAsTheyAre(int size) {
    Random random = new Random(size);
    for (int round = 0; round < 20; round++) {
      float[] a = Images.unit(random, size - round);
      float[] b = Images.unit(random, size - round);
      double rotated = Images.dot(Rotation.rotate(a, size), Rotation.rotate(b, size));
      assertEquals(Images.dot(a, b), rotated, 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 640, 960, 1152, 4032})
  void noComponentStandsOutWhateverTheVectorWas(int size) {
    for (int peak = 0; peak < size; peak += 7) {
      float[] vector = new float[size];
      vector[peak] = 1;
      for (float component : Rotation.rotate(vector, size)) {
        assertTrue(Math.abs(component) < 6 / Math.sqrt(size), peak + ": " + component);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 768, 960, 1984, 4032})
  void whatIsInOnePartIsSpreadOverAll(int size) {
    Random random = new Random(size);
    double[] parts = new double[8];
    for (int round = 0; round < 200; round++) {
      float[] rotated = Rotation.rotate(Images.unit(random, 64), size);
      for (int i = 0; i < size; i++) {
        parts[i * 8 / size] += 8 * rotated[i] * rotated[i] / 200;
      }
    }
    for (double part : parts) {
      assertEquals(1, part, .1);
    }
  }

  @Test
  void theRotationIsTheOneThatLiesOnDisk() {
    float[] vector = new float[640];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = i % 7 - 3;
    }
    float[] rotated = Rotation.rotate(vector, 640);
    float[] some = {rotated[0], rotated[333], rotated[639]};
    assertArrayEquals(new float[] {-.6894285f, .014532992f, -2.077779f}, some, 1e-5f);
  }
}
