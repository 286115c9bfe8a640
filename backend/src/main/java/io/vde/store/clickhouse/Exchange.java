package io.vde.store.clickhouse;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** One attempt to send a statement and read its answer. */
final class Exchange {
  private static final Logger LOG = Logger.getLogger(Exchange.class);
  private static final int MAX_ERROR = 1 << 16;

  /** How long a KILL may take, and hold a connection. */
  private static final Duration KILL = Duration.ofSeconds(5);

  private final HttpClient client;
  private final Context loop;
  private final ClickHouseConfig config;
  private final Statement statement;
  private final String queryId = "vde-" + UUID.randomUUID();
  private final long end;
  private HttpClientRequest opened;
  private boolean givenUp;
  private volatile boolean sent;

  /**
   * Does nothing yet.
   *
   * @param loop where all of it is done but reading the answer
   * @param end when it is given up, by {@link System#nanoTime}
   */
  Exchange(
      HttpClient client, Context loop, ClickHouseConfig config, Statement statement, long end) {
    this.client = client;
    this.loop = loop;
    this.config = config;
    this.statement = statement;
    this.end = end;
  }

  /** Sends the statement and waits for the head of a good answer. */
  ResponseBody open() {
    StatementRequest request = new StatementRequest(statement, queryId, config);
    CompletableFuture<Head> head =
        connected(request.options())
            .compose(
                connected -> {
                  if (!keep(connected)) {
                    return Future.failedFuture("given up");
                  }
                  // On the connection's own event loop, before any of the body has come.
                  Future<Head> answer =
                      connected
                          .response()
                          .map(response -> new Head(response, new ResponseBody(response, end)));
                  // A server may answer before it has all of the request, and then read no more.
                  Promise<Head> first = Promise.promise();
                  answer.onSuccess(first::tryComplete).onFailure(first::tryFail);
                  request.send(connected).onSuccess(v -> sent = true).onFailure(first::tryFail);
                  return first.future();
                })
            .toCompletionStage()
            .toCompletableFuture();
    Head answer;
    try {
      answer = head.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      giveUp();
      throw CallerInterruptedException.of(e);
    } catch (TimeoutException e) {
      throw slow(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConnectionPoolTooBusyException) {
        throw new RejectedExecutionException("Too many statements wait for the database", e);
      }
      throw new ConnectionFault("The database cannot be reached", e.getCause());
    }
    String code = answer.response.getHeader("X-ClickHouse-Exception-Code");
    int status = answer.response.statusCode();
    if (status / 100 == 2 && code == null) {
      return answer.body;
    }
    ServerFault fault = ServerFault.of(status, code, text(answer.body));
    if (!sent) {
      // It has read as much as it wants: the rest is not worth sending.
      reset();
    }
    LOG.debugf("The database answered %d to %s: %s", (Object) status, queryId, fault);
    if (fault.code() == 0 && fault.transientFault()) {
      throw new ConnectionFault("Something before the database answered " + status, fault);
    }
    throw fault;
  }

  private Future<HttpClientRequest> connected(RequestOptions options) {
    Promise<Void> turn = Promise.promise();
    loop.runOnContext(turn::complete);
    return turn.future().compose(v -> client.request(options));
  }

  /** Reads a good answer to its end. */
  <T> T read(ResponseBody body, Transport.Reader<T> reader) {
    boolean done = false;
    try {
      T result = reader.read(body);
      body.transferTo(OutputStream.nullOutputStream());
      done = true;
      return result;
    } catch (ResponseBody.SlowAnswerException e) {
      throw slow(e);
    } catch (EOFException | StreamCorruptedException e) {
      throw new ConnectionFault("The answer is no complete table", e);
    } catch (IOException e) {
      throw new ConnectionFault("The answer was cut off", e);
    } finally {
      if (!done) {
        giveUp();
      }
    }
  }

  private String text(ResponseBody body) {
    try {
      return new String(body.readNBytes(MAX_ERROR), StandardCharsets.UTF_8);
    } catch (ResponseBody.SlowAnswerException e) {
      throw slow(e);
    } catch (IOException e) {
      throw new ConnectionFault("The answer was cut off", e);
    }
  }

  private SlowFault slow(Throwable cause) {
    giveUp();
    LOG.warnf("The database took too long; %s was cancelled", queryId);
    return new SlowFault(cause);
  }

  /** Closes the connection, and ends the query, which would run on without it. */
  private void giveUp() {
    if (!reset()) {
      return;
    }
    Statement kill =
        Statement.repeatable("KILL QUERY WHERE query_id = " + Sql.string(queryId) + " ASYNC");
    StatementRequest request = new StatementRequest(kill, "vde-" + UUID.randomUUID(), config);
    RequestOptions options = request.options().setConnectTimeout(KILL.toMillis());
    connected(options)
        .compose(
            killing ->
                request
                    .send(killing)
                    .compose(v -> killing.response())
                    .compose(HttpClientResponse::end)
                    .timeout(KILL.toMillis(), TimeUnit.MILLISECONDS)
                    // A server that hangs must not keep the connection, too.
                    .onFailure(fault -> killing.reset()))
        .onFailure(fault -> LOG.debugf(fault, "%s could not be killed", queryId));
  }

  /** Closes the connection; false when there was none yet, and there will be none. */
  private synchronized boolean reset() {
    givenUp = true;
    if (opened == null) {
      return false;
    }
    opened.reset();
    return true;
  }

  private synchronized boolean keep(HttpClientRequest connected) {
    if (givenUp) {
      connected.reset();
      return false;
    }
    opened = connected;
    return true;
  }

  private record Head(HttpClientResponse response, ResponseBody body) {}
}
