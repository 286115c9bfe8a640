package io.vde.api;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The contract that clients are generated from. */
@QuarkusTest
class OpenApiDocumentTest {
  private static final Path COMMITTED = Path.of("..", "openapi.yaml");

  @Test
  void theCommittedDocumentIsTheOneThatIsServed() throws IOException {
    String served =
        given()
            .queryParam("format", "yaml")
            .get("/q/openapi")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    if (Boolean.getBoolean("openapi.update")) {
      Files.writeString(COMMITTED, served);
    }
    assertEquals(
        Files.readString(COMMITTED),
        served,
        "openapi.yaml is behind the code; -Dopenapi.update=true writes it anew");
  }
}
