package io.vde.hub;

import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Requests to a hub and to the hosts it redirects to. The token goes to the hub's own scheme, host
 * and port alone, so redirects are followed here and not by the client. Everything blocks. Closing
 * it ends what is still under way.
 */
final class HubConnection implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;
  private static final String IDENTITY = "identity";

  private final HubConfig config;
  private final URI endpoint;
  private final Optional<String> token;
  private final Proxies proxies;

  /** A client for each proxy, and one for none. */
  private final Map<Optional<Proxies.Proxy>, HubClient> clients = new HashMap<>();

  /**
   * Reads the environment, and connects to nobody yet.
   *
   * @throws HubException when the endpoint or the token cannot be used
   */
  HubConnection(HubEnvironment environment, HubConfig config) {
    this.config = config;
    this.endpoint = URI.create(environment.endpoint());
    this.token = environment.token();
    this.proxies = environment.proxies();
  }

  /**
   * Asks for the headers alone, until they say what a file holds or there is no further redirect.
   *
   * @throws IOException when nobody answers
   */
  HubAnswer head(URI address) throws IOException {
    return follow(address, true, null);
  }

  /**
   * Asks for a body.
   *
   * @param from the first byte that is wanted
   * @throws IOException when nobody answers
   */
  HubAnswer get(URI address, long from) throws IOException {
    return follow(address, false, from > 0 ? "bytes=" + from + "-" : null);
  }

  /** Ends all requests, and with them the bodies that nobody wants to read to the end. */
  @Override
  public void close() {
    for (HubClient client : clients.values()) {
      try {
        ((Closeable) client).close();
      } catch (IOException e) {
        throw new IllegalStateException("a client cannot be closed", e);
      }
    }
    clients.clear();
  }

  private HubAnswer follow(URI first, boolean headersOnly, String range) throws IOException {
    URI address = first;
    String commit = null;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      Response response = send(address, headersOnly, range);
      String named = response.getHeaderString("X-Repo-Commit");
      commit = named != null ? named : commit;
      HubAnswer answer = new HubAnswer(response, commit);
      if (!answer.isRedirect()) {
        return answer;
      }
      if (headersOnly && answer.etag().isPresent()) {
        return answer;
      }
      response.close();
      address = target(address, answer.header("Location"));
    }
    throw new HubException("The hub redirects in circles: " + first.getPath() + ".");
  }

  private Response send(URI address, boolean headersOnly, String range) throws IOException {
    String authorization =
        isHub(address) ? token.map(secret -> "Bearer " + secret).orElse(null) : null;
    HubClient client = clients.computeIfAbsent(proxies.forUri(address), this::client);
    try {
      return headersOnly
          ? client.head(address, authorization, IDENTITY)
          : client.get(address, authorization, IDENTITY, range);
    } catch (ProcessingException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      // What Vert.x throws for an unknown host or a time that is over is of no common type.
      throw new IOException(e);
    }
  }

  private boolean isHub(URI address) {
    return origin(address).equals(origin(endpoint));
  }

  private static String origin(URI address) {
    String scheme = address.getScheme().toLowerCase(Locale.ROOT);
    int port = address.getPort() >= 0 ? address.getPort() : scheme.equals("https") ? 443 : 80;
    return scheme + "://" + address.getHost().toLowerCase(Locale.ROOT) + ":" + port;
  }

  private static URI target(URI from, String location) {
    try {
      URI target = from.resolve(String.valueOf(location));
      boolean web = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT).matches("https?");
      boolean downgrade =
          "https".equalsIgnoreCase(from.getScheme()) && "http".equalsIgnoreCase(target.getScheme());
      if (web && !downgrade && target.getHost() != null) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new HubException("The hub redirects to an address that cannot be followed.");
  }

  private HubClient client(Optional<Proxies.Proxy> proxy) {
    QuarkusRestClientBuilder builder =
        QuarkusRestClientBuilder.newBuilder()
            .baseUri(endpoint)
            .followRedirects(false)
            .disableDefaultMapper(true)
            .userAgent("visual-dataset-explorer")
            .connectTimeout(config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .readTimeout(config.readTimeout().toMillis(), TimeUnit.MILLISECONDS)
            // The client's own limit for a silent body cannot be set.
            .httpClientOptionsCustomizer(
                options ->
                    options
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setReadIdleTimeout((int) config.readTimeout().toMillis()));
    proxy.ifPresentOrElse(
        chosen ->
            builder
                .proxyAddress(chosen.host(), chosen.port())
                .proxyUser(chosen.user())
                .proxyPassword(chosen.password()),
        () -> builder.proxyAddress("none", 0));
    return builder.build(HubClient.class);
  }
}
