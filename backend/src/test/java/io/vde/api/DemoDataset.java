package io.vde.api;

import static io.restassured.RestAssured.given;

import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The demo dataset as the tests use it: imported by the running service at its start. */
final class DemoDataset {
  static final int IMAGES = 3812;
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(3);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private DemoDataset() {}

  /** Returns when the import is done and learning is warm. */
  static void await() {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (System.nanoTime() < end) {
      boolean ready = given().get("/q/health/ready").statusCode() == 200;
      if (ready) {
        JsonPath dataset = given().get("/datasets/demo").jsonPath();
        if ("ready".equals(dataset.get("state")) && dataset.getInt("images") == IMAGES) {
          return;
        }
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new AssertionError(
        "the demo dataset is not ready: " + given().get("/datasets/demo").asString());
  }

  /** A request with a JSON body. */
  static RequestSpecification json(String body) {
    return given().contentType("application/json").body(body);
  }

  /** The ids nearest to some words. */
  static List<String> nearest(String words, int limit) {
    return given()
        .queryParam("q", words)
        .queryParam("dataset", "demo")
        .queryParam("limit", limit)
        .get("/search")
        .then()
        .statusCode(200)
        .extract()
        .path("hits.id");
  }

  /** The id of a new session on the demo dataset. */
  static String session(String words) {
    return json("{\"dataset\":\"demo\",\"query\":{\"text\":\"%s\"}}".formatted(words))
        .post("/sessions")
        .then()
        .statusCode(201)
        .extract()
        .path("session.id");
  }
}
