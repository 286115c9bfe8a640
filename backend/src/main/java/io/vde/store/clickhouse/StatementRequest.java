package io.vde.store.clickhouse;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A statement as an HTTP request: settings are parameters of the URL; the body is the statement,
 * the rows of an INSERT, or, with external tables, a form with the statement and each table.
 */
record StatementRequest(Statement statement, String queryId, ClickHouseConfig config) {
  /** Servers read at most 256 KiB of SQL unless told otherwise; a character has up to 3 bytes. */
  private static final int PLAIN_QUERY = 80_000;

  /** And at most 128 KiB in the field of a form, whatever they are told. */
  private static final int FIELD = 128 << 10;

  /** Method, address, parameters and headers. */
  RequestOptions options() {
    Map<String, String> parameters = new TreeMap<>(statement.settings());
    parameters.put("query_id", queryId);
    if (statement.sql().startsWith("SELECT") || statement.sql().startsWith("WITH")) {
      parameters.put("default_format", RowWriter.FORMAT);
    }
    if (!statement.streamed()) {
      parameters.put("wait_end_of_query", "1");
    }
    if (config.compress()) {
      parameters.put("enable_http_compression", "1");
    }
    if (queryInAddress()) {
      parameters.put("query", statement.sql());
    }
    if (statement.data() == null && statement.sql().length() > PLAIN_QUERY) {
      parameters.put("max_query_size", Integer.toString(4 * statement.sql().length()));
    }
    statement
        .tables()
        .keySet()
        .forEach(
            name -> {
              parameters.put(name + "_structure", "id String");
              parameters.put(name + "_format", "RowBinary");
            });
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.set("X-ClickHouse-User", config.user());
    config.password().ifPresent(password -> headers.set("X-ClickHouse-Key", password));
    headers.set("User-Agent", "visual-dataset-explorer");
    if (!statement.tables().isEmpty()) {
      headers.set("Content-Type", "multipart/form-data; boundary=" + queryId);
    }
    String path = config.url().getRawPath();
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setURI((path == null || path.isEmpty() ? "/" : path) + query(parameters))
        .setHeaders(headers);
  }

  /**
   * Where the body is for other things. A form's field serves short statements all the same: what
   * stands before a server may allow an address of a few KiB only, the server 1 MiB.
   */
  private boolean queryInAddress() {
    return statement.data() != null
        || (!statement.tables().isEmpty()
            && statement.sql().getBytes(StandardCharsets.UTF_8).length > FIELD);
  }

  private String query(Map<String, String> parameters) {
    StringBuilder query = new StringBuilder("?");
    parameters.forEach(
        (name, value) ->
            query
                .append(query.length() == 1 ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return query.toString();
  }

  /** Sends it. Rows go a piece at a time, each once the one before it is on its way. */
  Future<Void> send(HttpClientRequest request) {
    return statement.data() == null
        ? request.send(body()).mapEmpty()
        : sendRest(request.setChunked(true), statement.data().iterator(), Buffer.buffer());
  }

  /**
   * Sends the pieces that are left.
   *
   * @param copy of the piece before, which has gone: memory that the processor has at hand
   */
  private static Future<Void> sendRest(
      HttpClientRequest request, Iterator<ByteBuffer> pieces, Buffer copy) {
    if (!pieces.hasNext()) {
      return request.end();
    }
    ByteBuffer piece = pieces.next();
    int length = piece.remaining();
    copy.setBytes(0, piece.array(), piece.arrayOffset(), length);
    return request.write(copy.slice(0, length)).compose(v -> sendRest(request, pieces, copy));
  }

  /** The text of the statement, with its tables. */
  private Buffer body() {
    if (statement.tables().isEmpty()) {
      return Buffer.buffer(statement.sql());
    }
    Buffer body = Buffer.buffer();
    if (!queryInAddress()) {
      part(body, "name=\"query\"", statement.sql().getBytes(StandardCharsets.UTF_8));
    }
    statement
        .tables()
        .forEach(
            (name, rows) -> part(body, "name=\"%s\"; filename=\"%s\"".formatted(name, name), rows));
    return body.appendString("--" + queryId + "--\r\n");
  }

  private void part(Buffer body, String disposition, byte[] data) {
    body.appendString("--" + queryId + "\r\nContent-Disposition: form-data; " + disposition)
        .appendString("\r\n\r\n")
        .appendBytes(data)
        .appendString("\r\n");
  }
}
