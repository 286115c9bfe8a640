package io.vde.clip;

import io.vde.media.ImageDecoder;
import io.vde.testing.Settings;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Encoders for tests. */
final class Encoders {
  private Encoders() {}

  /** One whose model has settled: ready, or failed. */
  static Encoder settled(Path data, String model, ImageDecoder decoder) {
    Encoder encoder =
        new Encoder(Settings.of(ModelConfig.class, "vde.model", model), data, decoder);
    encoder.start();
    long end = System.nanoTime() + 60_000_000_000L;
    while (encoder.state().phase() == ModelState.Phase.LOADING) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the model does not load: " + encoder.state());
      }
      LockSupport.parkNanos(5_000_000);
    }
    return encoder;
  }

  /** One whose model is ready. */
  static Encoder ready(Path data, String model, ImageDecoder decoder) {
    Encoder encoder = settled(data, model, decoder);
    if (!encoder.state().isReady()) {
      throw new AssertionError(encoder.state().reason());
    }
    return encoder;
  }
}
