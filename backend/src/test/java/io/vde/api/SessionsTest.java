package io.vde.api;

import static io.restassured.RestAssured.given;
import static io.vde.api.DemoDataset.json;
import static io.vde.api.DemoDataset.nearest;
import static io.vde.api.DemoDataset.session;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.vde.store.Dataset;
import io.vde.store.ImageStore;
import io.vde.store.Images;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** Teaching through the API. */
@QuarkusTest
class SessionsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Inject ImageStore images;

  @BeforeEach
  void demo() {
    DemoDataset.await();
  }

  private static ValidatableResponse label(String session, String body) {
    return json(body).post("/sessions/" + session + "/label").then();
  }

  private static String mark(String id, Object positive) {
    return "{\"id\":\"%s\",\"positive\":%s}".formatted(id, positive);
  }

  private static float[] weights(String session) {
    List<Float> weights =
        given()
            .get("/sessions/" + session + "/classifier")
            .jsonPath()
            .getList("weights", Float.class);
    float[] array = new float[weights.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = weights.get(i);
    }
    return array;
  }

  @Test
  void anUntaughtClassifierIsWhatEmbedGivesForTheSameText() {
    String session = session("red heart");
    List<Float> embedded =
        json("{\"texts\":[\"red heart\"]}")
            .post("/embed")
            .jsonPath()
            .getList("embeddings[0].embedding", Float.class);
    float[] weights = weights(session);
    for (int i = 0; i < weights.length; i++) {
      assertEquals(embedded.get(i), weights[i], 1e-6f);
    }
  }

  @Test
  void theNextPageIsFullAndHoldsNothingMarkedOrSkipped() {
    String session = session("musical instruments");
    Set<String> seen = new HashSet<>();
    List<String> page = nearest("musical instruments", 9);
    for (int round = 0; round < 4; round++) {
      seen.addAll(page);
      JsonPath answer =
          label(
                  session,
                  "{\"labels\":[%s,%s],\"skipped\":[%s]}"
                      .formatted(
                          mark(page.get(0), true),
                          mark(page.get(1), false),
                          page.subList(2, 9).stream()
                              .map(id -> '"' + id + '"')
                              .collect(Collectors.joining(","))))
              .statusCode(200)
              .body("learnedFrom.positive", equalTo(round + 1))
              .body("session.counts.skipped", equalTo(7 * (round + 1)))
              .body("session.revision", equalTo(round + 1))
              .extract()
              .jsonPath();
      page = answer.getList("hits.id", String.class);
      assertEquals(9, page.size());
      assertTrue(page.stream().noneMatch(seen::contains));
    }
  }

  @Test
  void marksWithoutRefitAreStoredAndTeachWithTheNextRound() {
    String session = session("letters");
    List<String> page = nearest("letters", 3);
    float[] before = weights(session);
    label(session, "{\"labels\":[%s],\"refit\":false}".formatted(mark(page.get(0), true)))
        .statusCode(200)
        .body("hits", hasSize(0))
        .body("session.counts.positive", equalTo(1))
        .body("learnedFrom.positive", equalTo(0));
    assertArrayEquals(before, weights(session));
    label(session, "{\"labels\":[],\"skipped\":[\"%s\"]}".formatted(page.get(1)))
        .statusCode(200)
        .body("learnedFrom.positive", equalTo(1));
    assertNotEquals(before[0], weights(session)[0]);
  }

  @Test
  void aCallThatChangesNothingAppendsNothing() {
    String session = session("cat");
    String id = nearest("cat", 1).getFirst();
    String call = "{\"labels\":[%s],\"limit\":3}".formatted(mark(id, true));
    List<String> first = label(session, call).statusCode(200).extract().path("hits.id");
    label(session, call)
        .statusCode(200)
        .body("session.revision", equalTo(1))
        .body("hits.id", equalTo(first));
    label(session, "{\"labels\":[%s]}".formatted(mark("noto-1f697", null)))
        .statusCode(200)
        .body("session.revision", equalTo(1));
  }

  @Test
  void roundsTellWhatEachFitHasLearntFromUntilTheyAreTakenBack() {
    String session = session("letters");
    List<String> page = nearest("letters", 3);
    given().get("/sessions/" + session + "/rounds").then().body("total", equalTo(0));
    label(session, "{\"labels\":[%s]}".formatted(mark(page.get(0), true))).statusCode(200);
    label(session, "{\"labels\":[%s],\"refit\":false}".formatted(mark(page.get(1), false)))
        .statusCode(200);
    label(session, "{\"labels\":[%s]}".formatted(mark(page.get(2), false))).statusCode(200);
    given()
        .get("/sessions/" + session + "/rounds")
        .then()
        .body("total", equalTo(2))
        .body("items.revision", equalTo(List.of(3, 1)))
        .body("items[0].learnedFrom.positive", equalTo(1))
        .body("items[0].learnedFrom.negative", equalTo(2))
        .body("items[1].learnedFrom.negative", equalTo(0));
    given().post("/sessions/" + session + "/undo").then().statusCode(200);
    given()
        .get("/sessions/" + session + "/rounds")
        .then()
        .body("items.revision", equalTo(List.of(1)));
  }

  @Test
  void undoBringsBackTheEarlierWeightsExactlyAndRedoTheLaterOnes() {
    String session = session("dog");
    List<String> page = nearest("dog", 4);
    List<float[]> history = new ArrayList<>(List.of(weights(session)));
    for (String id : page) {
      label(session, "{\"labels\":[%s]}".formatted(mark(id, true))).statusCode(200);
      history.add(weights(session));
    }
    for (int i = page.size() - 1; i >= 0; i--) {
      given().post("/sessions/" + session + "/undo").then().statusCode(200);
      assertArrayEquals(history.get(i), weights(session));
    }
    given()
        .post("/sessions/" + session + "/undo")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:vde:nothing-to-undo"));
    for (int i = 1; i <= page.size(); i++) {
      given().post("/sessions/" + session + "/redo").then().statusCode(200);
      assertArrayEquals(history.get(i), weights(session));
    }
    given().post("/sessions/" + session + "/redo").then().statusCode(409);
  }

  @Test
  void withNoLabelsLeftTheClassifierIsTheQueryAgain() {
    String session = session("boat");
    String id = nearest("boat", 1).getFirst();
    float[] query = weights(session);
    label(session, "{\"labels\":[%s]}".formatted(mark(id, false))).statusCode(200);
    assertNotEquals(query[0], weights(session)[0]);
    label(session, "{\"labels\":[%s]}".formatted(mark(id, null)))
        .statusCode(200)
        .body("session.counts.negative", equalTo(0))
        .body("hits.id[0]", equalTo(id));
    assertArrayEquals(query, weights(session));
  }

  @Test
  void resultsRankEverythingWithLabelsAndAnOlderRevisionStaysAnswerable() {
    String session = session("tree");
    List<String> page = nearest("tree", 2);
    label(session, "{\"labels\":[%s]}".formatted(mark(page.getFirst(), true))).statusCode(200);
    JsonPath then = given().get("/sessions/" + session + "/results?limit=5").jsonPath();
    assertEquals(1, then.getInt("revision"));
    assertEquals(DemoDataset.IMAGES, then.getInt("total"));
    assertTrue(then.getList("hits.label").contains("positive"));
    label(session, "{\"labels\":[%s]}".formatted(mark(page.get(1), false))).statusCode(200);
    given()
        .get("/sessions/" + session + "/results?limit=5&revision=1")
        .then()
        .statusCode(200)
        .body("hits.id", equalTo(then.getList("hits.id")));
    given().get("/sessions/" + session + "/results?revision=3").then().statusCode(400);
    given()
        .get("/sessions/" + session + "/results?limit=2&offset=" + (DemoDataset.IMAGES - 1))
        .then()
        .statusCode(200)
        .body("hits", hasSize(1));
  }

  @Test
  void anExportHasEveryImageInTheOrderOfScore() {
    String session = session("sun");
    label(session, "{\"labels\":[%s]}".formatted(mark(nearest("sun", 1).getFirst(), true)))
        .statusCode(200);
    String[] lines =
        given().get("/sessions/" + session + "/export?format=jsonl").asString().split("\n");
    assertEquals(DemoDataset.IMAGES, lines.length);
    double last = 2;
    Set<String> ids = new HashSet<>();
    for (String line : lines) {
      JsonPath image = new JsonPath(line);
      ids.add(image.getString("id"));
      double score = image.getDouble("score");
      assertTrue(score <= last);
      last = score;
    }
    assertEquals(DemoDataset.IMAGES, ids.size());
    String csv = given().get("/sessions/" + session + "/export").asString();
    assertTrue(csv.startsWith("id,score,label,url,metadata\r\n"));
    assertEquals(DemoDataset.IMAGES + 1, csv.lines().count());
  }

  @Test
  void theDl4jFileGivesTheSigmoidOfTheScore() throws IOException {
    String session = session("fish");
    String id = nearest("fish", 1).getFirst();
    label(session, "{\"labels\":[%s]}".formatted(mark(id, true))).statusCode(200);
    byte[] file =
        given()
            .get("/sessions/" + session + "/classifier?format=dl4j")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    var network = ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(file));
    List<Float> vector =
        given().get("/datasets/demo/images/" + id).jsonPath().getList("vector", Float.class);
    float[] weights = weights(session);
    float[] row = new float[weights.length];
    double score = 0;
    for (int i = 0; i < row.length; i++) {
      row[i] = vector.get(i);
      score += (double) row[i] * weights[i];
    }
    double output = network.output(Nd4j.createFromArray(new float[][] {row})).getDouble(0);
    assertEquals(1 / (1 + Math.exp(-score)), output, 1e-5);
    assertEquals(
        given().get("/sessions/" + session).path("model"),
        network.getLayer(0).conf().getLayer().getLayerName());
  }

  @Test
  void aSessionIsATermOfAQuery() {
    String session = session("flag of France");
    List<String> direct = nearest("flag of France", 5);
    json("{\"dataset\":\"demo\",\"query\":{\"session\":\"%s\"},\"limit\":5}".formatted(session))
        .post("/search")
        .then()
        .statusCode(200)
        .body("hits.id", equalTo(direct));
  }

  @Test
  void aFilterIsThePartOfTheDatasetThatASessionTeachesOn() {
    JsonPath created =
        json("""
                {"dataset":"demo","query":{"text":"cat"},"limit":20,
                 "filter":{"field":"style","op":"eq","value":"twemoji"}}""")
            .post("/sessions")
            .then()
            .statusCode(201)
            .extract()
            .jsonPath();
    assertEquals(Set.of("twemoji"), new HashSet<>(created.getList("hits.metadata.style")));
    given()
        .get("/sessions/" + created.getString("session.id") + "/results")
        .then()
        .body("total", equalTo(DemoDataset.IMAGES / 2));
  }

  @Test
  void aStaleBaseRevisionIsAConflictThatCarriesThePresentSession() {
    String session = session("moon");
    List<String> page = nearest("moon", 2);
    label(session, "{\"labels\":[%s],\"baseRevision\":0}".formatted(mark(page.get(0), true)))
        .statusCode(200);
    label(session, "{\"labels\":[%s],\"baseRevision\":0}".formatted(mark(page.get(1), true)))
        .statusCode(409)
        .body("type", equalTo("urn:vde:stale-revision"))
        .body("session.revision", equalTo(1));
  }

  @Test
  void anUnknownImageAppliesNothingOfTheCall() {
    String session = session("star");
    String id = nearest("star", 1).getFirst();
    label(session, "{\"labels\":[%s,%s]}".formatted(mark(id, true), mark("no such", true)))
        .statusCode(404)
        .body("detail", containsString("no such"));
    given().get("/sessions/" + session).then().body("revision", equalTo(0));
  }

  @Test
  void unknownImagesAreAllNamedByTheirPlaceSoThatTheyCanBeLeftOut() {
    String session = session("star");
    List<String> page = nearest("star", 3);
    label(
            session,
            "{\"labels\":[%s,%s],\"skipped\":[\"none 1\",\"%s\",\"none 2\"]}"
                .formatted(mark(page.get(0), true), mark("none 0", false), page.get(1)))
        .statusCode(404)
        .body("errors.field", equalTo(List.of("labels[1].id", "skipped[0]", "skipped[2]")))
        .body("detail", containsString("'none 0', 'none 1', 'none 2'"));
    given().get("/sessions/" + session).then().body("revision", equalTo(0));
  }

  @Test
  void ofTwoCallersWhoTakeBackTheSameOnlyOneDoes() {
    String session = session("star");
    List<String> page = nearest("star", 2);
    label(session, "{\"labels\":[%s]}".formatted(mark(page.get(0), true))).statusCode(200);
    label(session, "{\"labels\":[%s]}".formatted(mark(page.get(1), true))).statusCode(200);
    String undo = "/sessions/" + session + "/undo?baseRevision=2";
    given().post(undo).then().statusCode(200).body("session.revision", equalTo(3));
    given()
        .post(undo)
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:vde:stale-revision"))
        .body("session.counts.positive", equalTo(1));
    String redo = "/sessions/" + session + "/redo?baseRevision=";
    given().post(redo + 2).then().statusCode(409).body("session.revision", equalTo(3));
    given().post(redo + 3).then().statusCode(200).body("session.counts.positive", equalTo(2));
    given()
        .post(redo + "x")
        .then()
        .statusCode(400)
        .body("errors[0].field", equalTo("baseRevision"));
  }

  @Test
  void labelsAreListedWithTheirRevision() {
    String session = session("key");
    List<String> page = nearest("key", 2);
    label(
            session,
            "{\"labels\":[%s],\"skipped\":[\"%s\"]}"
                .formatted(mark(page.get(0), false), page.get(1)))
        .statusCode(200);
    JsonPath labels = given().get("/sessions/" + session + "/labels").jsonPath();
    assertEquals(2, labels.getInt("total"));
    assertTrue(labels.getList("items.positive").contains(null));
    assertEquals(List.of(1, 1), labels.getList("items.revision"));
  }

  @Test
  void labelsAreListedNewestFirstPageByPage() {
    String session = session("chair");
    List<String> page = nearest("chair", 6);
    for (int i = 0; i < page.size(); i += 2) {
      label(
              session,
              "{\"labels\":[%s,%s],\"refit\":false}"
                  .formatted(mark(page.get(i), true), mark(page.get(i + 1), false)))
          .statusCode(200);
    }
    // A verdict that is changed is a new one.
    label(session, "{\"labels\":[%s],\"refit\":false}".formatted(mark(page.get(0), false)))
        .statusCode(200);
    List<String> expected = new ArrayList<>(List.of(page.get(0)));
    expected.addAll(page.subList(4, 6).stream().sorted().toList());
    expected.addAll(page.subList(2, 4).stream().sorted().toList());
    expected.add(page.get(1));
    List<String> listed = new ArrayList<>();
    for (int offset = 0; offset < 6; offset += 4) {
      listed.addAll(
          given()
              .get("/sessions/" + session + "/labels?limit=4&offset=" + offset)
              .jsonPath()
              .getList("items.id", String.class));
    }
    assertEquals(expected, listed);
  }

  @Test
  void aNameMadeFromALongQueryIsCutBetweenCharacters() {
    for (int length : List.of(100, 101, 150, 198, 199, 200, 201, 400)) {
      String made =
          json("{\"dataset\":\"demo\",\"query\":{\"text\":\"%s\"}}".formatted("🎻".repeat(length)))
              .post("/sessions")
              .then()
              .statusCode(201)
              .extract()
              .path("session.name");
      assertEquals(length <= 200 ? "🎻".repeat(length) : "🎻".repeat(199) + "…", made);
    }
  }

  @Test
  void deletingALabelledImageDoesNotChangeWhatWasLearnt() {
    String dataset = "deleting-" + System.nanoTime();
    images.create(new Dataset(dataset, "", given().get("/datasets/demo").path("model"), 512, NOW));
    images.upsert(dataset, Images.random("i", 30, 512, 3));
    String session =
        json("{\"dataset\":\"%s\",\"query\":{\"imageId\":\"i000000\"}}".formatted(dataset))
            .post("/sessions")
            .path("session.id");
    label(session, "{\"labels\":[%s,%s]}".formatted(mark("i000001", true), mark("i000002", false)))
        .statusCode(200);
    label(session, "{\"labels\":[%s]}".formatted(mark("i000003", true))).statusCode(200);
    float[] before = weights(session);
    given().delete("/datasets/" + dataset + "/images/i000001").then().statusCode(204);
    assertArrayEquals(before, weights(session));
    // The log has its vector: it goes on teaching, can be taken back and brought back.
    label(session, "{\"labels\":[%s]}".formatted(mark("i000004", false))).statusCode(200);
    float[] after = weights(session);
    given().post("/sessions/" + session + "/undo").then().statusCode(200);
    assertArrayEquals(before, weights(session));
    given().post("/sessions/" + session + "/redo").then().statusCode(200);
    assertArrayEquals(after, weights(session));
    given()
        .get("/sessions/" + session)
        .then()
        .body("counts.positive", equalTo(2))
        .body("counts.negative", equalTo(2));
    given().delete("/datasets/" + dataset + "?sessions=delete").then().statusCode(204);
  }

  @Test
  void fiveThousandLabelsInOneCallAreLearnt() {
    String dataset = "many-" + System.nanoTime();
    images.create(new Dataset(dataset, "", given().get("/datasets/demo").path("model"), 512, NOW));
    images.upsert(dataset, Images.random("i", 5_010, 512, 4));
    String session =
        json("{\"dataset\":\"%s\",\"query\":{\"text\":\"anything\"}}".formatted(dataset))
            .post("/sessions")
            .path("session.id");
    label(
            session,
            IntStream.range(0, 5_000)
                .mapToObj(i -> mark("i%06d".formatted(i), i % 2 == 0))
                .collect(Collectors.joining(",", "{\"labels\":[", "],\"limit\":50}")))
        .statusCode(200)
        .body("learnedFrom.positive", equalTo(2_500))
        .body("learnedFrom.negative", equalTo(2_500))
        .body("hits", hasSize(10));
    given().get("/sessions/" + session + "/labels?limit=1").then().body("total", equalTo(5_000));
    given().delete("/datasets/" + dataset + "?sessions=delete").then().statusCode(204);
    String many =
        IntStream.range(0, 10_001)
            .mapToObj(i -> mark("x" + i, true))
            .collect(Collectors.joining(","));
    label(session, "{\"labels\":[%s]}".formatted(many)).statusCode(400);
  }

  @Test
  void sixteenCallersAtOnceLoseNothingAndTheClassifierIsThatOfTheLogReplayed() throws Exception {
    String session = session("food");
    List<String> ids = nearest("food", 64);
    List<Callable<JsonPath>> calls = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      String call = "{\"labels\":[%s]}".formatted(mark(ids.get(i), i % 3 != 0));
      calls.add(() -> label(session, call).statusCode(200).extract().jsonPath());
    }
    TreeMap<Integer, String> order = new TreeMap<>();
    try (var threads = Executors.newFixedThreadPool(16)) {
      List<Future<JsonPath>> answers = threads.invokeAll(calls);
      for (int i = 0; i < ids.size(); i++) {
        assertFalse(order.containsKey(answers.get(i).get().getInt("session.revision")));
        order.put(answers.get(i).get().getInt("session.revision"), ids.get(i));
      }
    }
    assertEquals(ids.size(), order.lastKey());
    String replayed = session("food");
    order
        .values()
        .forEach(
            id ->
                label(replayed, "{\"labels\":[%s]}".formatted(mark(id, ids.indexOf(id) % 3 != 0)))
                    .statusCode(200));
    assertArrayEquals(weights(replayed), weights(session), 1e-6f);
  }

  @Test
  void sessionsAreListedRenamedAndDeleted() {
    String session = session("umbrella");
    given().get("/sessions?limit=1").then().body("items.id", contains(session));
    json("{\"name\":\"  Rain  \"}")
        .patch("/sessions/" + session)
        .then()
        .statusCode(200)
        .body("name", equalTo("Rain"));
    json("{\"name\":\" \"}").patch("/sessions/" + session).then().statusCode(400);
    json("{\"method\":\"magic\"}").patch("/sessions/" + session).then().statusCode(400);
    given().delete("/sessions/" + session).then().statusCode(204);
    given().get("/sessions/" + session).then().statusCode(404);
    given().delete("/sessions/" + session).then().statusCode(404);
  }
}
