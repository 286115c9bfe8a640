package io.vde.store.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.StoreUnavailableException;
import io.vde.testing.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
          <keep_alive_timeout>1</keep_alive_timeout>
        </yandex>"""
            .formatted(port, freePort(), folder, folder));
    Files.writeString(
        folder.resolve("users.xml"),
        """
        <yandex>
          <profiles><default/></profiles><quotas><default/></quotas>
          <users><vde><password>s'ecret</password><networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile><quota>default</quota></vde></users>
        </yandex>""");
    server =
        new ProcessBuilder(PROGRAM, "--config-file=" + folder.resolve("config.xml"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try (Transport transport = transport()) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (true) {
        try {
          transport.probe(Duration.ofSeconds(2));
          return;
        } catch (ServerFault fault) {
          return;
        } catch (StoreUnavailableException notYet) {
          assertTrue(server.isAlive() && System.nanoTime() < end, "the server did not start");
        }
      }
    }
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
  void compressedAnswersAreUnpacked() {
    try (Transport transport = transport("vde.clickhouse.compress", "true")) {
      String all = text(transport, "SELECT number FROM numbers(100000)");
      assertEquals(100_000, all.lines().count());
    }
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
              rows.pieces(),
              Map.of(),
              Map.of(),
              false,
              false,
              null));
      assertEquals("20000\t199990000", text(transport, "SELECT count(), sum(f[1]) FROM rows"));
      assertEquals("\\0\\t\\'é7", text(transport, "SELECT s FROM rows WHERE f[1] = 7"));
    }
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
    try (Transport transport = transport()) {
      ServerFault fault =
          assertThrows(
              ServerFault.class,
              () ->
                  text(transport, "SELECT number, throwIf(number = 150000) FROM numbers(200000)"));
      assertEquals(395, fault.code());
    }
  }

  @Test
  void aLongStatementIsReadWhole() {
    try (Transport transport = transport()) {
      assertEquals("300000", text(transport, "SELECT length('" + "a".repeat(300_000) + "')"));
    }
  }

  @Test
  void connectionsThatTheServerClosedAreNotUsedAgain() throws Exception {
    try (Transport transport = transport("vde.clickhouse.idle-timeout", "1s")) {
      for (int i = 0; i < 3; i++) {
        assertEquals("1", text(transport, "SELECT 1"));
        // The server's own time-out is what is waited for.
        assertEquals("0", text(transport(), "SELECT sleep(1.5)"));
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
