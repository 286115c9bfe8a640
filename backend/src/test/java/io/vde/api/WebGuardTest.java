package io.vde.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page on the web must not reach into the service. */
@QuarkusTest
class WebGuardTest {
  @TestHTTPResource("/")
  URI root;

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:8080", "localhost.evil.example", "10.0.0.1"})
  void anUnknownHostIsForbiddenEverywhere(String host) {
    for (String path : new String[] {"/", "/info", "/datasets", "/q/health/live", "/nothing"}) {
      given()
          .header("Host", host)
          .get(path)
          .then()
          .statusCode(403)
          .body("type", equalTo("urn:vde:forbidden"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "https://127.0.0.1"})
  void aCallOfAForeignPageThatChangesSomethingIsForbidden(String origin) {
    given()
        .header("Origin", origin)
        .contentType("application/json")
        .body("{\"name\":\"theirs\"}")
        .post("/datasets")
        .then()
        .statusCode(403);
    given().header("Origin", origin).delete("/datasets/demo").then().statusCode(403);
    given().get("/datasets/theirs").then().statusCode(404);
  }

  @Test
  void ourOwnPageMayCall() {
    given()
        .header("Origin", "http://%s:%d".formatted(root.getHost(), root.getPort()))
        .contentType("application/json")
        .body("{}")
        .post("/search")
        .then()
        .statusCode(400);
  }

  @Test
  void theHeadersKeepPagesFromBeingMoreThanTheyAre() {
    given()
        .get("/")
        .then()
        .statusCode(200)
        .contentType(containsString("text/html"))
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
        .header("Cache-Control", "no-cache");
  }

  @Test
  void theAddressesOfTheSpaGiveItsPageAndUnknownFilesDoNot() {
    given()
        .accept("text/html,*/*;q=0.8")
        .get("/concepts/01ABC")
        .then()
        .statusCode(200)
        .contentType(containsString("text/html"))
        .header("Cache-Control", "no-cache");
    given().accept("text/html,*/*;q=0.8").get("/assets/none.js").then().statusCode(404);
    given().get("/concepts/01ABC").then().statusCode(404);
    given().accept("text/html,*/*;q=0.8").post("/concepts/01ABC").then().statusCode(404);
    given().accept("text/html,*/*;q=0.8").delete("/concepts/01ABC").then().statusCode(404);
    given().accept("text/html,*/*;q=0.8").head("/concepts/01ABC").then().statusCode(200);
  }
}
