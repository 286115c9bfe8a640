package io.vde.store.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vde.store.StoreUnavailableException;
import io.vde.testing.Settings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database's certificate is checked, against the system's authorities or a file. */
class TlsTest {
  @TempDir Path folder;

  private void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-keystore",
            folder.resolve("key.p12").toString(),
            "-storepass",
            "secret",
            "-alias",
            "a"));
    assertEquals(0, new ProcessBuilder(command).start().waitFor());
  }

  private static void probe(String... settings) {
    try (Transport transport =
        new Transport(Engine.vertx(), Settings.of(ClickHouseConfig.class, settings))) {
      transport.probe(Duration.ofSeconds(10));
    }
  }

  /** It is the certificate that is wrong, and nothing else. */
  private static void assertNotTrusted(String... settings) {
    Throwable fault = assertThrows(StoreUnavailableException.class, () -> probe(settings));
    while (!(fault instanceof SSLHandshakeException) && fault.getCause() != null) {
      fault = fault.getCause();
    }
    assertInstanceOf(SSLHandshakeException.class, fault);
  }

  @Test
  void aCertificateOfOnesOwnIsTrustedWhenItsFileIsNamed() throws Exception {
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost");
    Path certificate = folder.resolve("ca.pem");
    keytool("-exportcert", "-rfc", "-file", certificate.toString());
    HttpServer server =
        Engine.vertx()
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PfxOptions()
                            .setPath(folder.resolve("key.p12").toString())
                            .setPassword("secret")))
            .requestHandler(request -> request.response().end(Buffer.buffer("1")));
    server.listen(0, "localhost").toCompletionStage().toCompletableFuture().join();
    try {
      String url = "https://localhost:" + server.actualPort();
      probe("vde.clickhouse.url", url, "vde.clickhouse.ca-file", certificate.toString());
      assertNotTrusted("vde.clickhouse.url", url);
      String other = "https://127.0.0.1:" + server.actualPort();
      assertNotTrusted(
          "vde.clickhouse.url", other, "vde.clickhouse.ca-file", certificate.toString());
    } finally {
      server.close();
    }
  }
}
