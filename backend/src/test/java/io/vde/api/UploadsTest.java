package io.vde.api;

import static io.restassured.RestAssured.given;
import static io.vde.api.DemoDataset.json;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the files of an upload, and of what is deleted. */
@QuarkusTest
class UploadsTest {
  private final String dataset = "uploads-" + System.nanoTime();

  @BeforeEach
  void made() {
    DemoDataset.await();
    json("{\"name\":\"%s\"}".formatted(dataset)).post("/datasets").then().statusCode(201);
  }

  @AfterEach
  void removed() {
    given().delete("/datasets/" + dataset + "?sessions=delete");
  }

  private static byte[] picture(Color color, int side) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, side, side);
    graphics.dispose();
    return written(image);
  }

  private static byte[] noise(int side) {
    Random random = new Random(7);
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, random.nextInt(1 << 24));
    }
    return written(image);
  }

  private static byte[] written(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private ValidatableResponse uploaded(RequestSpecification request) {
    return request.post("/datasets/" + dataset + "/images").then().statusCode(200);
  }

  private byte[] file(String id) {
    return given()
        .get("/datasets/%s/images/%s/file".formatted(dataset, id))
        .then()
        .statusCode(200)
        .extract()
        .asByteArray();
  }

  @Test
  void theSameFileTwiceInOneUploadIsCreatedOnce() {
    byte[] red = picture(Color.RED, 20);
    uploaded(given().multiPart("file", "a.png", red).multiPart("file", "b.png", red))
        .body("items.status", equalTo(List.of("created", "unchanged")));
    given().get("/datasets/" + dataset).then().body("images", equalTo(1));
  }

  @Test
  void ofSeveralFilesWithOneIdTheLastIsKept() {
    byte[] red = picture(Color.RED, 20);
    byte[] blue = picture(Color.BLUE, 20);
    String oneId = "{\"a.png\":{\"id\":\"x\"},\"b.png\":{\"id\":\"x\"}}";
    uploaded(
            given()
                .multiPart("file", "a.png", red)
                .multiPart("file", "b.png", blue)
                .multiPart("metadata", oneId))
        .body("items.status", equalTo(List.of("created", "replaced")));
    assertArrayEquals(blue, file("x"));
    // The second is what is stored, but not what the first has made of it.
    uploaded(
            given()
                .multiPart("file", "a.png", red)
                .multiPart("file", "b.png", blue)
                .multiPart("metadata", oneId))
        .body("items.status", equalTo(List.of("replaced", "replaced")));
    assertArrayEquals(blue, file("x"));
    given().get("/datasets/" + dataset).then().body("images", equalTo(1));
  }

  @Test
  void metadataThatCannotBeStoredCostsItsOwnFileAlone() {
    uploaded(
            given()
                .multiPart("file", "good.png", picture(Color.RED, 20))
                .multiPart("file", "bad.png", picture(Color.BLUE, 20))
                .multiPart(
                    "metadata",
                    "{\"bad.png\":{\"metadata\":{\"%s\":1}},\"good.png\":{\"metadata\":{\"%s\":1}}}"
                        .formatted("\\u540d".repeat(200), "\\u540d".repeat(170))))
        .body("items.status", equalTo(List.of("created", "failed")))
        .body("items.error[1]", containsString("512 bytes"));
  }

  @Test
  void aCorruptFileFailsAloneAndIsNotKept() {
    byte[] good = noise(64);
    byte[] corrupt = good.clone();
    // The header stays whole; what it promises does not come.
    for (int i = corrupt.length / 4; i < corrupt.length / 2; i++) {
      corrupt[i] = (byte) 0xff;
    }
    uploaded(given().multiPart("file", "bad.png", corrupt).multiPart("file", "good.png", good))
        .body("items.status", equalTo(List.of("failed", "created")));
    given().get("/datasets/" + dataset).then().body("images", equalTo(1));
  }

  @Test
  void aDeletedImageIsGoneFromEverywhere() {
    String id =
        uploaded(given().multiPart("file", "a.png", picture(Color.RED, 20)))
            .extract()
            .path("items.id[0]");
    String path = "/datasets/%s/images/%s".formatted(dataset, id);
    given().delete(path).then().statusCode(204);
    given().delete(path).then().statusCode(404);
    given().get(path).then().statusCode(404);
    given().get(path + "/file").then().statusCode(404);
    given().get("/datasets/" + dataset).then().body("images", equalTo(0));
    json("{\"dataset\":\"%s\",\"query\":{\"text\":\"red\"}}".formatted(dataset))
        .post("/search")
        .then()
        .body("total", equalTo(0));
  }

  @Test
  void aDatasetGoesWithItsSessionsWhenThatIsSaid() {
    uploaded(given().multiPart("file", "a.png", picture(Color.RED, 20)));
    String session =
        json("{\"dataset\":\"%s\",\"query\":{\"text\":\"red\"}}".formatted(dataset))
            .post("/sessions")
            .path("session.id");
    given().delete("/datasets/" + dataset).then().statusCode(409);
    given().delete("/datasets/" + dataset + "?sessions=keep").then().statusCode(409);
    given().get("/sessions/" + session).then().statusCode(200);
    given().delete("/datasets/" + dataset + "?sessions=delete").then().statusCode(204);
    given().get("/datasets/" + dataset).then().statusCode(404);
    given().get("/sessions/" + session).then().statusCode(404);
  }

  @Test
  void aThumbnailThatHasNotChangedIsNotSentAgain() {
    String id =
        uploaded(given().multiPart("file", "a.png", picture(Color.GREEN, 600)))
            .extract()
            .path("items.id[0]");
    String thumbnail =
        given().get("/datasets/%s/images/%s".formatted(dataset, id)).path("thumbnail");
    String tag =
        given()
            .get(thumbnail)
            .then()
            .statusCode(200)
            .contentType("image/jpeg")
            .header("Cache-Control", containsString("immutable"))
            .extract()
            .header("ETag");
    given().header("If-None-Match", tag).get(thumbnail).then().statusCode(304).header("ETag", tag);
    given().header("If-None-Match", "\"other\"").get(thumbnail).then().statusCode(200);
  }

  @Test
  void filesAreEmbeddedAsTheirBytesAre() {
    byte[] red = picture(Color.RED, 20);
    byte[] blue = picture(Color.BLUE, 30);
    List<List<Float>> asFiles =
        given()
            .multiPart("file", "red.png", red)
            .multiPart("file", "none.png", new byte[10])
            .multiPart("file", "blue.png", blue)
            .post("/embed")
            .then()
            .statusCode(200)
            .body("embeddings.index", equalTo(List.of(0, 1, 2)))
            .body("embeddings[1].error.length()", org.hamcrest.Matchers.greaterThan(10))
            .extract()
            .path("embeddings.embedding");
    List<List<Float>> asBase64 =
        json("{\"images\":[{\"base64\":\"%s\"},{\"base64\":\"%s\"}]}"
                .formatted(
                    Base64.getEncoder().encodeToString(red),
                    Base64.getEncoder().encodeToString(blue)))
            .post("/embed")
            .then()
            .statusCode(200)
            .extract()
            .path("embeddings.embedding");
    assertEquals(asBase64.get(0), asFiles.get(0));
    assertEquals(asBase64.get(1), asFiles.get(2));
  }

  @Test
  void anUploadToNoDatasetIsNotFound() {
    given()
        .multiPart("file", "a.png", picture(Color.RED, 20))
        .post("/datasets/none/images")
        .then()
        .statusCode(404);
  }

  @Test
  void aThousandFilesAreOneUploadAndOneMoreIsMalformed() {
    byte[] red = picture(Color.RED, 2);
    RequestSpecification thousand = given();
    for (int i = 0; i < 1000; i++) {
      thousand.multiPart("file", i + ".png", red);
    }
    uploaded(thousand).body("items.status.drop(1)", everyItem(is("unchanged")));
    RequestSpecification more = given();
    for (int i = 0; i < 1001; i++) {
      more.multiPart("file", i + ".png", red);
    }
    more.post("/datasets/" + dataset + "/images").then().statusCode(400);
  }
}
