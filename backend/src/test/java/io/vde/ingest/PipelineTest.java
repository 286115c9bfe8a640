package io.vde.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.clip.Encoder;
import io.vde.clip.ModelConfig;
import io.vde.hub.Hub;
import io.vde.hub.HubConfig;
import io.vde.ingest.NewImage.Bytes;
import io.vde.ingest.Outcome.Status;
import io.vde.media.ImageDecoder;
import io.vde.media.ImageOwners;
import io.vde.media.MediaConfig;
import io.vde.media.Originals;
import io.vde.media.Thumbnails;
import io.vde.store.Dataset;
import io.vde.store.ImageStore;
import io.vde.store.embedded.EmbeddedImageStore;
import io.vde.store.embedded.EmbeddedSettings;
import io.vde.testing.Settings;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of images of which a model can make nothing. */
class PipelineTest {
  @TempDir Path data;
  private ImageDecoder decoder;
  private Encoder encoder;
  private ImageStore store;
  private Pipeline pipeline;

  /** A model that overflows on whatever is not black. */
  @BeforeEach
  void open() throws Exception {
    Path model = data.resolve("model");
    Path tiny = Path.of(PipelineTest.class.getResource("/clip/tiny-clip").toURI());
    try (Stream<Path> files = Files.walk(tiny)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = model.resolve(tiny.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Path preprocessing = model.resolve("preprocessor_config.json");
    Files.writeString(
        preprocessing,
        Files.readString(preprocessing)
            .replace("\"do_normalize\": true", "\"do_normalize\": false")
            .replace("0.00392156862745098", "1e38"));
    decoder = new ImageDecoder(Settings.of(MediaConfig.class));
    encoder =
        new Encoder(
            Settings.of(ModelConfig.class, "vde.model", model.toString()),
            data,
            new Hub(Settings.of(HubConfig.class), name -> Optional.empty()),
            decoder);
    encoder.start();
    encoder.awaitReady();
    store = new EmbeddedImageStore(data.resolve("datasets"), EmbeddedSettings.defaults());
    Originals originals = new Originals(data);
    Thumbnails thumbnails = new Thumbnails(data, originals, decoder);
    pipeline =
        new Pipeline(
            store,
            originals,
            thumbnails,
            decoder,
            encoder,
            new OriginalsSweeper(store, originals, thumbnails, new ImageOwners(data)));
    store.create(
        new Dataset("d", "", encoder.model().key(), encoder.model().dimension(), Instant.EPOCH));
  }

  @AfterEach
  void close() {
    store.close();
    encoder.close();
    decoder.close();
  }

  @Test
  void oneWithoutAUsableVectorCostsItselfAlone() throws IOException {
    List<Outcome> outcomes =
        pipeline.add("d", List.of(picture("a", Color.BLACK), picture("b", Color.WHITE)));
    assertEquals(
        List.of(Status.CREATED, Status.FAILED), outcomes.stream().map(Outcome::status).toList());
    assertTrue(outcomes.get(1).error().contains("no usable vector"), outcomes.toString());
    assertEquals(1, store.dataset("d").orElseThrow().images());
  }

  private static NewImage picture(String id, Color color) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, 64, 64);
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return new NewImage(id, null, Map.of(), new Bytes.InMemory(png.toByteArray()));
  }
}
