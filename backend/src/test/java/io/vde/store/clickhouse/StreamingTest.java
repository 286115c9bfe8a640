package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.ImageStore;
import io.vde.store.clickhouse.RowWriter.Column;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An export goes as fast as its reader, and only a little of it is ever in memory. */
class StreamingTest {
  private static final String DATABASE = "streaming";
  private static final int ROWS = 1_000_000;
  private static final int BATCH = 1000;

  /** What sockets and buffers on the way may hold. */
  private static final int AHEAD = 200_000;

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
  private final CountDownLatch heldBack = new CountDownLatch(1);

  @Test
  void aMillionRowsWaitForAReaderThatIsSlow() throws Exception {
    Engine.shared().fresh(DATABASE);
    try (Proxy proxy = new Proxy(Engine.shared().url());
        ImageStore store =
            new ClickHouseImageStore(
                Engine.shared()
                    .database(Dialect.CLICKHOUSE, DATABASE, "vde.clickhouse.url", proxy.url()))) {
      store.create(dataset("d", 4));
      proxy.on(
          "AS row",
          1,
          (request, forward) -> {
            HttpServerResponse response = request.response().setChunked(true);
            response.write(HEADER);
            send(response);
          });
      AtomicInteger read = new AtomicInteger();
      store.rank(
          "d",
          axis(4, 0),
          null,
          hit -> {
            if (read.incrementAndGet() == 1) {
              awaitHeldBack();
            }
            assertTrue(sent.get() - read.get() < AHEAD, () -> sent + " sent, " + read + " read");
          });
      assertEquals(ROWS, read.get());
    }
  }

  private void awaitHeldBack() {
    try {
      assertTrue(heldBack.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes until the reader's side is full, and goes on when it is not. */
  private void send(HttpServerResponse response) {
    while (sent.get() < ROWS) {
      if (response.writeQueueFull()) {
        response.drainHandler(drained -> send(response));
        heldBack.countDown();
        return;
      }
      RowWriter rows = new RowWriter();
      for (int i = 0; i < BATCH; i++) {
        rows.uint8(1).string("image" + sent.incrementAndGet()).string("https://example.org/");
        rows.uint32(640).uint32(480).string("0".repeat(64));
        rows.size(0).size(0).size(0).size(0).size(0).size(0).float64(0.5);
      }
      response.write(Buffer.buffer(rows.toBytes()));
    }
    heldBack.countDown();
    response.end();
  }
}
