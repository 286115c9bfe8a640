package io.vde.store.clickhouse;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.clickhouse.RowWriter.Column;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The answer to an export of a million images, as fast as it is taken. */
public final class ManyRows implements Proxy.Answer {
  /** All of them. */
  public static final int ROWS = 1_000_000;

  /** What sockets and buffers on the way may hold: 80 MB, a socket may grow to some 30. */
  public static final int AHEAD = 200_000;

  /** The statement that it answers. */
  public static final String STATEMENT = "AS row";

  private static final int BATCH = 1000;
  private static final String URL = "https://example.org/" + "x".repeat(280);

  private static final Buffer HEADER =
      Buffer.buffer(
          RowWriter.of(
                  List.of(
                      new Column("row", "UInt8"),
                      new Column("id", "String"),
                      new Column("url", "String"),
                      new Column("width", "UInt32"),
                      new Column("height", "UInt32"),
                      new Column("sha256", "String"),
                      new Column("fields", "Array(String)"),
                      new Column("strings", "Map(String, String)"),
                      new Column("lists", "Map(String, Array(String))"),
                      new Column("integers", "Map(String, Int64)"),
                      new Column("floats", "Map(String, Float64)"),
                      new Column("booleans", "Map(String, Bool)"),
                      new Column("dist", "Float64")))
              .toBytes());

  private final AtomicInteger sent = new AtomicInteger();

  /** How many rows were written so far. */
  public int sent() {
    return sent.get();
  }

  /** Waits until no more rows are taken, since the reader has enough for now. */
  public void awaitStandstill() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    int still = 0;
    for (int before = -1; still < 20; before = sent.get()) {
      assertTrue(System.nanoTime() < end, "the rows come and come");
      still = sent.get() == before && before > 0 ? still + 1 : 0;
      // Standing still shows in nothing but time.
      Thread.sleep(50);
    }
  }

  @Override
  public void to(HttpServerRequest request, Proxy.Forward forward) {
    HttpServerResponse response = request.response().setChunked(true);
    response.write(HEADER);
    send(response);
  }

  /** Writes until the reader's side is full, and goes on when it is not. */
  private void send(HttpServerResponse response) {
    while (sent.get() < ROWS) {
      if (response.writeQueueFull()) {
        response.drainHandler(drained -> send(response));
        return;
      }
      RowWriter rows = new RowWriter();
      for (int i = 0; i < BATCH; i++) {
        rows.uint8(1).string("image" + sent.incrementAndGet()).string(URL);
        rows.uint32(640).uint32(480).string("0".repeat(64));
        rows.size(0).size(0).size(0).size(0).size(0).size(0).float64(0.5);
      }
      response.write(Buffer.buffer(rows.toBytes()));
    }
    response.end();
  }
}
