package io.vde.store;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The one place where {@code vde.store} decides which storage engine serves. */
@ApplicationScoped
class Stores {
  private static final Logger LOG = Logger.getLogger(Stores.class);

  private final StoreProvider provider;

  Stores(@Any Instance<StoreProvider> providers, @ConfigProperty(name = "vde.store") String name) {
    provider =
        providers.stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "vde.store=%s is unknown; there are: %s"
                            .formatted(
                                name,
                                providers.stream()
                                    .map(StoreProvider::name)
                                    .sorted()
                                    .collect(Collectors.joining(", ")))));
  }

  /** Opens both at the start, so that a store which cannot be opened is said then. */
  void open(@Observes @Priority(1) StartupEvent event, ImageStore images, SessionStore sessions) {
    LOG.debugf("Stores: %s, %s", images, sessions);
  }

  @Produces
  @Singleton
  ImageStore images() {
    return provider.openImages();
  }

  void close(@Disposes ImageStore store) {
    store.close();
  }

  @Produces
  @Singleton
  SessionStore sessions() {
    return provider.openSessions();
  }

  void close(@Disposes SessionStore store) {
    store.close();
  }
}
