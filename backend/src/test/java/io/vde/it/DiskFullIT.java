package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.testing.SmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a small file system in memory. */
class DiskFullIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void onAFullDiskWritesAreRefusedReadingGoesOnAndNoRestartIsNeeded() throws Exception {
    Path disk = folder.resolve("disk");
    try (SmallDisk _ = SmallDisk.mount(disk, "size=600m");
        Server server = Server.startWithDemo(disk.resolve("data"))) {
      goesOnReading(server, disk);
    }
  }

  private static void goesOnReading(Server server, Path disk) throws IOException {
    String session =
        new ObjectMapper()
            .readTree(
                server
                    .post("/sessions", "{\"dataset\":\"demo\",\"query\":{\"text\":\"cat\"}}")
                    .body())
            .at("/session/id")
            .asText();
    server.post("/datasets", "{\"name\":\"mine\"}");
    assertEquals(200, label(server, session, "noto-1f408", true).statusCode());

    HttpResponse<String> kept = upload(server);
    assertEquals(200, kept.statusCode(), kept.body());
    forgetThumbnails(disk.resolve("data").resolve("thumbnails"));

    Path filler = disk.resolve("filler");
    AtomicBoolean verdict = new AtomicBoolean();
    HttpResponse<String> refused =
        refused(
            filler,
            () -> {
              verdict.set(!verdict.get());
              return label(server, session, "noto-1f415", verdict.get());
            });
    assertTrue(refused.body().contains("urn:vde:storage-full"), refused.body());
    HttpResponse<String> upload = refused(filler, () -> upload(server));
    assertEquals(200, server.get("/search?q=cat&dataset=demo").statusCode());
    String image =
        new ObjectMapper()
            .readTree(server.get("/datasets/mine/images").body())
            .at("/items/0/thumbnail")
            .asText();
    assertEquals(200, server.get(image).statusCode(), "a thumbnail that was not made yet");
    assertEquals(200, server.get("/sessions/" + session + "/results").statusCode());
    assertFalse(upload.body().contains("Exception"));

    Files.delete(filler);
    assertEquals(200, label(server, session, "noto-1f431", true).statusCode());
    HttpResponse<String> again = upload(server);
    assertTrue(again.statusCode() == 200 && again.body().contains("unchanged"), again.body());
    HttpResponse<String> other = upload(server, "/families/photo.jpg");
    assertTrue(other.statusCode() == 200 && other.body().contains("created"), other.body());
    assertTrue(
        server.get("/sessions/" + session + "/labels").body().contains("noto-1f408"),
        "what was acknowledged before is still there");
  }

  /** A call of the service. */
  private interface Call {
    HttpResponse<String> answer() throws IOException;
  }

  /**
   * The first 507. Before it some calls may succeed, by what a database has left of its last page,
   * or what a merge has just given back; that is filled too.
   */
  private static HttpResponse<String> refused(Path filler, Call call) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      fill(filler);
      HttpResponse<String> answer = call.answer();
      if (answer.statusCode() == 507) {
        return answer;
      }
      assertEquals(200, answer.statusCode(), answer.body());
      assertTrue(System.nanoTime() < end, "the disk never gets full");
    }
  }

  /** They may be deleted at any time. */
  private static void forgetThumbnails(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void fill(Path filler) throws IOException {
    byte[] block = new byte[1 << 16];
    try (OutputStream out =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int size = block.length; size > 0; ) {
        try {
          out.write(block, 0, size);
        } catch (IOException e) {
          size /= 2;
        }
      }
    }
  }

  private static HttpResponse<String> label(
      Server server, String session, String id, boolean positive) {
    return server.post(
        "/sessions/" + session + "/label",
        "{\"labels\":[{\"id\":\"%s\",\"positive\":%s}],\"refit\":false}".formatted(id, positive));
  }

  private static HttpResponse<String> upload(Server server) throws IOException {
    return upload(server, "/it/picture.png");
  }

  private static HttpResponse<String> upload(Server server, String file) throws IOException {
    byte[] picture = Files.readAllBytes(Path.of("src/test/resources" + file));
    byte[] head =
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8);
    byte[] tail = "\r\n--cut--\r\n".getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[head.length + picture.length + tail.length];
    System.arraycopy(head, 0, body, 0, head.length);
    System.arraycopy(picture, 0, body, head.length, picture.length);
    System.arraycopy(tail, 0, body, head.length + picture.length, tail.length);
    return server.send(
        server
            .request("/datasets/mine/images")
            .header("Content-Type", "multipart/form-data; boundary=cut")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }
}
