package io.vde.api;

import static io.restassured.RestAssured.given;
import static io.vde.api.DemoDataset.json;
import static io.vde.api.DemoDataset.nearest;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.vde.store.Dataset;
import io.vde.store.ImageStore;
import io.vde.store.Images;
import io.vde.testing.Patience;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a query may be made of, and what comes back. */
@QuarkusTest
class SearchTest {
  @Inject ImageStore images;

  @BeforeEach
  void demo() {
    DemoDataset.await();
  }

  private static ValidatableResponse search(String query, String more) {
    return json("{\"dataset\":\"demo\",\"query\":%s,\"limit\":5%s}".formatted(query, more))
        .post("/search")
        .then();
  }

  private static String quoted(Stream<String> ids) {
    return ids.map(id -> '"' + id + '"').collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void excludedImagesAreLeftOutAndNotCountedAndUnknownOnesAreIgnored() {
    List<String> all = nearest("horse", 10);
    search(
            "{\"text\":\"horse\"}",
            ",\"exclude\":"
                + quoted(Stream.concat(all.subList(0, 5).stream(), Stream.of("no such image"))))
        .statusCode(200)
        .body("hits.id", equalTo(all.subList(5, 10)))
        .body("total", equalTo(DemoDataset.IMAGES - 5));
  }

  @Test
  void vectorsComeWhenTheyAreAskedForAndAreThoseOfTheImages() {
    search("{\"text\":\"horse\"}", "").body("hits.vector", everyItem(nullValue()));
    List<List<Float>> vectors =
        search("{\"text\":\"horse\"}", ",\"includeVectors\":true")
            .statusCode(200)
            .body("hits.vector", everyItem(hasSize(512)))
            .extract()
            .path("hits.vector");
    String first = nearest("horse", 1).getFirst();
    assertEquals(given().get("/datasets/demo/images/" + first).path("vector"), vectors.getFirst());
  }

  @Test
  void aVectorOfAnyLengthFindsWhatItPointsAt() {
    List<Float> embedded =
        json("{\"texts\":[\"horse\"]}").post("/embed").path("embeddings[0].embedding");
    String long7 =
        embedded.stream().map(x -> Float.toString(x * 7)).collect(Collectors.joining(","));
    search("{\"vector\":[" + long7 + "]}", "")
        .statusCode(200)
        .body("hits.id", equalTo(nearest("horse", 5)));
    String id = nearest("horse", 1).getFirst();
    search(
            "{\"vector\":%s}"
                .formatted(given().get("/datasets/demo/images/" + id).<List<Float>>path("vector")),
            "")
        .body("hits.id[0]", equalTo(id));
  }

  @Test
  void anOffsetNearTheLargestIntegerIsMalformedLikeAnyThatIsTooDeep() {
    for (String offset : List.of("2147483647", "9996", "2147483640", "-1")) {
      search("{\"text\":\"x\"}", ",\"offset\":" + offset)
          .statusCode(400)
          .body("errors[0].field", equalTo("offset"));
    }
    search("{\"text\":\"x\"}", ",\"offset\":9995").statusCode(200);
  }

  @Test
  void aParameterOfAnotherCallIsUnknownHere() {
    given().get("/search?q=x&dataset=demo&v=1").then().statusCode(400);
    given().get("/datasets/demo?v=1").then().statusCode(400);
  }

  /** On the only loopback address that the tests' configuration allows. */
  private static HttpServer pictureServer() throws IOException {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0), 0);
    } catch (BindException e) {
      return abort("This system has one loopback address only: " + e.getMessage());
    }
  }

  @Test
  void aPictureIsFetchedFromAnAddressThatIsAllowed() throws IOException {
    String id = nearest("violin", 1).getFirst();
    byte[] picture = given().get("/datasets/demo/images/" + id + "/file").asByteArray();
    HttpServer server = pictureServer();
    server.createContext(
        "/violin",
        exchange -> {
          exchange.sendResponseHeaders(200, picture.length);
          exchange.getResponseBody().write(picture);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.2:%d/violin".formatted(server.getAddress().getPort());
      search("{\"image\":{\"url\":\"%s\"}}".formatted(url), "")
          .statusCode(200)
          .body("hits.id[0]", equalTo(id));
      json("{\"images\":[{\"url\":\"%s\"},{\"url\":\"%s\"},{\"dataset\":\"demo\",\"id\":\"%s\"}]}"
              .formatted(url, url.replace("violin", "none"), id))
          .post("/embed")
          .then()
          .statusCode(200)
          .body("embeddings[0].embedding", hasSize(512))
          .body("embeddings[1].embedding", nullValue())
          .body("embeddings[2].embedding", hasSize(512));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void thePicturesOfACallAreFetchedBesideEachOther() throws IOException {
    String id = nearest("violin", 1).getFirst();
    byte[] picture = given().get("/datasets/demo/images/" + id + "/file").asByteArray();
    CyclicBarrier together = new CyclicBarrier(2);
    HttpServer server = pictureServer();
    try (ExecutorService serving = Executors.newVirtualThreadPerTaskExecutor()) {
      server.setExecutor(serving);
      server.createContext(
          "/violin",
          exchange -> {
            try {
              together.await(Patience.SECONDS, TimeUnit.SECONDS);
              exchange.sendResponseHeaders(200, picture.length);
              exchange.getResponseBody().write(picture);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
              exchange.sendResponseHeaders(500, -1);
            }
            exchange.close();
          });
      server.start();
      String url = "{\"url\":\"http://127.0.0.2:%d/violin\"}";
      json("{\"images\":[%1$s,%1$s]}".formatted(url.formatted(server.getAddress().getPort())))
          .post("/embed")
          .then()
          .statusCode(200)
          .body("embeddings.embedding", everyItem(hasSize(512)));
      server.stop(0);
    }
  }

  @Test
  void vectorsOfAnotherModelAreAConflictThatNamesBoth() {
    String name = "older-" + System.nanoTime();
    String running = given().get("/datasets/demo").path("model");
    images.create(new Dataset(name, "", "an older model", 512, Instant.now()));
    images.upsert(name, Images.random("i", 3, 512, 1));
    try {
      String session =
          json("{\"dataset\":\"%s\",\"query\":{\"imageId\":\"i000000\"}}".formatted(name))
              .post("/sessions")
              .then()
              .statusCode(201)
              .extract()
              .path("session.id");
      String base64 = "{\"image\":{\"base64\":\"R0lGODdh\"}}";
      String toDemo = "{\"session\":\"%s\"}".formatted(session);
      for (ValidatableResponse answer :
          List.of(
              json("{\"images\":[{\"dataset\":\"%s\",\"id\":\"i000000\"}]}".formatted(name))
                  .post("/embed")
                  .then(),
              json("{\"dataset\":\"%s\",\"query\":{\"text\":\"x\"}}".formatted(name))
                  .post("/search")
                  .then(),
              json("{\"dataset\":\"%s\",\"query\":%s}".formatted(name, base64))
                  .post("/search")
                  .then(),
              json("{\"dataset\":\"%s\",\"query\":{\"text\":\"x\"}}".formatted(name))
                  .post("/sessions")
                  .then(),
              search(toDemo, ""),
              json("{\"dataset\":\"demo\",\"query\":%s}".formatted(toDemo))
                  .post("/sessions")
                  .then(),
              given()
                  .multiPart("file", "a.gif", new byte[] {1})
                  .post("/datasets/" + name + "/images")
                  .then())) {
        answer
            .statusCode(409)
            .body("type", equalTo("urn:vde:model-mismatch"))
            .body("detail", containsString("an older model"))
            .body("detail", containsString(running));
      }
      // What needs no model goes on: it teaches by the vectors there are.
      json("{\"labels\":[{\"id\":\"i000001\",\"positive\":true}]}")
          .post("/sessions/" + session + "/label")
          .then()
          .statusCode(200)
          .body("session.model", equalTo("an older model"));
    } finally {
      given().delete("/datasets/" + name + "?sessions=delete").then().statusCode(204);
    }
  }
}
