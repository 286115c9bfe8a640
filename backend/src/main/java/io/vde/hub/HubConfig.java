package io.vde.hub;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * How patient the hub's client is: {@code vde.hub.*}. Where the hub and the cache are is said by
 * the variables of the Python tools; see {@link HubEnvironment}.
 */
@ConfigMapping(prefix = "vde.hub")
public interface HubConfig {
  /** How long a connection may take. */
  @WithDefault("10s")
  Duration connectTimeout();

  /** How long the hub may be silent before the connection is given up and the file resumed. */
  @WithDefault("30s")
  Duration readTimeout();

  /**
   * How often a request that fails for a passing reason is tried again. Of a file, tries without a
   * single byte are counted.
   */
  @WithDefault("5")
  int retries();

  /** The pause before the first of them; each further one is twice as long, up to 30 s. */
  @WithDefault("1s")
  Duration retryPause();
}
