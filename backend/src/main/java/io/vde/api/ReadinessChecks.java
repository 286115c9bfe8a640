package io.vde.api;

import io.vde.clip.Encoder;
import io.vde.clip.ModelState;
import io.vde.learn.Fitter;
import io.vde.store.ImageStore;
import io.vde.store.SessionStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means: the first search and the first label will be fast. */
@ApplicationScoped
class ReadinessChecks {
  @Produces
  @Readiness
  HealthCheck model(Encoder encoder) {
    return () -> {
      ModelState state = encoder.state();
      return check(
          "model",
          state.phase() == ModelState.Phase.READY ? null : state.reason(),
          "loading",
          state.phase() == ModelState.Phase.READY);
    };
  }

  @Produces
  @Readiness
  HealthCheck learning(Fitter fitter) {
    return () -> {
      String reason = fitter.unavailableReason();
      return check("learning", reason, "", reason == null);
    };
  }

  @Produces
  @Readiness
  HealthCheck store(ImageStore images, SessionStore sessions) {
    return () -> {
      String reason = images.unavailableReason();
      if (reason == null) {
        reason = sessions.unavailableReason();
      }
      return check("store", reason, "", reason == null);
    };
  }

  private static HealthCheckResponse check(
      String name, String reason, String meanwhile, boolean up) {
    var response = HealthCheckResponse.named(name).status(up);
    return up
        ? response.build()
        : response.withData("reason", reason != null ? reason : meanwhile).build();
  }
}
