package io.vde.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one place where {@code vde.store} decides which storage engine serves. */
@ApplicationScoped
class Stores {
  private final StoreProvider provider;

  Stores(
      @Any Instance<StoreProvider> providers,
      @ConfigProperty(name = "vde.store", defaultValue = "embedded") String name) {
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
