package io.vde.media;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
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
import java.util.concurrent.CompletableFuture;
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
  private final HttpClient client;
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
        vertx.createHttpClient(
            new HttpClientOptions()
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
   * What was fetched.
   *
   * @param body of the answer
   * @param share of the budget, as large as the body; whoever has no need of it any more closes it
   */
  public record Fetched(byte[] body, ByteBudget.Share share) {}

  /**
   * Fetches a URL; blocks, so call it on a virtual thread. Of the budget it holds what has come so
   * far: a slow server keeps no memory from the others. When there is no more, it gives back what
   * it has, waits for room for any answer, and begins again.
   *
   * @throws FetchFailedException when it is no http or https URL, may not be reached or did not
   *     answer with 200
   * @throws ImageTooLargeException when the answer is too long
   * @throws RejectedExecutionException when too many are being fetched, or there is no room for the
   *     answer, for longer than {@link FetchConfig#patience}
   */
  public Fetched fetch(URI uri, ByteBudget memory) {
    try {
      if (!places.tryAcquire(config.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RejectedExecutionException("Too many URLs are being fetched.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("The fetch was given up.", e);
    }
    try {
      return fetched(uri, memory.none());
    } catch (NoRoomException e) {
      return fetched(uri, memory.await(config.maxBytes(), config.patience()));
    } finally {
      places.release();
    }
  }

  /** How many images one caller may fetch at once and leave places to the others. */
  public int fairShare() {
    return Math.max(1, config.concurrency() / 2);
  }

  private Fetched fetched(URI uri, ByteBudget.Share share) {
    boolean done = false;
    try {
      byte[] body = follow(uri, new Deadline(config.timeout()), share);
      share.shrinkTo(body.length);
      done = true;
      return new Fetched(body, share);
    } catch (MediaException | NoRoomException e) {
      throw e;
    } catch (RuntimeException | TimeoutException e) {
      LOG.debugf(e, "fetching %s failed", uri.getHost());
      throw new FetchFailedException(FAILED, e);
    } finally {
      if (!done) {
        share.close();
      }
    }
  }

  @PreDestroy
  public void close() {
    client.close();
  }

  private byte[] follow(URI first, Deadline deadline, ByteBudget.Share share)
      throws TimeoutException {
    URI uri = first;
    for (int redirects = 0; redirects <= config.maxRedirects(); redirects++) {
      checkForm(uri);
      Answer answer = get(uri, deadline, share);
      switch (answer.status()) {
        case 200 -> {
          return answer.body();
        }
        case 301, 302, 303, 307, 308 -> uri = resolve(uri, answer.location());
        default -> throw new FetchFailedException(FAILED);
      }
    }
    throw new FetchFailedException(FAILED);
  }

  private Answer get(URI uri, Deadline deadline, ByteBudget.Share share) throws TimeoutException {
    String host = bare(uri.getHost());
    FetchFailedException failure = new FetchFailedException(FAILED);
    for (InetAddress address : reachable(host, deadline)) {
      Exchange exchange = new Exchange(config.maxBytes(), share);
      try {
        return exchange
            .begin(client, options(uri, host, address))
            .get(deadline.left().toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ImageTooLargeException tooLarge) {
          throw tooLarge;
        }
        if (e.getCause() instanceof NoRoomException noRoom) {
          throw noRoom;
        }
        failure = new FetchFailedException(FAILED, e); // perhaps its next address answers
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FetchFailedException(FAILED, e);
      } finally {
        exchange.end();
      }
    }
    throw failure;
  }

  private static RequestOptions options(URI uri, String host, InetAddress address) {
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    return new RequestOptions()
        .setMethod(HttpMethod.GET)
        .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
        .setHost(host)
        .setPort(port)
        .setSsl(tls)
        .setURI(path(uri))
        .putHeader("User-Agent", "visual-dataset-explorer")
        .putHeader("Accept", "image/*")
        .putHeader("Accept-Encoding", "identity");
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

  /**
   * What a server said.
   *
   * @param location where it redirects to, or null
   * @param body empty unless the status is 200
   */
  private record Answer(int status, String location, byte[] body) {}

  /** One request, which can be given up at any time. Nothing is read that nobody wants. */
  private static final class Exchange {
    private final int limit;
    private final ByteBudget.Share share;
    private final Buffer body = Buffer.buffer();
    private HttpClientRequest request;
    private boolean ended;

    Exchange(int limit, ByteBudget.Share share) {
      this.limit = limit;
      this.share = share;
    }

    CompletableFuture<Answer> begin(HttpClient client, RequestOptions options) {
      return client
          .request(options)
          .compose(
              opened -> {
                keep(opened);
                // In here it runs where the answer comes in, before any of the body: further out
                // it may come too late for a short one.
                return opened.send().compose(this::read);
              })
          .toCompletionStage()
          .toCompletableFuture();
    }

    /** Closes the connection unless the answer was read to its end. */
    synchronized void end() {
      ended = true;
      if (request != null) {
        request.reset();
      }
    }

    private synchronized void keep(HttpClientRequest opened) {
      request = opened;
      if (ended) {
        request.reset();
      }
    }

    private Future<Answer> read(HttpClientResponse response) {
      Promise<Answer> answer = Promise.promise();
      response.exceptionHandler(answer::tryFail);
      int status = response.statusCode();
      if (status != 200) {
        return Future.succeededFuture(
            new Answer(status, response.getHeader("Location"), new byte[0]));
      }
      response.endHandler(end -> answer.tryComplete(new Answer(status, null, body.getBytes())));
      response.handler(
          part -> {
            try {
              take(part);
            } catch (ImageTooLargeException | NoRoomException e) {
              answer.tryFail(e);
              end();
            }
          });
      return answer.future();
    }

    /** What comes after the end is for nobody: whose share it was may have given it back. */
    private synchronized void take(Buffer part) {
      long length = body.length() + (long) part.length();
      if (ended) {
        return;
      }
      if (length > limit) {
        throw new ImageTooLargeException(
            "What the URL points to is larger than %d MB.".formatted(limit >> 20));
      }
      if (!share.growTo(length)) {
        throw new NoRoomException();
      }
      body.appendBuffer(part);
    }
  }

  /** The budget has no more for what is on its way. */
  private static final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1L;
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
