package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bundle of full size, which the repository does not hold: docs/models.md says how to make one
 * and how to run this.
 */
@EnabledIfSystemProperty(named = "vde.parity.model", matches = ".+")
class FullModelTest {
  @TempDir Path data;
  private final ImageDecoder decoder =
      new ImageDecoder(Settings.of(MediaConfig.class, "vde.media.jpeg-scaling", "false"));
  private final References references =
      References.in(Path.of(System.getProperty("vde.parity.model")));

  @Test
  void fp32EqualsTransformers() throws Exception {
    Encoder encoder = Encoders.ready(data, references.folder().toString(), decoder);
    references.assertTexts(encoder, .99999);
    references.assertImages(encoder, .99999);
    encoder.close();
  }

  /** Where the picture is large enough for that, at 224 pixels: 900 of the shorter edge. */
  @Test
  void aJpegThatIsDecodedAtAPartOfItsSizeHasNearlyTheSameVector() throws Exception {
    ImageDecoder scaling = new ImageDecoder(Settings.of(MediaConfig.class));
    Encoder encoder = Encoders.ready(data, references.folder().toString(), scaling);
    references.images().stream()
        .filter(image -> image.file().toString().endsWith(".jpg"))
        .forEach(
            image -> {
              double cosine =
                  References.cosine(
                      image.alone(), encoder.embedImage(bytes(image), Lane.INTERACTIVE).join());
              System.out.println("cosine of " + image.file() + " with scaling: " + cosine);
              assertTrue(cosine >= .9995, "cosine " + cosine);
            });
    encoder.close();
    scaling.close();
  }

  @Test
  void int8KeepsItsToleranceInBatchesAndIsExactAlone() throws Exception {
    Encoder encoder =
        Encoders.ready(data, references.folder().toString(), decoder, "vde.model.variant", "int8");
    List<float[]> alone = new ArrayList<>();
    List<CompletableFuture<float[]>> batch = new ArrayList<>();
    List<CompletableFuture<float[]>> queries = new ArrayList<>();
    for (References.Image image : references.images()) {
      alone.add(
          encoder.embedImage(bytes(image), Lane.BULK).get(Patience.SECONDS, TimeUnit.SECONDS));
    }
    for (References.Image image : references.images()) {
      batch.add(encoder.embedImage(bytes(image), Lane.BULK));
      queries.add(encoder.embedImage(bytes(image), Lane.INTERACTIVE));
    }
    double least = 1;
    for (int i = 0; i < alone.size(); i++) {
      double query = dot(alone.get(i), queries.get(i).get(Patience.SECONDS, TimeUnit.SECONDS));
      assertTrue(query >= .99999, "cosine " + query);
      least =
          Math.min(least, dot(alone.get(i), batch.get(i).get(Patience.SECONDS, TimeUnit.SECONDS)));
    }
    System.out.println("least cosine of an int8 image in a batch with itself alone: " + least);
    assertTrue(least >= .9995, "cosine " + least);
    encoder.close();
  }

  private static byte[] bytes(References.Image image) {
    try {
      return Files.readAllBytes(image.file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
