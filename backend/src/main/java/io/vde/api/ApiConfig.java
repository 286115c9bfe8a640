package io.vde.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** How the API is guarded. */
@ConfigMapping(prefix = "vde.api")
public interface ApiConfig {
  /**
   * Host names, without port, by which the service may be called besides localhost and the address
   * it is bound to; {@code *} for any.
   */
  Optional<List<String>> allowedHosts();

  /** Largest JSON body, in bytes. */
  @WithDefault("75000000")
  long maxJsonBytes();

  /**
   * Bytes of large JSON bodies that may be read at the same time; more are answered 503. By default
   * an eighth of the heap.
   */
  Optional<Long> jsonBudgetBytes();
}
