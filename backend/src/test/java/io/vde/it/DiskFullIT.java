package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is really full: a small file system in memory, which only root may mount. Elsewhere
 * the test is left out; the stores' own tests meet the same fault below.
 */
class DiskFullIT {
  @TempDir Path folder;

  @Test
  void onAFullDiskWritesAreRefusedReadingGoesOnAndNoRestartIsNeeded() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", disk.toString()),
        "DiskFullIT is left out: a file system cannot be mounted here");
    try {
      try (Server server = Server.startWithDemo(disk.resolve("data"))) {
        goesOnReading(server, disk);
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
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

    Path filler = disk.resolve("filler");
    fill(filler);
    // What a database has left of its last page may take some labels more.
    HttpResponse<String> refused = null;
    for (int i = 0; i < 1000; i++) {
      HttpResponse<String> answer = label(server, session, "noto-1f415", i % 2 == 0);
      if (answer.statusCode() != 200) {
        refused = answer;
        break;
      }
    }
    assertEquals(507, refused.statusCode(), refused.body());
    assertTrue(refused.body().contains("urn:vde:storage-full"), refused.body());
    HttpResponse<String> upload = upload(server);
    assertEquals(507, upload.statusCode(), upload.body());
    assertEquals(200, server.get("/search?q=cat&dataset=demo").statusCode());
    assertEquals(200, server.get("/sessions/" + session + "/results").statusCode());
    assertFalse(upload.body().contains("Exception"));

    Files.delete(filler);
    assertEquals(200, label(server, session, "noto-1f431", true).statusCode());
    HttpResponse<String> again = upload(server);
    assertTrue(again.statusCode() == 200 && again.body().contains("created"), again.body());
    assertTrue(
        server.get("/sessions/" + session + "/labels").body().contains("noto-1f408"),
        "what was acknowledged before is still there");
  }

  private static void fill(Path filler) throws IOException {
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(filler)) {
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
    byte[] picture = Files.readAllBytes(Path.of("src/test/resources/it/picture.png"));
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
