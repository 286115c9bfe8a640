package io.vde.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vde.clip.Encoder;
import io.vde.clip.ModelUsage;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/** What the model holds, under {@code /q/metrics}; nothing while it is not ready. */
@Singleton
public class ModelMetrics {
  void onStart(@Observes StartupEvent event, MeterRegistry registry, Encoder encoder) {
    gauge(registry, encoder, "vde.model.texts.waiting", "texts", ModelUsage::textsWaiting);
    gauge(registry, encoder, "vde.model.images.waiting", "images", ModelUsage::imagesWaiting);
    gauge(registry, encoder, "vde.model.queries.cached", "texts", ModelUsage::cachedQueries);
    gauge(registry, encoder, "vde.model.buffers", "bytes", ModelUsage::bufferBytes);
    gauge(registry, encoder, "vde.model.loaded", "bytes", ModelUsage::loadedBytes);
  }

  private static void gauge(
      MeterRegistry registry,
      Encoder encoder,
      String name,
      String unit,
      ToDoubleFunction<ModelUsage> value) {
    Gauge.builder(
            name, encoder, e -> e.state().isReady() ? value.applyAsDouble(e.usage()) : Double.NaN)
        .baseUnit(unit)
        .register(registry);
  }
}
