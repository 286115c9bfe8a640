package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many of the largest pictures at once wait or are turned away; the service lives on. */
class LargePicturesIT {
  private static final int CLIENTS = 16;
  private static final int SIDE = 10_000;
  private static final int FILE_BYTES = 50_000_000;

  @TempDir Path data;

  @Test
  void sixteenClientsWithTheLargestPicturesAreAnsweredOrTurnedAway() throws Exception {
    Path picture = Files.write(data.resolve("picture.png"), picture());
    try (Server server = Server.start(data.resolve("data"), "-Dvde.demo=false");
        var clients = Executors.newFixedThreadPool(CLIENTS)) {
      server.post("/datasets", "{\"name\":\"large\"}");
      List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        HttpRequest request =
            server
                .request("/datasets/large/images")
                .timeout(java.time.Duration.ofMinutes(5))
                .header("Content-Type", "multipart/form-data; boundary=cut")
                .POST(form(i, picture))
                .build();
        calls.add(() -> server.send(request));
      }
      int created = 0;
      for (Future<HttpResponse<String>> answer : clients.invokeAll(calls)) {
        HttpResponse<String> got = answer.get();
        if (got.statusCode() == 503) {
          assertTrue(got.headers().firstValue("Retry-After").isPresent(), got.body());
        } else {
          assertEquals(200, got.statusCode(), got.body());
          assertTrue(got.body().contains("\"created\""), got.body());
          created++;
        }
      }
      assertTrue(created > 0);
      assertEquals(200, server.get("/search?q=cat&dataset=large").statusCode());
      assertFalse(server.output().contains("OutOfMemoryError"), server.output());
      System.out.printf("LargePicturesIT: %d of %d created%n", created, CLIENTS);
    }
  }

  /** Read from the disk while it is sent: sixteen of them need no memory. */
  private static HttpRequest.BodyPublisher form(int client, Path picture)
      throws FileNotFoundException {
    String head =
        ("--cut\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n"
                + "{\"a.png\":{\"id\":\"client-%d\"}}\r\n"
                + "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n")
            .formatted(client);
    return HttpRequest.BodyPublishers.concat(
        HttpRequest.BodyPublishers.ofString(head),
        HttpRequest.BodyPublishers.ofFile(picture),
        HttpRequest.BodyPublishers.ofString("\r\n--cut--\r\n"));
  }

  /**
   * A grey PNG of 100 megapixels, filled up to the largest file with a chunk that is passed over.
   */
  private static byte[] picture() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    new DataOutputStream(header).writeInt(SIDE);
    new DataOutputStream(header).writeInt(SIDE);
    header.write(new byte[] {8, 0, 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflated =
        new DeflaterOutputStream(pixels, new Deflater(Deflater.BEST_SPEED))) {
      byte[] row = new byte[SIDE + 1];
      for (int y = 0; y < SIDE; y++) {
        java.util.Arrays.fill(row, 1, row.length, (byte) (y / 40));
        deflated.write(row);
      }
    }
    byte[] padding = new byte[FILE_BYTES - bytes.size() - pixels.size() - 36];
    new Random(1).nextBytes(padding);
    chunk(out, "vdEx", padding);
    chunk(out, "IDAT", pixels.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) crc.getValue());
  }
}
