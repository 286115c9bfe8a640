package io.vde.store.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.StoreUnavailableException;
import io.vde.testing.Settings;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The transport against a real server's HTTP interface: Debian's clickhouse-server 18.16, which is
 * too old for the store itself.
 */
class GenuineServerTest {
  private static final String PROGRAM = "clickhouse-server";

  /** As servers are set unless told otherwise. */
  private static final int KEEP_ALIVE_SECONDS = 3;

  private static Process server;
  private static int port;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws Exception {
    if (Arrays.stream(System.getenv("PATH").split(":"))
        .noneMatch(path -> Files.isExecutable(Path.of(path, PROGRAM)))) {
      String why = "there is no " + PROGRAM;
      if ("1".equals(System.getenv("REQUIRE_CLICKHOUSE"))) {
        throw new AssertionError("REQUIRE_CLICKHOUSE=1, but " + why);
      }
      System.err.println("*** The tests against a genuine server are LEFT OUT: " + why + " ***");
      Assumptions.abort(why);
    }
    Files.writeString(
        folder.resolve("users.xml"),
        """
        <yandex>
          <profiles><default/></profiles><quotas><default/></quotas>
          <users><vde><password>s'ecret</password><networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile><quota>default</quota></vde></users>
        </yandex>""");
    // A port that was free a moment ago may be taken by now: then the server ends at once.
    for (int attempt = 1; attempt <= 5; attempt++) {
      if (started()) {
        return;
      }
    }
    throw new AssertionError(Files.readString(folder.resolve("log")));
  }

  /** Starts the server on free ports and waits until it answers; false when it has ended. */
  private static boolean started() throws Exception {
    port = freePort();
    Files.writeString(
        folder.resolve("config.xml"),
        """
        <yandex>
          <logger><level>fatal</level><console>1</console></logger>
          <listen_host>127.0.0.1</listen_host>
          <http_port>%d</http_port><tcp_port>%d</tcp_port>
          <path>%s/data/</path><tmp_path>%s/tmp/</tmp_path>
          <users_config>users.xml</users_config>
          <default_profile>default</default_profile><default_database>default</default_database>
          <mark_cache_size>5368709</mark_cache_size>
          <keep_alive_timeout>%d</keep_alive_timeout>
        </yandex>"""
            .formatted(port, freePort(), folder, folder, KEEP_ALIVE_SECONDS));
    server =
        new ProcessBuilder(PROGRAM, "--config-file=" + folder.resolve("config.xml"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try (Transport transport = transport()) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (server.isAlive()) {
        try {
          transport.probe(Duration.ofSeconds(10));
          return true;
        } catch (ServerFault fault) {
          return true;
        } catch (StoreUnavailableException notYet) {
          assertTrue(System.nanoTime() < end, "the server did not start");
        }
      }
    }
    return false;
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Transport transport(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "vde.clickhouse.url", "http://127.0.0.1:" + port,
                "vde.clickhouse.user", "vde",
                "vde.clickhouse.password", "s'ecret"));
    settings.addAll(Arrays.asList(more));
    return new Transport(
        Engine.vertx(), Settings.of(ClickHouseConfig.class, settings.toArray(String[]::new)));
  }

  private static String text(Transport transport, Statement statement) {
    return transport.call(
        statement, body -> new String(body.readAllBytes(), StandardCharsets.UTF_8).strip());
  }

  private static String text(Transport transport, String sql) {
    return text(transport, Statement.select(sql + " FORMAT TabSeparated"));
  }

  @Test
  void userAndPasswordAreSentAndWrongOnesRefused() {
    try (Transport transport = transport()) {
      assertEquals("vde", text(transport, "SELECT 'vde'"));
    }
    try (Transport wrong = transport("vde.clickhouse.password", "guess")) {
      ServerFault fault = assertThrows(ServerFault.class, () -> text(wrong, "SELECT 1"));
      assertTrue(fault.translated().getMessage().contains("user or password"));
    }
  }

  @Test
  void answersAreCompressedWhereThatIsWantedAndUnpacked() {
    String numbers = "SELECT number FROM numbers(100000)";
    AtomicLong received = new AtomicLong();
    NetServer relay = relay(received);
    String url = "http://127.0.0.1:" + relay.actualPort();
    try (Transport plain = transport("vde.clickhouse.url", url);
        Transport compressed =
            transport("vde.clickhouse.url", url, "vde.clickhouse.compress", "true")) {
      String all = text(plain, numbers);
      assertEquals(100_000, all.lines().count());
      long plainBytes = received.getAndSet(0);
      assertTrue(plainBytes >= all.length(), plainBytes + " bytes");
      assertEquals(all, text(compressed, numbers));
      assertTrue(received.get() < plainBytes / 2, received + " bytes of " + plainBytes);
    } finally {
      relay.close();
    }
  }

