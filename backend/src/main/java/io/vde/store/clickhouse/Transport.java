package io.vde.store.clickhouse;

import io.smallrye.faulttolerance.api.Guard;
import io.vde.store.StoreUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;

/**
 * ClickHouse's HTTP interface: one statement, one answer.
 *
 * <p>Callers are virtual threads and block; the client underneath does not. A statement has one
 * deadline for all it does. When that is over, or the caller is interrupted, the query is killed by
 * its id, since a server goes on with a query whose client has gone. When the answer is lost, a
 * statement that may be repeated is, once. After many lost answers the circuit breaker answers in
 * the database's place for a while.
 *
 * <p>An answer is good when its status is 2xx, it has no exception header and ends as HTTP says.
 */
final class Transport implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Transport.class);

  private final ClickHouseConfig config;
  private final HttpClient client;

  /** All connections and requests are on one event loop: on two, each step would wake the other. */
  private final Context loop;

  private final Guard breaker;
  private final Semaphore exports;
  private final LongSupplier nanoTime;

  /** Reads an answer. */
  interface Reader<T> {
    T read(InputStream body) throws IOException;
  }

  Transport(Vertx vertx, ClickHouseConfig config) {
    this(vertx, config, System::nanoTime);
  }

  /**
   * Connects when it is first used.
   *
   * @param nanoTime as {@link System#nanoTime}: what the deadline of all attempts goes by
   */
  Transport(Vertx vertx, ClickHouseConfig config, LongSupplier nanoTime) {
    this.config = config;
    this.nanoTime = nanoTime;
    URI url = config.url();
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setDefaultHost(url.getHost())
            .setDefaultPort(port(url))
            .setSsl(tls(url))
            .setVerifyHost(true)
            .setMaxPoolSize(config.connections() + config.exports())
            .setMaxWaitQueueSize(config.waiting())
            .setKeepAliveTimeout(Math.max(1, (int) config.idleTimeout().toSeconds()))
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setDecompressionSupported(config.compress());
    config
        .caFile()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    client = vertx.createHttpClient(options);
    loop = vertx.getOrCreateContext();
    exports = new Semaphore(config.exports());
    breaker =
        Guard.create()
            .withCircuitBreaker()
            .failOn(List.of(ConnectionFault.class, SlowFault.class))
            .requestVolumeThreshold(10)
            .failureRatio(0.5)
            .delay(2, ChronoUnit.SECONDS)
            .done()
            .build();
  }

  private static boolean tls(URI url) {
    return "https".equals(url.getScheme());
  }

  private static int port(URI url) {
    return url.getPort() > 0 ? url.getPort() : tls(url) ? 8443 : 8123;
  }

  /**
   * Sends a statement and reads its answer.
   *
   * @throws ServerFault when the database answers with an error
   * @throws StoreUnavailableException when it does not answer
   * @throws RejectedExecutionException when too many statements wait
   * @throws CancellationException when the caller is interrupted
   */
  <T> T call(Statement statement, Reader<T> reader) {
    if (!statement.streamed()) {
      return call(statement, reader, config.timeout(), true);
    }
    // A stream lasts as long as its reader likes: it must not take what searches need.
    if (!exports.tryAcquire()) {
      throw new RejectedExecutionException("Too many exports run at once");
    }
    try {
      // Nor may it be what an open breaker tries the database with, for as long as it lasts.
      return call(statement, reader, config.exportTimeout(), false);
    } finally {
      exports.release();
    }
  }

  /** Whether the configured database is there and answers now, asked past the circuit breaker. */
  void probe(Duration limit) {
    call(
        Statement.select("SELECT 1").with("database", config.database()),
        body -> body.read(),
        limit,
        false);
  }

  private <T> T call(Statement statement, Reader<T> reader, Duration usual, boolean guarded) {
    Duration limit = statement.timeout() == null ? usual : statement.timeout();
    long end = nanoTime.getAsLong() + limit.toNanos();
    AtomicReference<T> result = new AtomicReference<>();
    Callable<Boolean> work =
        () -> {
          result.set(attempted(statement, reader, end));
          return true;
        };
    try {
      if (guarded) {
        breaker.call(work, Boolean.class);
      } else {
        work.call();
      }
      return result.get();
    } catch (ConnectionFault | CircuitBreakerOpenException e) {
      throw new StoreUnavailableException("The database does not answer", e);
    } catch (SlowFault e) {
      throw new StoreUnavailableException("The database took too long for this", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sends a statement, and once more when that is allowed and may help; as often as the time allows
   * while it only has to wait for its turn.
   */
  private <T> T attempted(Statement statement, Reader<T> reader, long end) {
    boolean repeated = false;
    while (true) {
      try {
        return exchanged(statement, reader, end);
      } catch (ConnectionFault | ServerFault fault) {
        boolean turn = fault instanceof ServerFault refused && refused.outOfTurn();
        boolean lost = fault instanceof ConnectionFault || ((ServerFault) fault).transientFault();
        boolean mayHelp = turn || (lost && statement.repeatable() && !repeated);
        if (!mayHelp || !paused(end)) {
          throw fault;
        }
        repeated |= !turn;
        LOG.debugf(fault, "Sending a statement again");
      }
    }
  }

  private <T> T exchanged(Statement statement, Reader<T> reader, long end) {
    Exchange exchange = new Exchange(client, loop, config, statement, end);
    return exchange.read(exchange.open(), reader);
  }

  /** Waits a moment of random length before a repetition, if there is the time. */
  private boolean paused(long end) {
    long pause = ThreadLocalRandom.current().nextLong(20, 120);
    if (end - nanoTime.getAsLong() < TimeUnit.MILLISECONDS.toNanos(2 * pause)) {
      return false;
    }
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      throw CallerInterruptedException.of(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
