package io.vde.api;

import static io.restassured.RestAssured.given;
import static io.vde.api.DemoDataset.json;
import static io.vde.api.DemoDataset.nearest;
import static io.vde.api.DemoDataset.session;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets a clear problem, and nothing is lost. */
@QuarkusTest
class HostileInputTest {
  @TestHTTPResource("/")
  URI root;

  @BeforeEach
  void demo() {
    DemoDataset.await();
  }

  private static ValidatableResponse problem(ValidatableResponse response, int status) {
    return response
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status))
        .body("type", containsString("urn:vde:"))
        .body("detail", notNullValue());
  }

  private static ValidatableResponse search(String query) {
    return json("{\"dataset\":\"demo\",\"query\":" + query + ",\"limit\":3}")
        .post("/search")
        .then();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\\t\\n"})
  void aQueryWithoutWordsIsMalformed(String text) {
    problem(search("{\"text\":\"" + text + "\"}"), 400)
        .body("errors[0].field", equalTo("query[0].text"));
  }

  @Test
  void aTextBeyondTheLimitIsMalformedAndOneOfThousandsOfWordsIsCut() {
    problem(search("{\"text\":\"" + "word ".repeat(10_000) + "\"}"), 400);
    search("{\"text\":\"" + "cat ".repeat(2_000) + "\"}").statusCode(200).body("hits", hasSize(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "🎻",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "قلب أحمر",
        "לב אדום",
        "<|endoftext|>",
        "\\u0000",
        "\\ud83d"
      })
  void anyOtherTextIsSearched(String text) {
    search("{\"text\":\"" + text + "\"}").statusCode(200).body("hits", hasSize(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1000000000", "1.5", "\"5\"", "true", "99999999999999999999"})
  void aLimitOutOfRangeIsMalformed(String limit) {
    problem(
            json("{\"dataset\":\"demo\",\"query\":{\"text\":\"x\"},\"limit\":" + limit + "}")
                .post("/search")
                .then(),
            400)
        .body("errors[0].field", equalTo("limit"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=abc",
        "limit=0",
        "limit=1&limit=2",
        "offset=-1",
        "offset=9999&limit=2",
        "colour=red"
      })
  void aQueryParameterThatCannotBeReadIsMalformed(String parameter) {
    problem(given().get("/search?q=x&dataset=demo&" + parameter).then(), 400);
  }

  static Stream<String> badQueries() {
    String zeros = IntStream.range(0, 512).mapToObj(i -> "0").collect(Collectors.joining(","));
    return Stream.of(
        "[]",
        "null",
        "[null]",
        "{}",
        "\"cat\"",
        "{\"text\":\"a\",\"imageId\":\"b\"}",
        "{\"text\":5}",
        "{\"vector\":[1,2,3]}",
        "{\"vector\":[" + zeros + "]}",
        "{\"vector\":[" + zeros.replaceFirst("0", "\"NaN\"") + "]}",
        "{\"vector\":[" + zeros.replaceFirst("0", "NaN") + "]}",
        "{\"vector\":[" + zeros.replaceFirst("0", "1e999") + "]}",
        "{\"vector\":[" + zeros.replaceFirst("0", "null") + "]}",
        "{\"text\":\"a\",\"weight\":11}",
        "{\"text\":\"a\",\"weight\":\"NaN\"}",
        "[{\"text\":\"a\"},{\"text\":\"a\",\"weight\":-1}]",
        "[" + String.join(",", Collections.nCopies(17, "{\"text\":\"a\"}")) + "]",
        "{\"image\":{}}",
        "{\"image\":{\"base64\":\"!!!\"}}",
        "{\"image\":{\"base64\":\"aGVsbG8=\",\"url\":\"http://example.com\"}}",
        "{\"image\":{\"url\":\"not a url\"}}");
  }

  @ParameterizedTest
  @MethodSource("badQueries")
  void aQueryThatCannotBeUsedIsMalformed(String query) {
    problem(search(query), 400);
  }

  static Stream<String> badFilters() {
    String deep = "{\"not\":".repeat(9) + "{\"field\":\"a\",\"op\":\"exists\"}" + "}".repeat(9);
    String wide =
        "{\"or\":["
            + String.join(",", Collections.nCopies(300, "{\"field\":\"a\",\"op\":\"exists\"}"))
            + "]}";
    return Stream.of(
        "[]",
        "{}",
        "{\"and\":{}}",
        "{\"and\":[],\"or\":[]}",
        "{\"field\":\"a\",\"op\":\"like\",\"value\":\"b\"}",
        "{\"field\":\"a\",\"op\":\"eq\"}",
        "{\"field\":\"a\",\"op\":\"gt\",\"value\":true}",
        "{\"field\":\"a\",\"op\":\"in\",\"value\":\"b\"}",
        "{\"field\":7,\"op\":\"exists\"}",
        "{\"field\":\"a\",\"op\":\"eq\",\"value\":{\"b\":1}}",
        "{\"field\":\"a\",\"op\":\"exists\",\"extra\":1}",
        deep,
        wide);
  }

  @ParameterizedTest
  @MethodSource("badFilters")
  void aFilterThatIsNotOfTheGrammarIsMalformed(String filter) {
    problem(
        json("{\"dataset\":\"demo\",\"query\":{\"text\":\"x\"},\"filter\":" + filter + "}")
            .post("/search")
            .then(),
        400);
  }

  @Test
  void whatDoesNotExistIsNotFound() {
    problem(given().get("/search?q=x&dataset=nope").then(), 404);
    problem(given().get("/datasets/nope").then(), 404);
    problem(given().get("/datasets/nope/images").then(), 404);
    problem(given().get("/datasets/demo/images/nope").then(), 404);
    problem(given().get("/datasets/demo/images/nope/file").then(), 404);
    problem(given().get("/datasets/demo/images/nope/thumbnail").then(), 404);
    problem(given().get("/sessions/nope").then(), 404);
    problem(given().get("/sessions/nope/export").then(), 404);
    problem(given().get("/no/such/address").then(), 404);
    problem(search("{\"imageId\":\"nope\"}"), 404).body("detail", containsString("nope"));
    problem(search("{\"session\":\"nope\"}"), 404);
  }

  @Test
  void unknownFieldsAreMalformedAndNamed() {
    problem(
            json("{\"dataset\":\"demo\",\"query\":{\"text\":\"x\"},\"topK\":3}")
                .post("/search")
                .then(),
            400)
        .body("errors[0].field", equalTo("topK"));
    problem(search("{\"txt\":\"x\"}"), 400).body("errors[0].field", equalTo("query[0].txt"));
  }

  @Test
  void whatTheAddressDoesNotDoIsRefusedByName() {
    problem(given().put("/search").then(), 405);
    problem(given().contentType("text/plain").body("x").post("/search").then(), 415);
    problem(given().accept("image/png").get("/search?q=x&dataset=demo").then(), 406);
  }

  @Test
  void jsonNestedTenThousandDeepIsMalformed() {
    problem(search("[".repeat(10_000) + "]".repeat(10_000)), 400);
    problem(
        json("{\"query\":{\"text\":\"x\"},\"filter\":"
                + "{\"not\":".repeat(10_000)
                + "1"
                + "}".repeat(10_000)
                + "}")
            .post("/search")
            .then(),
        400);
  }

  @Test
  void aBodyThatIsNotJsonIsMalformed() {
    for (String body :
        List.of("{", "[]", "null", "\"x\"", "{} {}", "{\"query\":1,\"query\":2}", "\u0000")) {
      problem(json(body).post("/search").then(), 400);
    }
  }

  @Test
  void aBodyCutOffHalfWayHurtsNobodyElse() throws IOException {
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /search HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 1000\r\n\r\n{\"query\":")
                  .formatted(root.getPort())
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }
    search("{\"text\":\"x\"}").statusCode(200);
  }

  @Test
  void labelsThatCannotBeMeantAreMalformedAndChangeNothing() {
    String session = session("apple");
    String id = nearest("apple", 1).getFirst();
    for (String body :
        List.of(
            "{\"labels\":[{\"id\":\"%s\"}]}".formatted(id),
            "{\"labels\":[{\"id\":\"%s\",\"positive\":\"yes\"}]}".formatted(id),
            "{\"labels\":[{\"id\":\"%s\",\"positive\":1}]}".formatted(id),
            "{\"labels\":[{\"positive\":true}]}",
            "{\"labels\":[null]}",
            "{\"labels\":[{\"id\":\"%1$s\",\"positive\":true},{\"id\":\"%1$s\",\"positive\":true}]}"
                .formatted(id),
            "{\"labels\":[{\"id\":\"%1$s\",\"positive\":true}],\"skipped\":[\"%1$s\"]}"
                .formatted(id),
            "{\"skipped\":[null]}",
            "{\"labels\":[],\"limit\":0}")) {
      problem(json(body).post("/sessions/" + session + "/label").then(), 400);
    }
    problem(
        json("{\"labels\":[{\"id\":\"nope\",\"positive\":true}]}")
            .post("/sessions/" + session + "/label")
            .then(),
        404);
    given().get("/sessions/" + session).then().body("revision", equalTo(0));
  }

  private static byte[] png(int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  /** A PNG whose header claims a size; its data is that of a small one. */
  private static byte[] bomb(int side) {
    byte[] png = png(8, 8);
    ByteBuffer.wrap(png).putInt(16, side).putInt(20, side);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    return png;
  }

  @Test
  void eachBadFileOfAnUploadCostsItselfAlone() {
    String name = "upload-" + System.nanoTime();
    json("{\"name\":\"%s\"}".formatted(name)).post("/datasets").then().statusCode(201);
    byte[] good = png(30, 20);
    given()
        .multiPart("file", "good.png", good)
        .multiPart("file", "one.png", png(1, 1))
        .multiPart("file", "empty.png", new byte[0])
        .multiPart("file", "cut.png", Arrays.copyOf(good, good.length / 2))
        .multiPart("file", "bomb.png", bomb(20_000))
        .multiPart(
            "file", "page.png", "<html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8))
        .multiPart(
            "file",
            "picture.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.UTF_8))
        .multiPart("file", "again.png", good)
        .post("/datasets/" + name + "/images")
        .then()
        .statusCode(200)
        .body("items.status[0]", equalTo("created"))
        .body("items.status[1]", equalTo("created"))
        .body(
            "items.findAll { it.index in [2, 3, 4, 5, 6] }.status.unique()",
            equalTo(List.of("failed")))
        .body("items.findAll { it.status == 'failed' }.error*.length().min()", greaterThan(10))
        .body("items.error[0]", nullValue());
    given().get("/datasets/" + name).then().body("images", equalTo(2));
    given()
        .multiPart("file", "good.png", good)
        .post("/datasets/" + name + "/images")
        .then()
        .body("items.status", equalTo(List.of("unchanged")));
    given().delete("/datasets/" + name).then().statusCode(204);
  }

  @Test
  void aFileBeyondTheLimitFailsAndTheOthersDoNot() {
    String name = "large-" + System.nanoTime();
    json("{\"name\":\"%s\"}".formatted(name)).post("/datasets").then().statusCode(201);
    given()
        .multiPart("file", "large.png", new byte[50_000_001])
        .multiPart("file", "good.png", png(3, 3))
        .post("/datasets/" + name + "/images")
        .then()
        .statusCode(200)
        .body("items.status", equalTo(List.of("failed", "created")))
        .body("items.error[0]", containsString("50 MB"));
    given().delete("/datasets/" + name).then().statusCode(204);
  }

  @Test
  void aJsonBodyBeyondTheLimitIsTooLarge() {
    String large = Base64.getEncoder().encodeToString(new byte[60_000_000]);
    given()
        .contentType("application/json")
        .body("{\"images\":[{\"base64\":\"" + large + "\"}]}")
        .post("/embed")
        .then()
        .statusCode(413)
        .contentType("application/problem+json");
  }

  @Test
  void idsOfAllKindsComeBackAndBadOnesFail() {
    String name = "ids-" + System.nanoTime();
    json("{\"name\":\"%s\"}".formatted(name)).post("/datasets").then().statusCode(201);
    List<String> ids = List.of("a/b", "ü 😀", "100%", "a?b#c", "'\"\\\\", "<b>", "+");
    for (String id : ids) {
      given()
          .multiPart("file", "a.png", png(2, 2))
          .multiPart(
              "metadata",
              "{\"a.png\":{\"id\":\"%s\",\"url\":\"javascript:alert(1)\",\"metadata\":{\"link\":\"javascript:alert(2)\",\"n\":1,\"tags\":[\"x\"]}}}"
                  .formatted(id.replace("\"", "\\\"")))
          .post("/datasets/" + name + "/images")
          .then()
          .statusCode(200)
          .body("items.status", equalTo(List.of("created")));
    }
    List<String> files =
        given().get("/datasets/" + name + "/images").jsonPath().getList("items.file");
    assertEquals(ids.size(), files.size());
    for (String file : files) {
      given().urlEncodingEnabled(false).get(file).then().statusCode(200).contentType("image/png");
    }
    for (String id : List.of("", "..", "a\\u0000b", "x".repeat(513), "\\ud83d")) {
      given()
          .multiPart("file", "a.png", png(2, 2))
          .multiPart("metadata", "{\"a.png\":{\"id\":\"%s\"}}".formatted(id))
          .post("/datasets/" + name + "/images")
          .then()
          .statusCode(200)
          .body("items.status", equalTo(List.of("failed")));
    }
    given().delete("/datasets/" + name).then().statusCode(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1/a.png",
        "http://localhost/a.png",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/a.png",
        "http://[::ffff:127.0.0.1]/a.png",
        "http://10.0.0.1/a.png",
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "javascript:alert(1)",
        "//example.com/a.png"
      })
  void addressesThatAreNotOnTheWebAreNotFetched(String url) {
    ValidatableResponse answer = problem(search("{\"image\":{\"url\":\"" + url + "\"}}"), 400);
    assertFalse(answer.extract().asString().contains("refused"));
    json("{\"images\":[{\"url\":\"%s\"}]}".formatted(url))
        .post("/embed")
        .then()
        .statusCode(200)
        .body("embeddings[0].error", notNullValue())
        .body("embeddings[0].embedding", nullValue());
  }

  @Test
  void inEmbedABadItemCostsItselfAlone() {
    json("{\"texts\":[\"cat\",\"\",\"" + "x".repeat(10_001) + "\"]}")
        .post("/embed")
        .then()
        .statusCode(200)
        .body("dimension", equalTo(512))
        .body("embeddings[0].embedding", hasSize(512))
        .body("embeddings[1].error", containsString("blank"))
        .body("embeddings[2].error", containsString("10000"));
    problem(json("{\"texts\":[]}").post("/embed").then(), 400);
    problem(json("{}").post("/embed").then(), 400);
    problem(json("{\"texts\":[\"a\"],\"images\":[]}").post("/embed").then(), 400);
    problem(
        json("{\"texts\":[" + String.join(",", Collections.nCopies(257, "\"a\"")) + "]}")
            .post("/embed")
            .then(),
        400);
  }

  @Test
  void datasetsWithBadNamesOrTakenOnesAreRefused() {
    for (String name : List.of("", "Demo", "a b", "../x", "-a", "x".repeat(64))) {
      problem(json("{\"name\":\"%s\"}".formatted(name)).post("/datasets").then(), 400)
          .body("errors[0].field", equalTo("name"));
    }
    problem(json("{\"name\":\"demo\"}").post("/datasets").then(), 409);
    session("anything");
    problem(given().delete("/datasets/demo").then(), 409);
    problem(given().delete("/datasets/demo?sessions=maybe").then(), 400);
  }

  @Test
  void imagesAreServedWithTheirTypeAnETagAndNothingThatRuns() throws IOException {
    String id = nearest("violin", 1).getFirst();
    String etag =
        given()
            .get("/datasets/demo/images/" + id + "/file")
            .then()
            .statusCode(200)
            .contentType("image/png")
            .header("X-Content-Type-Options", "nosniff")
            .header("Content-Security-Policy", containsString("sandbox"))
            .extract()
            .header("ETag");
    given()
        .header("If-None-Match", etag)
        .get("/datasets/demo/images/" + id + "/file")
        .then()
        .statusCode(304);
    byte[] thumbnail = given().get("/datasets/demo/images/" + id + "/thumbnail?v=1").asByteArray();
    try (InputStream in = new java.io.ByteArrayInputStream(thumbnail)) {
      assertEquals(128, ImageIO.read(in).getWidth());
    }
  }
}
