package io.vde.store.clickhouse;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Stands between a store and its database: records the statements, and answers some of them in the
 * database's place with faults that no healthy server shows.
 */
public final class Proxy implements AutoCloseable {
  private final HttpServer server;
  private final HttpClient client = Engine.vertx().createHttpClient();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<String> statements = new CopyOnWriteArrayList<>();
  private final List<String> addresses = new CopyOnWriteArrayList<>();
  private final List<HttpConnection> connections = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final String target;

  /** What happens to a statement. */
  public interface Answer {
    void to(HttpServerRequest request, Forward forward);
  }

  /** Passes a statement on to the database. */
  public interface Forward {
    /** The answer goes nowhere. */
    Future<Buffer> unanswered();

    /** The answer goes to who has asked. */
    void answered();
  }

  private record Rule(Predicate<String> statement, AtomicInteger times, Answer answer) {}

  /** Forwards to a server; null: to none. */
  public Proxy(String target) {
    this.target = target;
    server =
        Engine.vertx().createHttpServer(new HttpServerOptions().setMaxInitialLineLength(1 << 20));
    server.connectionHandler(
        connection -> {
          opened.incrementAndGet();
          connections.add(connection);
        });
    server.requestHandler(request -> request.body().onSuccess(body -> handle(request, body)));
    server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** The statements seen, in order. */
  List<String> statements() {
    return statements;
  }

  /** The paths and parameters of those statements that contain the words. */
  List<String> addresses(String words) {
    return IntStream.range(0, statements.size())
        .filter(i -> statements.get(i).contains(words))
        .mapToObj(addresses::get)
        .toList();
  }

  /** Answers the next so many statements that contain the words. */
  public void on(String words, int times, Answer answer) {
    rules.add(new Rule(sql -> sql.contains(words), new AtomicInteger(times), answer));
  }

  /** From now on all is forwarded. */
  public void heal() {
    rules.clear();
  }

  /** How many connections were opened since it began. */
  int opened() {
    return opened.get();
  }

  /** Closes all connections, as servers do with idle ones. */
  void closeConnections() {
    connections.forEach(HttpConnection::close);
    connections.clear();
  }

  private void handle(HttpServerRequest request, Buffer body) {
    String sql = statement(request, body);
    synchronized (statements) {
      addresses.add(request.uri());
      statements.add(sql);
    }
    Forward forward =
        new Forward() {
          @Override
          public Future<Buffer> unanswered() {
            return forward(request, body).compose(HttpClientResponse::body);
          }

          @Override
          public void answered() {
            forward(request, body)
                .compose(response -> answer(response, request.response()))
                .onFailure(fault -> request.connection().close());
          }
        };
    for (Rule rule : rules) {
      if (rule.statement.test(sql) && rule.times.getAndDecrement() > 0) {
        rule.answer.to(request, forward);
        return;
      }
    }
    forward.answered();
  }

  private static Future<Void> answer(HttpClientResponse response, HttpServerResponse back) {
    return response
        .body()
        .compose(
            answer -> {
              back.setStatusCode(response.statusCode());
              String code = response.getHeader("X-ClickHouse-Exception-Code");
              if (code != null) {
                back.putHeader("X-ClickHouse-Exception-Code", code);
              }
              return back.end(answer);
            });
  }

  private static String statement(HttpServerRequest request, Buffer body) {
    for (String parameter : String.valueOf(request.query()).split("&")) {
      if (parameter.startsWith("query=")) {
        return URLDecoder.decode(parameter.substring(6), StandardCharsets.UTF_8);
      }
    }
    return body.toString();
  }

  private Future<HttpClientResponse> forward(HttpServerRequest request, Buffer body) {
    return client
        .request(
            new RequestOptions()
                .setMethod(request.method())
                .setAbsoluteURI(target + request.uri())
                .putHeader(
                    "Content-Type",
                    request.headers().get("Content-Type") == null
                        ? "text/plain"
                        : request.headers().get("Content-Type")))
        .compose(out -> out.send(body));
  }

  /** A status with a text, as a server or something before it answers. */
  public static Answer status(int status, String text) {
    return (request, forward) -> request.response().setStatusCode(status).end(text);
  }

  /** Does what was asked, and closes the connection without an answer. */
  static Answer doneButUnanswered() {
    return (request, forward) -> {
      forward.unanswered().onComplete(done -> request.connection().close());
    };
  }

  /** Does something of the test's own first, which may block. */
  static Answer after(Runnable first) {
    return (request, forward) ->
        Thread.ofVirtual()
            .start(
                () -> {
                  first.run();
                  forward.answered();
                });
  }

  /** Closes the connection. */
  static Answer closed() {
    return (request, forward) -> request.connection().close();
  }

  /** A 200 whose body ends in the middle of a chunk. */
  static Answer truncated(Buffer part) {
    return (request, forward) -> {
      request.response().setChunked(true);
      request.response().write(part).onComplete(done -> request.connection().close());
    };
  }

  /** Nothing, ever. */
  public static Answer silence() {
    return (request, forward) -> {};
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }
}
