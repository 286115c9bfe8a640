package io.vde.store.clickhouse;

import io.vde.testing.Settings;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The database that the tests run against: chdb, the engine of ClickHouse as a library, behind the
 * HTTP server in {@code src/test/chdb}; or the one at {@code VDE_TEST_CLICKHOUSE_URL}.
 *
 * <p>Where neither can be had the tests are left out with a loud line, or fail when
 * REQUIRE_CLICKHOUSE=1.
 */
public final class Engine implements AutoCloseable {
  private static final Path PROGRAM = Path.of("src/test/chdb").toAbsolutePath();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Vertx VERTX = Vertx.vertx();

  /** A server of somebody's, with user and password: {@code http://user:password@host:8123}. */
  private static final Given GIVEN =
      System.getenv("VDE_TEST_CLICKHOUSE_URL") == null
          ? null
          : Given.of(System.getenv("VDE_TEST_CLICKHOUSE_URL"));

  /** A server's address, and who may use it. */
  record Given(String url, String user, String password) {
    /** Splits an address with user and password. */
    static Given of(String address) {
      URI uri = URI.create(address);
      String user = uri.getUserInfo() == null ? "default" : uri.getUserInfo();
      int colon = user.indexOf(':');
      int port = uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("https") ? 8443 : 8123;
      return new Given(
          uri.getScheme() + "://" + uri.getHost() + ":" + port + uri.getRawPath(),
          colon < 0 ? user : user.substring(0, colon),
          colon < 0 ? "" : user.substring(colon + 1));
    }
  }

  private static Engine shared;

  private final Process process;
  private final String url;

  private Engine(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** The engine that all tests of this JVM share; each makes a database of its own. */
  public static synchronized Engine shared() {
    if (GIVEN != null) {
      return new Engine(null, GIVEN.url);
    }
    if (shared == null || !shared.process.isAlive()) {
      try {
        shared = start(Files.createTempDirectory("vde-engine"), 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  /** An engine of one's own on a folder; it goes on where an earlier one has stopped. */
  public static Engine start(Path folder, int port) {
    install();
    try {
      Process process =
          new ProcessBuilder(
                  "node", "server.mjs", folder.toAbsolutePath().toString(), "--port=" + port)
              .directory(PROGRAM.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      String line = firstLine(out);
      if (line == null || !line.startsWith("listening ")) {
        process.destroyForcibly();
        throw new AssertionError("the engine did not start: " + line);
      }
      return new Engine(process, "http://127.0.0.1:" + line.substring(10));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(BufferedReader out) {
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return out.readLine();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return line.completeOnTimeout("nothing for two minutes", 2, TimeUnit.MINUTES).join();
  }

  private static synchronized void install() {
    try {
      if (!Files.exists(PROGRAM.resolve("node_modules/.package-lock.json"))
          // Not "npm ci": it wants the libraries of all platforms in the lock file.
          && new ProcessBuilder("npm", "install", "--no-save", "--no-audit", "--no-fund")
                  .directory(PROGRAM.toFile())
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start()
                  .waitFor()
              != 0) {
        missing("npm install has failed in " + PROGRAM);
      }
    } catch (IOException e) {
      missing("there is no node or npm");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void missing(String why) {
    if ("1".equals(System.getenv("REQUIRE_CLICKHOUSE"))) {
      throw new AssertionError("REQUIRE_CLICKHOUSE=1, but " + why);
    }
    System.err.println("*** The tests of the ClickHouse store are LEFT OUT: " + why + " ***");
    Assumptions.abort(why);
  }

  public String url() {
    return url;
  }

  /** Leaves a test out when the server that was given speaks another dialect. */
  static void assumeSpeaks(Dialect dialect) {
    String spoken = System.getenv().getOrDefault("VDE_TEST_CLICKHOUSE_DIALECT", "clickhouse");
    Assumptions.assumeTrue(GIVEN == null || spoken.equals(dialect.store()), "it speaks " + spoken);
  }

  /** Leaves a test out that needs an engine of its own. */
  static void assumeOurs() {
    Assumptions.assumeTrue(GIVEN == null, "only an engine of one's own");
  }

  private static String[] credentials() {
    return GIVEN == null ? new String[] {"default", ""} : new String[] {GIVEN.user, GIVEN.password};
  }

  /** Makes an empty database, in place of one of that name. */
  public void fresh(String database) {
    run("DROP DATABASE IF EXISTS " + database);
    run("CREATE DATABASE " + database);
  }

  /** Runs a statement and gives the answer as tab-separated text. */
  public String run(String sql) {
    HttpResponse<String> response = send(sql);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.body());
    }
    return response.body().strip();
  }

  /** Sends a statement. */
  public HttpResponse<String> send(String sql) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(url))
              .header("X-ClickHouse-User", credentials()[0])
              .header("X-ClickHouse-Key", credentials()[1])
              .timeout(Duration.ofMinutes(2))
              .POST(HttpRequest.BodyPublishers.ofString(sql))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A configuration for a database on this engine. */
  public ClickHouseConfig config(String database, String... keysAndValues) {
    List<String> all =
        new ArrayList<>(List.of("vde.clickhouse.url", url, "vde.clickhouse.database", database));
    if (GIVEN != null) {
      all.addAll(List.of("vde.clickhouse.user", credentials()[0]));
      all.addAll(List.of("vde.clickhouse.password", credentials()[1]));
      String index = System.getenv("VDE_TEST_CLICKHOUSE_INDEX_TYPE");
      if (index != null) {
        all.addAll(List.of("vde.clickhouse.index-type", index));
      }
    }
    all.addAll(Arrays.asList(keysAndValues));
    return Settings.of(ClickHouseConfig.class, all.toArray(String[]::new));
  }

  /** A connection to a database on this engine. */
  Database database(Dialect dialect, String name, String... keysAndValues) {
    return new Database(VERTX, config(name, keysAndValues), dialect);
  }

  /** The images of a database on this engine. */
  ClickHouseImageStore images(Dialect dialect, String name, String... keysAndValues) {
    return new ClickHouseImageStore(database(dialect, name, keysAndValues));
  }

  static Vertx vertx() {
    return VERTX;
  }

  /** Ends it without a chance to tidy up. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    try {
      process.outputWriter().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