  /** Stands before the server and counts the bytes that come back. */
  private static NetServer relay(AtomicLong received) {
    NetClient client = Engine.vertx().createNetClient();
    NetServer relay = Engine.vertx().createNetServer();
    relay.connectHandler(
        near -> {
          near.pause();
          client
              .connect(port, "127.0.0.1")
              .onSuccess(
                  far -> {
                    near.handler(far::write).closeHandler(closed -> far.close());
                    far.closeHandler(closed -> near.close());
                    far.handler(
                        bytes -> {
                          received.addAndGet(bytes.length());
                          near.write(bytes);
                        });
                    near.resume();
                  });
        });
    return relay.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void binaryRowsAreInsertedAndReadBack() {
    try (Transport transport = transport()) {
      text(
          transport,
          Statement.repeatable(
              "CREATE TABLE IF NOT EXISTS rows (s String, f Array(Float32)) ENGINE = Log"));
      RowWriter rows = new RowWriter();
      for (int i = 0; i < 20_000; i++) {
        rows.string("\0\t'é" + i).floats(new float[] {i, -0.5f});
      }
      text(
          transport,
          new Statement(
              "INSERT INTO rows FORMAT RowBinary",
              pieces(rows.toBytes()),
              Map.of(),
              Map.of(),
              false,
              false,
              null));
      assertEquals("20000\t199990000", text(transport, "SELECT count(), sum(f[1]) FROM rows"));
      assertEquals("\\0\\t\\'é7", text(transport, "SELECT s FROM rows WHERE f[1] = 7"));
    }
  }

  /** Pieces as they come: a row may go on in the next. */
  private static List<ByteBuffer> pieces(byte[] bytes) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += 10_007) {
      pieces.add(
          ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 10_007))));
    }
    assertTrue(pieces.size() > 20, pieces.size() + " pieces");
    return pieces;
  }

  @Test
  void idsTravelAsATableBesideTheStatement() {
    try (Transport transport = transport()) {
      Statement select =
          Statement.select(
                  "SELECT count() FROM (SELECT toString(number) AS id FROM numbers(10)) WHERE id NOT IN (SELECT id FROM ids) FORMAT TabSeparated")
              .withIds("ids", List.of("3", "4", "x'\n"));
      assertEquals("8", text(transport, select));
    }
  }

  @Test
  void anErrorInMidStreamIsAnErrorOfTheStatement() {
    byte[] header =
        RowWriter.of(
                List.of(
                    new RowWriter.Column("row", "UInt8"),
                    new RowWriter.Column("number", "UInt64"),
                    new RowWriter.Column("thrown", "UInt8")))
            .toBytes();
    Statement streamed =
        Statement.select(
                // The server's format without a header, which is younger than this server.
                "SELECT toUInt8(1), number, throwIf(number = 1500000) FROM numbers(2000000)"
                    + " FORMAT RowBinary")
            .streamed(Duration.ofMinutes(1));
    AtomicLong read = new AtomicLong();
    try (Transport transport = transport()) {
      ServerFault fault =
          assertThrows(
              ServerFault.class,
              () ->
                  transport.call(
                      streamed,
                      body -> {
                        RowReader rows =
                            new RowReader(
                                new SequenceInputStream(new ByteArrayInputStream(header), body));
                        while (rows.nextMarked() != null) {
                          read.incrementAndGet();
                        }
                        return null;
                      }));
      assertEquals(395, fault.code());
      assertTrue(read.get() > 0, "the error came before the first row");
    }
  }

  @Test
  void aLongStatementIsReadWhole() {
    try (Transport transport = transport()) {
      assertEquals("300000", text(transport, "SELECT length('" + "a".repeat(300_000) + "')"));
    }
  }

  @Test
  void connectionsThatTheServerClosedAreNotUsedAgain() {
    try (Transport transport = transport("vde.clickhouse.idle-timeout", "60s");
        Transport observer = transport()) {
      for (int i = 0; i < 2; i++) {
        // Never sent again: a connection that is closed by now would be a fault.
        assertEquals("1", text(transport, Statement.select("SELECT 1 FORMAT TabSeparated").once()));
        // The server's own time-out is what is waited for; it sleeps three seconds at most.
        assertEquals("0", text(observer, "SELECT sleep(2.5)"));
        assertEquals("0", text(observer, "SELECT sleep(2.5)"));
      }
    }
  }

  @Test
  void aQueryThatIsGivenUpIsKilled() {
    try (Transport transport = transport("vde.clickhouse.timeout", "1s");
        Transport observer = transport()) {
      assertThrows(
          StoreUnavailableException.class,
          () -> text(transport, "SELECT count() FROM system.numbers WHERE NOT ignore('endless')"));
      String running =
          "SELECT count() FROM system.processes WHERE query LIKE '%endless%' AND query NOT LIKE '%processes%'";
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!text(observer, running).equals("0")) {
        assertTrue(System.nanoTime() < end, "the query still runs");
      }
    }
  }

  @Test
  void aStreamedAnswerComesBeforeItsQueryHasEnded() {
    try (Transport transport = transport("vde.clickhouse.timeout", "20s")) {
      Statement endless =
          Statement.select("SELECT number FROM system.numbers FORMAT TabSeparated")
              .streamed(Duration.ofSeconds(20));
      Enough enough =
          assertThrows(
              Enough.class,
              () ->
                  transport.call(
                      endless,
                      body -> {
                        throw new Enough(new String(body.readNBytes(4), StandardCharsets.UTF_8));
                      }));
      assertEquals("0\n1\n", enough.getMessage());
    }
  }

  /** Ends reading before the end. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough(String line) {
      super(line);
    }
  }
}
