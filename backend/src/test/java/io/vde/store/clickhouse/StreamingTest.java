package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.ImageStore;
import io.vde.testing.Settings;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An export goes as fast as its reader, and only a little of it is ever in memory. */
class StreamingTest {
  private static final String DATABASE = "streaming";

  @Test
  void aMillionRowsWaitForAReaderThatIsSlow() {
    Engine.shared().fresh(DATABASE);
    try (Proxy proxy = new Proxy(Engine.shared().url());
        ImageStore store =
            Engine.shared()
                .images(Dialect.CLICKHOUSE, DATABASE, "vde.clickhouse.url", proxy.url())) {
      store.create(dataset("d", 4));
      ManyRows rows = new ManyRows();
      proxy.on(ManyRows.STATEMENT, 1, rows);
      AtomicInteger read = new AtomicInteger();
      store.rank(
          "d",
          axis(4, 0),
          null,
          hit -> {
            if (read.incrementAndGet() == 1) {
              awaitStandstill(rows);
            }
            assertTrue(
                rows.sent() - read.get() < ManyRows.AHEAD,
                () -> rows.sent() + " sent, " + read + " read");
          });
      assertEquals(ManyRows.ROWS, read.get());
    }
  }

  @Test
  void noMoreThanSomeBuffersWaitForTheReader() {
    ManyRows rows = new ManyRows();
    try (Proxy proxy = new Proxy(null);
        Transport transport =
            new Transport(
                Engine.vertx(),
                Settings.of(ClickHouseConfig.class, "vde.clickhouse.url", proxy.url()))) {
      proxy.on(ManyRows.STATEMENT, 1, rows);
      int waiting =
          transport.call(
              Statement.select("SELECT 1 AS row").streamed(Duration.ofMinutes(5)),
              body -> {
                assertTrue(body.read() > 0);
                awaitStandstill(rows);
                int held = ((ResponseBody) body).waiting();
                body.transferTo(OutputStream.nullOutputStream());
                return held;
              });
      assertTrue(waiting > 0 && waiting <= ResponseBody.BUFFERS, waiting + " buffers");
    }
  }

  private static void awaitStandstill(ManyRows rows) {
    try {
      rows.awaitStandstill();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
