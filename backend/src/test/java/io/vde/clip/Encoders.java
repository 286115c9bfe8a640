package io.vde.clip;

import io.vde.hub.Hub;
import io.vde.hub.HubConfig;
import io.vde.media.ImageDecoder;
import io.vde.testing.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Encoders for tests. */
final class Encoders {
  private Encoders() {}

  /** A bundle as it is read without any setting. */
  static ModelBundle bundle(Path folder) {
    return ModelBundle.read(folder, Variant.FP32, Optional.empty());
  }

  /** A hub with an empty cache that must not be asked. */
  private static Hub offline(Path data) {
    Map<String, String> environment = Map.of("HF_HUB_OFFLINE", "1", "HF_HOME", data.toString());
    return new Hub(
        Settings.of(HubConfig.class), name -> Optional.ofNullable(environment.get(name)));
  }

  /**
   * One whose model has settled: ready, or failed.
   *
   * @param keysAndValues further settings, in turn
   */
  static Encoder settled(Path data, String model, ImageDecoder decoder, String... keysAndValues) {
    List<String> settings = new ArrayList<>(List.of("vde.model", model));
    settings.addAll(List.of(keysAndValues));
    Encoder encoder =
        new Encoder(
            Settings.of(ModelConfig.class, settings.toArray(String[]::new)),
            data,
            offline(data),
            decoder);
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
  static Encoder ready(Path data, String model, ImageDecoder decoder, String... keysAndValues) {
    Encoder encoder = settled(data, model, decoder, keysAndValues);
    if (!encoder.state().isReady()) {
      throw new AssertionError(encoder.state().reason());
    }
    return encoder;
  }
}
