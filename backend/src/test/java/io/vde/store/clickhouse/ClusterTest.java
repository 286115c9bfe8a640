package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.Dataset;
import io.vde.store.DatasetExistsException;
import io.vde.store.DatasetStatus;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Images;
import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import io.vde.store.Session;
import io.vde.store.SessionStore;
import io.vde.store.StoreUnavailableException;
import io.vde.testing.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * The statements for a cluster as text, and against an engine that takes them for a cluster of one
 * server: what replicas and shards do with them, no test has seen.
 */
class ClusterTest {
  private static final ClickHouseConfig CONFIG =
      Settings.of(
          ClickHouseConfig.class,
          "vde.clickhouse.cluster",
          "main",
          "vde.clickhouse.database",
          "vde");

  private static final Set<String> SETTINGS = Set.of("float_vector_search_metric_type");
  private static final String DATABASE = "cluster";
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  private final Ddl ddl = new Ddl(CONFIG, Dialect.MYSCALE);

  @Test
  void aDatasetIsAReplicatedTableOnEveryShardAndADistributedOneOverThem() {
    List<String> sql = ddl.create(dataset("birds", 512), "{\"vde\":1}", SETTINGS);
    assertEquals(2, sql.size());
    assertTrue(
        sql.get(0)
            .startsWith(
                "CREATE TABLE IF NOT EXISTS `vde`.`birds.local` ON CLUSTER `main` (id String, "),
        sql.get(0));
    assertTrue(
        sql.get(0)
            .endsWith(
                "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}',"
                    + " '{replica}', version) ORDER BY id"
                    + " SETTINGS float_vector_search_metric_type = 'Cosine'"
                    + " COMMENT '{\"vde\":1}'"),
        sql.get(0));
    assertEquals(
        "CREATE TABLE IF NOT EXISTS `vde`.`birds` ON CLUSTER `main` AS `vde`.`birds.local`"
            + " ENGINE = Distributed(`main`, 'vde', 'birds.local', cityHash64(id))"
            + " COMMENT '{\"vde\":1}'",
        sql.get(1));
  }

  @Test
  void theVectorIndexIsOnTheLocalTableAndItsStatusOfAllReplicas() {
    assertEquals(
        Optional.of(
            "ALTER TABLE `vde`.`birds.local` ON CLUSTER `main` ADD VECTOR INDEX vindex vector"
                + " TYPE MSTG('metric_type=Cosine')"),
        ddl.addIndex(dataset("birds", 512)));
    assertEquals(
        "SELECT status, latest_fail_reason FROM clusterAllReplicas(`main`,"
            + " system.vector_indices) WHERE database = 'vde' AND table = 'birds.local'",
        Dialect.MYSCALE.indexStatus("vde", "birds.local", CONFIG.cluster()));
  }

  @Test
  void droppingRemovesBothTables() {
    assertEquals(
        List.of(
            "DROP TABLE IF EXISTS `vde`.`birds.local` ON CLUSTER `main` SYNC",
            "DROP TABLE IF EXISTS `vde`.`birds` ON CLUSTER `main` SYNC"),
        ddl.drop("birds"));
  }

  @Test
  void everyServerHasTheSessionsWhole() {
    try (Database database = new Database(Engine.vertx(), CONFIG, Dialect.MYSCALE)) {
      List<String> sql = new SessionTables(database).definitions();
      assertTrue(
          sql.get(0)
              .contains(
                  "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{database}/_vde_sessions',"
                      + " '{shard}-{replica}', version) ORDER BY id"),
          sql.get(0));
      assertTrue(
          sql.get(1)
              .contains(
                  "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{database}/_vde_log', '{shard}-{replica}')"
                      + " ORDER BY (session, revision) SETTINGS"
                      + " replicated_deduplication_window = 10000,"
                      + " replicated_deduplication_window_seconds = 604800,"),
          sql.get(1));
    }
  }

  private static Database database(Proxy proxy) {
    return Engine.shared()
        .database(
            Dialect.MYSCALE,
            DATABASE,
            "vde.clickhouse.url",
            proxy.url(),
            "vde.clickhouse.cluster",
            "main");
  }

  private static void assertAllSentWith(String setting, Proxy proxy, String words) {
    List<String> addresses = proxy.addresses(words);
    assertTrue(!addresses.isEmpty(), "never sent: " + words);
    addresses.forEach(address -> assertTrue(address.contains(setting), address));
  }

