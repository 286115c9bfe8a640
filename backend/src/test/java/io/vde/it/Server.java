package io.vde.it;

import io.vde.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The packaged service, started the way the README starts it, on a port and data folder given. */
public final class Server implements AutoCloseable {
  private static final Pattern LOG_LINE = Pattern.compile("^\\d\\d:\\d\\d:\\d\\d [A-Z]+ ");
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private static final int FIRST_PORT = 20_000;

  /** Where the range for outgoing connections begins on Linux; elsewhere it begins later. */
  private static final int HANDED_OUT = 32_768;

  final int port;
  final Process process;
  final Path log;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private Server(int port, Process process, Path log) {
    this.port = port;
    this.process = process;
    this.log = log;
  }

  /**
   * A port that is free now, and that no connection is given by the system before it is bound: one
   * below those that it hands out.
   */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, HANDED_OUT);
      try (ServerSocket _ = new ServerSocket(port)) {
        return port;
      } catch (BindException e) {
        // Taken: another one will do.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Starts the process and waits for nothing. */
  static Server launch(Path data, int port, Map<String, String> environment, String... settings)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of("../run", "-Dvde.data-dir=" + data, "-Dquarkus.http.port=" + port));
    command.addAll(List.of(settings));
    // Kept with what else the build leaves, for whoever looks into a failure.
    Path logs = Files.createDirectories(Path.of("target", "it-logs"));
    Path log = Files.createTempFile(logs, "vde-it", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    // Unpacked once for all tests; a test that is about the place sets JAVA_OPTS itself.
    builder
        .environment()
        .put(
            "JAVA_OPTS",
            "-Dorg.bytedeco.javacpp.cachedir=" + Path.of("target", "native").toAbsolutePath());
    builder.environment().putAll(environment);
    return new Server(port, builder.start(), log);
  }

  /** Starts the service and waits until it is ready. */
  public static Server start(Path data, String... settings)
      throws IOException, InterruptedException {
    Server server = launch(data, freePort(), Map.of(), settings);
    return server.when(() -> server.await("/q/health/ready", 200));
  }

  /** Starts the service with the demo dataset and waits until all of it is there. */
  static Server startWithDemo(Path data) throws IOException, InterruptedException {
    Server server = start(data);
    return server.when(server::awaitDemo);
  }

  /** Something to wait for. */
  private interface Wait {
    void end() throws InterruptedException;
  }

  /** The server when that has come; when it does not come, no process is left behind. */
  private Server when(Wait wait) throws InterruptedException {
    boolean come = false;
    try {
      wait.end();
      come = true;
      return this;
    } finally {
      if (!come) {
        kill();
      }
    }
  }

  void awaitDemo() throws InterruptedException {
    awaitBody(
        "/datasets/demo",
        body -> body.contains("\"state\":\"ready\"") && body.contains("\"images\":3812"));
  }

  void await(String path, int status) throws InterruptedException {
    poll(path, response -> response.statusCode() == status);
  }

  void awaitBody(String path, Predicate<String> wanted) throws InterruptedException {
    poll(path, response -> response.statusCode() == 200 && wanted.test(response.body()));
  }

  private void poll(String path, Predicate<HttpResponse<String>> wanted)
      throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new AssertionError(
            "the service ended with " + process.exitValue() + ":\n" + output());
      }
      try {
        if (wanted.test(get(path))) {
          return;
        }
      } catch (UncheckedIOException e) {
        // Not listening yet.
      }
      // A process that starts can only be asked again; this bounds how often.
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError(path + " did not answer as awaited:\n" + output());
  }

  public HttpResponse<String> get(String path) {
    return send(request(path).GET().build());
  }

  public HttpResponse<String> post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(60));
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The bytes of a 200. */
  byte[] bytes(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new AssertionError(request.uri() + " answered " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * The warnings and errors of the log, but for threads that the clock alone calls blocked: on a
   * busy machine they may have got no time to run. Where one stands in our code, it is said.
   */
  List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    String clock = null;
    for (String line : output().lines().toList()) {
      if (LOG_LINE.matcher(line).find()) {
        clock = line.contains("has been blocked for") ? line : null;
        if (clock == null && (line.contains(" WARN ") || line.contains(" ERROR "))) {
          complaints.add(line);
        }
      } else if (clock != null && line.contains("at io.vde.")) {
        complaints.add(clock + line);
        clock = null;
      }
    }
    return complaints;
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it without a chance to tidy up. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    try {
      if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the service did not end when it was asked to:\n" + output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
