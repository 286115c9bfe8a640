package io.vde.media;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Fetches what a stranger's URL points to, without letting the stranger look around in this
 * machine's network.
 *
 * <p>Only http and https. The host is looked up once, each of its addresses is checked, and the
 * connection goes to exactly the address that was checked, with the host's name in the Host header
 * and the TLS handshake: a name that changes its address between the check and the connection gains
 * nothing. Redirects are followed by hand and checked in the same way. No cookies, credentials or
 * referrer are sent, and no proxy is used. All failures of the network read the same.
 */
@Singleton
public final class RemoteFetcher {
  private static final Logger LOG = Logger.getLogger(RemoteFetcher.class);
  private static final String FAILED = "The URL could not be fetched.";

  private final FetchConfig config;
  private final WebClient client;
  private final Semaphore places;
  private final Set<String> allowedHosts = new HashSet<>();
  private final List<Network> allowedNetworks = new ArrayList<>();

  @Inject
  public RemoteFetcher(Vertx vertx, FetchConfig config) {
    this.config = config;
    this.places = new Semaphore(config.concurrency(), true);
    for (String entry : config.allow().orElse(List.of())) {
      if (entry.matches("[0-9.]+(/[0-9]+)?|.*:.*")) {
        allowedNetworks.add(Network.parse(entry.strip()));
      } else {
        allowedHosts.add(entry.strip().toLowerCase(Locale.ROOT));
      }
    }
    this.client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setFollowRedirects(false)
                .setUserAgent("visual-dataset-explorer")
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAlive(false)
                .setMaxPoolSize(config.concurrency())
                .setVerifyHost(true)
                .setForceSni(true)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(32 << 10)
                .setConnectTimeout((int) config.connectTimeout().toMillis())
                .setSslHandshakeTimeout(config.connectTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setReadIdleTimeout((int) config.readTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
  }

  /**
   * Fetches a URL; blocks, so call it on a virtual thread.
   *
   * @return the body of the answer
   * @throws FetchFailedException when it is no http or https URL, may not be reached or did not
   *     answer with 200
   * @throws ImageTooLargeException when the answer is too long
   * @throws RejectedExecutionException when too many are being fetched
   */
  public byte[] fetch(URI uri) {
    Deadline deadline = new Deadline(config.timeout());
    try {
      if (!places.tryAcquire(deadline.left().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RejectedExecutionException("Too many URLs are being fetched.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("The service is stopping.", e);
    }
    try {
      return follow(uri, deadline);
    } catch (MediaException | RejectedExecutionException e) {
      throw e;
    } catch (RuntimeException | TimeoutException e) {
      LOG.debugf(e, "fetching %s failed", uri.getHost());
      throw new FetchFailedException(FAILED, e);
    } finally {
      places.release();
    }
  }

  @PreDestroy
  void close() {
    client.close();
  }

  private byte[] follow(URI first, Deadline deadline) throws TimeoutException {
    URI uri = first;
    for (int redirects = 0; redirects <= config.maxRedirects(); redirects++) {
      checkForm(uri);
      LimitedBody body = new LimitedBody(config.maxBytes());
      HttpResponse<Void> answer = get(uri, body, deadline);
      String location = answer.getHeader("Location");
      switch (answer.statusCode()) {
        case 200 -> {
          if (body.overflowed()) {
            throw tooLarge();
          }
          return body.bytes();
        }
        case 301, 302, 303, 307, 308 -> uri = resolve(uri, location);
        default -> throw new FetchFailedException(FAILED);
      }
    }
    throw new FetchFailedException(FAILED);
  }

  private HttpResponse<Void> get(URI uri, LimitedBody body, Deadline deadline)
      throws TimeoutException {
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    String host = bare(uri.getHost());
    RuntimeException failure = new FetchFailedException(FAILED);
    for (InetAddress address : reachable(host, deadline)) {
      try {
        return client
            .request(
                HttpMethod.GET,
                io.vertx.mutiny.core.net.SocketAddress.newInstance(
                    SocketAddress.inetSocketAddress(port, address.getHostAddress())),
                port,
                host,
                path(uri))
            .ssl(tls)
            .timeout(deadline.left().toMillis())
            .putHeader("Accept", "image/*")
            .putHeader("Accept-Encoding", "identity")
            .as(BodyCodec.pipe(io.vertx.mutiny.core.streams.WriteStream.newInstance(body)))
            .send()
            .await()
            .atMost(deadline.left());
      } catch (RuntimeException e) {
        if (body.overflowed()) {
          throw tooLarge();
        }
        if (body.begun()) {
          throw e;
        }
        failure = e; // perhaps its next address answers
      }
    }
    throw failure;
  }

  private ImageTooLargeException tooLarge() {
    return new ImageTooLargeException(
        "What the URL points to is larger than %d MB.".formatted(config.maxBytes() >> 20));
  }

  private static void checkForm(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new FetchFailedException("Only http and https URLs are fetched.");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getPort() == 0) {
      throw new FetchFailedException("A URL needs a host, and no user or password in it.");
    }
  }

  private List<InetAddress> reachable(String host, Deadline deadline) throws TimeoutException {
    List<InetAddress> addresses = lookUp(host, deadline);
    boolean named = allowedHosts.contains(host.toLowerCase(Locale.ROOT));
    for (InetAddress address : addresses) {
      // One private address among public ones is as suspicious as none but private ones.
      if (!named && !PublicAddresses.contains(address) && !allowed(address)) {
        throw new FetchFailedException(FAILED);
      }
    }
    return addresses;
  }

  private boolean allowed(InetAddress address) {
    return allowedNetworks.stream().anyMatch(network -> network.contains(address));
  }

  /**
   * The system's resolver blocks as long as it likes: it gets a thread of its own and the time that
   * is left.
   */
  private static List<InetAddress> lookUp(String host, Deadline deadline) throws TimeoutException {
    FutureTask<InetAddress[]> task = new FutureTask<>(() -> InetAddress.getAllByName(host));
    Thread.ofVirtual().name("lookup").start(task);
    try {
      return List.of(task.get(deadline.left().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchFailedException(FAILED, e);
    } catch (ExecutionException e) {
      throw new FetchFailedException(FAILED, e);
    }
  }

  private static URI resolve(URI from, String location) {
    try {
      return from.resolve(new URI(String.valueOf(location)));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new FetchFailedException(FAILED, e);
    }
  }

  private static String path(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** One span of time for all that a fetch does. */
  private static final class Deadline {
    private final long end;

    Deadline(Duration time) {
      end = System.nanoTime() + time.toNanos();
    }

    Duration left() {
      return Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
    }
  }
}