  @Test
  void aDatasetIsMadeFilledSearchedAndDropped() {
    Engine.assumeOurs();
    Engine.shared().fresh(DATABASE);
    try (Proxy proxy = new Proxy(Engine.shared().url());
        ImageStore store = new ClickHouseImageStore(database(proxy))) {
      store.create(dataset("d", 4));
      List<ImageRecord> images = Images.random("i", 30, 4, 1);
      store.upsert("d", images);
      assertAllSentWith("insert_distributed_sync=1", proxy, "INSERT INTO `cluster`.`d`");
      assertEquals(1, store.delete("d", List.of("i000003")));
      // What a replica that is behind has not heard of must not be swept.
      Set<String> digests = new HashSet<>();
      store.digests("d", digests::add);
      assertEquals(29, digests.size());
      assertTrue(
          proxy.statements().stream()
              .anyMatch(
                  sql ->
                      sql.contains(
                          "sha256 FROM clusterAllReplicas(`main`, `cluster`.`d.local`) FINAL ")));
      SearchResult found =
          store.search(
              "d", new SearchQuery(images.get(5).vector(), 0, 9, Set.of(), null, false, true));
      assertEquals("i000005", found.hits().getFirst().image().id());
      assertEquals(29, found.total());
      DatasetStatus status = store.dataset("d").orElseThrow();
      assertEquals(29, status.images());
      // The distributed table itself has none.
      assertTrue(status.bytes() > 0, "" + status.bytes());
      assertEquals(DatasetStatus.IndexState.READY, status.index());
      assertThrows(DatasetExistsException.class, () -> store.create(dataset("d", 4)));
      assertEquals(1, store.datasets().size());
      assertTrue(store.drop("d"));
      assertEquals(
          "0", Engine.shared().run("SELECT count() FROM system.tables WHERE database = 'cluster'"));
    }
  }

  @Test
  void whatAHalfMadeOrHalfDroppedDatasetHasLeftIsNoOtherDatasets() {
    Engine.assumeOurs();
    Engine.shared().fresh(DATABASE);
    try (Proxy proxy = new Proxy(Engine.shared().url());
        ImageStore store = new ClickHouseImageStore(database(proxy))) {
      proxy.on("Distributed(", 2, Proxy.closed());
      Dataset second = dataset("d", 4);
      Dataset first =
          new Dataset("d", "", "m", 2, second.createdAt().minus(Duration.ofMinutes(11)));
      assertThrows(StoreUnavailableException.class, () -> store.create(first));
      store.create(second);
      store.upsert("d", Images.random("i", 3, 4, 1));
      proxy.on("DROP TABLE IF EXISTS `cluster`.`d` ", 2, Proxy.closed());
      assertThrows(StoreUnavailableException.class, () -> store.drop("d"));
      // The images went first: nothing brings them back.
      assertEquals(
          "d", Engine.shared().run("SELECT name FROM system.tables WHERE database = 'cluster'"));
      store.create(new Dataset("d", "", "m", 4, second.createdAt().plus(Duration.ofMinutes(11))));
      assertEquals(0, store.dataset("d").orElseThrow().images());
    }
  }

  @Test
  void aDatasetThatAnotherNodeIsJustMakingIsNotTakenForALeftover() {
    Engine.assumeOurs();
    Engine.shared().fresh(DATABASE);
    try (Proxy proxy = new Proxy(Engine.shared().url());
        ImageStore a = new ClickHouseImageStore(database(proxy));
        ImageStore b = new ClickHouseImageStore(database(proxy))) {
      AtomicReference<RuntimeException> refused = new AtomicReference<>();
      proxy.on(
          "Distributed(",
          1,
          Proxy.after(
              () -> {
                try {
                  b.create(dataset("d", 2));
                } catch (RuntimeException e) {
                  refused.set(e);
                }
              }));
      a.create(dataset("d", 4));
      assertInstanceOf(DatasetExistsException.class, refused.get());
      a.upsert("d", Images.random("i", 3, 4, 1));
      assertEquals(3, b.dataset("d").orElseThrow().images());
    }
  }

  @Test
  void sessionsAreWrittenToAQuorumOneAfterAnotherAndReadInThatOrder() {
    Engine.assumeOurs();
    Engine.shared().fresh(DATABASE);
    try (Proxy proxy = new Proxy(Engine.shared().url());
        SessionStore store = new ClickHouseSessionStore(database(proxy))) {
      Session.Tally none = new Session.Tally(0, 0, 0, 0, false, false, NOW);
      store.create(new Session("s", "n", "d", "[]", axis(4, 0), "sgd", null, "m", NOW, none));
      // Another node's insert is on its way to the replicas.
      proxy.on(
          "INSERT INTO `cluster`.`_vde_log`",
          3,
          Proxy.status(
              500, "Code: 286. DB::Exception: Quorum for previous write has not been satisfied"));
      store.append(
          "s",
          new LogEntry(1, Kind.CALL, List.of(), false, null, NOW),
          new Session.Tally(1, 1, 0, 0, true, false, NOW));
      store.rename("s", "new", NOW);
      assertEquals("new", store.find("s").orElseThrow().name());
      assertEquals(1, store.log("s").size());
      assertEquals(4, proxy.addresses("INSERT INTO `cluster`.`_vde_log`").size());
      assertAllSentWith("insert_quorum=auto", proxy, "INSERT INTO");
      assertAllSentWith("insert_quorum_parallel=0", proxy, "INSERT INTO");
      assertAllSentWith("select_sequential_consistency=1", proxy, "FROM `cluster`.`_vde_log`");
      assertAllSentWith("select_sequential_consistency=1", proxy, "FROM `cluster`.`_vde_sessions`");
      assertTrue(store.delete("s"));
      assertEquals(0, store.list(0, 10).total());
    }
  }
}
