package io.vde.media;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Fetching images by URL: {@code vde.fetch.*}. */
@ConfigMapping(prefix = "vde.fetch")
public interface FetchConfig {
  /**
   * Hosts ({@code pictures.lan}) and networks ({@code 10.1.0.0/16}) that may be reached although
   * they are private.
   */
  Optional<List<String>> allow();

  /** The largest answer that is taken, in bytes. */
  @WithDefault("52428800")
  int maxBytes();

  /** How long a connection, and its TLS handshake, may take. */
  @WithDefault("5s")
  Duration connectTimeout();

  /** How long a server may be silent. */
  @WithDefault("10s")
  Duration readTimeout();

  /** How long one image may take, redirects included. */
  @WithDefault("30s")
  Duration timeout();

  /** Redirects that are followed. */
  @WithDefault("5")
  int maxRedirects();

  /** Images fetched at the same time. */
  @WithDefault("8")
  int concurrency();

  /** How long an image waits for its turn before it is turned away. */
  @WithName("wait")
  @WithDefault("10s")
  Duration patience();
}
