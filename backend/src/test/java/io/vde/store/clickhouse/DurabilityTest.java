package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static io.vde.store.Images.unit;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Images;
import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import io.vde.store.Session;
import io.vde.store.SessionStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was acknowledged is there after the database was killed; at the size of the original demo.
 */
class DurabilityTest {
  private static final String DATABASE = "durable";
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void twentyFiveThousandImagesAndALogSurviveAKill(Dialect dialect) throws Exception {
    Engine.assumeOurs();
    List<ImageRecord> images = Images.random("i", ImageStore.MAX_BATCH, 512, 1);
    SearchQuery query =
        new SearchQuery(unit(new Random(2), 512), 0, 100, Set.of("i000007"), null, false, true);
    Engine engine = Engine.start(folder, 0);
    SearchResult before;
    try {
      engine.fresh(DATABASE);
      try (ImageStore store = engine.images(dialect, DATABASE);
          SessionStore sessions = new ClickHouseSessionStore(engine.database(dialect, DATABASE))) {
        store.create(dataset("d", 512));
        store.upsert("d", images);
        store.delete("d", List.of("i000003"));
        before = store.search("d", query);
        assertEquals(24_998, before.total());
        Session.Tally none = new Session.Tally(0, 0, 0, 0, false, false, NOW);
        sessions.create(
            new Session("s", "n", "d", "[]", axis(512, 0), "sgd", null, "m", NOW, none));
        for (int revision = 1; revision <= 20; revision++) {
          sessions.append(
              "s",
              new LogEntry(revision, Kind.CALL, List.of(), false, null, NOW),
              new Session.Tally(revision, revision, 0, 0, true, false, NOW));
        }
      }
      engine.kill();
      engine = Engine.start(folder, 0);
      try (ImageStore store = engine.images(dialect, DATABASE);
          SessionStore sessions = new ClickHouseSessionStore(engine.database(dialect, DATABASE))) {
        SearchResult after = store.search("d", query);
        assertEquals(before.total(), after.total());
        assertEquals(ids(before), ids(after));
        assertEquals(20, sessions.log("s").size());
        assertEquals(20, sessions.find("s").orElseThrow().tally().positive());
      }
    } finally {
      engine.close();
    }
  }

  private static List<String> ids(SearchResult result) {
    return result.hits().stream().map(hit -> hit.image().id()).toList();
  }
}
