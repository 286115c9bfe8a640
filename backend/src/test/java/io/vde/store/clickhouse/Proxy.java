package io.vde.store.clickhouse;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stands between a store and its database: records the statements, and answers some of them in the
 * database's place with faults that no healthy server shows.
 */
final class Proxy implements AutoCloseable {
  private final HttpServer server;
  private final HttpClient client = Engine.vertx().createHttpClient();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<String> statements = new CopyOnWriteArrayList<>();
  private final List<HttpConnection> connections = new CopyOnWriteArrayList<>();
  private final String target;

  /** What happens to a statement. */
  interface Answer {
    void to(HttpServerRequest request, Runnable forward);
  }

  private record Rule(Predicate<String> statement, AtomicInteger times, Answer answer) {}

  /** Forwards to a server; null: to none. */
  Proxy(String target) {
    this.target = target;
    server = Engine.vertx().createHttpServer();
    server.connectionHandler(connections::add);
    server.requestHandler(request -> request.body().onSuccess(body -> handle(request, body)));
    server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** The statements seen, in order. */
  List<String> statements() {
    return statements;
  }

  /** Answers the next so many statements that contain the words. */
  void on(String words, int times, Answer answer) {
    rules.add(new Rule(sql -> sql.contains(words), new AtomicInteger(times), answer));
  }

  /** From now on all is forwarded. */
  void heal() {
    rules.clear();
  }

  /** Closes all connections, as servers do with idle ones. */
  void closeConnections() {
    connections.forEach(HttpConnection::close);
    connections.clear();
  }

  private void handle(HttpServerRequest request, Buffer body) {
    String sql = statement(request, body);
    statements.add(sql);
    for (Rule rule : rules) {
      if (rule.statement.test(sql) && rule.times.getAndDecrement() > 0) {
        rule.answer.to(
            request, () -> forward(request, body).onSuccess(r -> r.body().onSuccess(b -> {})));
        return;
      }
    }
    forward(request, body)
        .compose(
            response ->
                response
                    .body()
                    .onSuccess(
                        answer -> {
                          HttpServerResponse back = request.response();
                          back.setStatusCode(response.statusCode());
                          String code = response.getHeader("X-ClickHouse-Exception-Code");
                          if (code != null) {
                            back.putHeader("X-ClickHouse-Exception-Code", code);
                          }
                          back.end(answer);
                        }))
        .onFailure(fault -> request.connection().close());
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
  static Answer status(int status, String text) {
    return (request, forward) -> request.response().setStatusCode(status).end(text);
  }

  /** Does what was asked, and closes the connection without an answer. */
  static Answer doneButUnanswered() {
    return (request, forward) -> {
      forward.run();
      Engine.vertx().setTimer(300, t -> request.connection().close());
    };
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
  static Answer silence() {
    return (request, forward) -> {};
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }
}
