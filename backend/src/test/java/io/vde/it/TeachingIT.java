package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Teaching works: on loose phrases, for which words alone do badly, a simulated user who marks
 * three pages of nine by ground truth raises the average precision over the whole dataset.
 */
class TeachingIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGES = 3;
  private static final double LEAST_MEAN_GAIN = 0.03;

  /** A loose phrase, and the subgroup that a person would mean by it. */
  private record Concept(String phrase, String subgroup) {}

  private static final List<Concept> CONCEPTS =
      List.of(
          new Concept("something to play in an orchestra", "musical-instrument"),
          new Concept("letters", "mail"),
          new Concept("gift for a date", "plant-flower"),
          new Concept("athletics", "person-sport"),
          new Concept("leisure", "game"),
          new Concept("on a desk", "office"),
          new Concept("ways to fly somewhere", "transport-air"),
          new Concept("at the hospital", "medical"),
          new Concept("things in a bathroom", "household"),
          new Concept("relatives", "family"));

  @TempDir Path data;

  @Test
  void threePagesOfMarksRaiseTheAveragePrecisionOfLoosePhrases() throws Exception {
    try (Server server = Server.startWithDemo(data)) {
      double gains = 0;
      for (Concept concept : CONCEPTS) {
        JsonNode created =
            JSON.readTree(
                server
                    .post(
                        "/sessions",
                        "{\"dataset\":\"demo\",\"query\":{\"text\":\"%s\"},\"limit\":9}"
                            .formatted(concept.phrase))
                    .body());
        String session = created.at("/session/id").asText();
        double untaught = averagePrecision(server, session, concept);
        JsonNode hits = created.get("hits");
        for (int page = 0; page < PAGES; page++) {
          hits =
              JSON.readTree(
                      server.post("/sessions/" + session + "/label", marks(hits, concept)).body())
                  .get("hits");
        }
        double taught = averagePrecision(server, session, concept);
        System.out.printf(
            "TeachingIT: %-36s %-20s %.2f -> %.2f (%+.2f)%n",
            concept.phrase, concept.subgroup, untaught, taught, taught - untaught);
        gains += taught - untaught;
      }
      double mean = gains / CONCEPTS.size();
      System.out.printf("TeachingIT: mean gain %+.3f%n", mean);
      assertTrue(mean >= LEAST_MEAN_GAIN, "mean gain " + mean);
    }
  }

  private static String marks(JsonNode hits, Concept concept) {
    List<String> labels = new ArrayList<>();
    for (JsonNode hit : hits) {
      labels.add(
          "{\"id\":\"%s\",\"positive\":%s}".formatted(hit.get("id").asText(), right(hit, concept)));
    }
    return "{\"labels\":[" + String.join(",", labels) + "],\"limit\":9}";
  }

  private static boolean right(JsonNode hit, Concept concept) {
    return hit.at("/metadata/subgroup").asText().equals(concept.subgroup);
  }

  /** The mean, over the right images, of the precision down to each of them. */
  private static double averagePrecision(Server server, String session, Concept concept)
      throws IOException {
    int rank = 0;
    int right = 0;
    double sum = 0;
    for (String line :
        server.get("/sessions/" + session + "/export?format=jsonl").body().split("\n")) {
      rank++;
      if (right(JSON.readTree(line), concept)) {
        right++;
        sum += (double) right / rank;
      }
    }
    return sum / right;
  }
}
