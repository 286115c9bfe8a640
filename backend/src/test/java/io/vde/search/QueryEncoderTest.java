package io.vde.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.vde.clip.Encoder;
import io.vde.clip.ModelConfig;
import io.vde.hub.Hub;
import io.vde.hub.HubConfig;
import io.vde.media.ByteBudget;
import io.vde.media.FetchConfig;
import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.media.RemoteFetcher;
import io.vde.store.Dataset;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import io.vertx.core.Vertx;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A query of which nobody wants the answer any more, while its pictures wait to be decoded. */
class QueryEncoderTest {
  @TempDir Path data;
  private final CountDownLatch free = new CountDownLatch(1);
  private ImageDecoder decoder;
  private Encoder encoder;
  private QueryEncoder queries;
  private Dataset dataset;
  private byte[] picture;

  /** One thread decodes, and is kept busy; one picture of each lane may wait. */
  @BeforeEach
  void fill() throws Exception {
    decoder =
        new ImageDecoder(
            Settings.of(
                MediaConfig.class, "vde.media.decode-threads", "1", "vde.media.decode-queue", "1"));
    encoder =
        new Encoder(
            Settings.of(ModelConfig.class),
            data,
            new Hub(Settings.of(HubConfig.class), name -> Optional.empty()),
            decoder);
    encoder.start();
    encoder.awaitReady();
    queries = new QueryEncoder(encoder, null, null);
    dataset =
        new Dataset("d", "", encoder.model().key(), encoder.model().dimension(), Instant.EPOCH);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png", out);
    picture = out.toByteArray();
    CountDownLatch busy = new CountDownLatch(1);
    var _ = decoder.decode(picture, Lane.BULK, 0, decoded -> block(busy));
    busy.await();
  }

  @AfterEach
  void close() {
    free.countDown();
    encoder.close();
    decoder.close();
  }

  @Test
  void whenOneTermIsTurnedAwayTheOthersLeaveTheQueue() {
    CompletionException e =
        assertThrows(CompletionException.class, () -> queries.encode(dataset, pictures(2)));
    assertInstanceOf(RejectedExecutionException.class, e.getCause());
    assertTheQueueIsEmpty();
  }

  @Test
  void whenATermMakesNoSenseThoseBeforeItLeaveTheQueue() {
    List<QueryTerm> terms = List.of(new QueryTerm.Bytes(picture, 1), new QueryTerm.Text(" ", 1));
    assertThrows(BadQueryException.class, () -> queries.encode(dataset, terms));
    assertTheQueueIsEmpty();
  }

  @Test
  void whenItsThreadIsInterruptedTheQueryLeavesTheQueue() {
    Thread.currentThread().interrupt();
    assertThrows(RejectedExecutionException.class, () -> queries.encode(dataset, pictures(1)));
    assertTrue(Thread.interrupted(), "the thread no longer knows");
    assertTheQueueIsEmpty();
  }

  @Test
  void whenNobodyWantsAPictureAnyMoreItsFetchEnds() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/silent", exchange -> asked.countDown());
    server.createContext(
        "/picture",
        exchange -> {
          exchange.sendResponseHeaders(200, picture.length);
          exchange.getResponseBody().write(picture);
          exchange.close();
        });
    server.start();
    URI root = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Vertx vertx = Vertx.vertx();
    RemoteFetcher fetcher =
        new RemoteFetcher(
            vertx,
            Settings.of(
                FetchConfig.class,
                "vde.fetch.allow",
                "127.0.0.1",
                "vde.fetch.concurrency",
                "1",
                "vde.fetch.wait",
                "2m",
                "vde.fetch.timeout",
                "1h",
                "vde.fetch.read-timeout",
                "1h"));
    try {
      var unwanted = new QueryEncoder(encoder, fetcher, null).picture(root.resolve("/silent"));
      assertTrue(asked.await(Patience.SECONDS, TimeUnit.SECONDS));
      unwanted.cancel(false);
      // There is one place, which it has left.
      byte[] fetched = fetcher.fetch(root.resolve("/picture"), new ByteBudget(1 << 20)).body();
      assertArrayEquals(picture, fetched);
    } finally {
      fetcher.close();
      vertx.close().toCompletionStage().toCompletableFuture().join();
      server.stop(0);
    }
  }

  private List<QueryTerm> pictures(int count) {
    QueryTerm term = new QueryTerm.Bytes(picture, 1);
    return java.util.Collections.nCopies(count, term);
  }

  private void assertTheQueueIsEmpty() {
    assertFalse(decoder.decode(picture, Lane.INTERACTIVE).isCompletedExceptionally());
  }

  private Void block(CountDownLatch busy) {
    busy.countDown();
    try {
      free.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }
}
