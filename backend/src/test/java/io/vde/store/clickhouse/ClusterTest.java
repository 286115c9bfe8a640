package io.vde.store.clickhouse;

import static io.vde.store.Images.dataset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.testing.Settings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The statements for a cluster, as text: no test runs a cluster. */
class ClusterTest {
  private static final ClickHouseConfig CONFIG =
      Settings.of(
          ClickHouseConfig.class,
          "vde.clickhouse.cluster",
          "main",
          "vde.clickhouse.database",
          "vde");

  private final Ddl ddl = new Ddl(CONFIG, Dialect.MYSCALE);

  @Test
  void aDatasetIsAReplicatedTableOnEveryShardAndADistributedOneOverThem() {
    List<String> sql = ddl.create(dataset("birds", 512), "{\"vde\":1}");
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
                    + " '{replica}', version) ORDER BY id"),
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
        Optional.of(
            "SELECT status, latest_fail_reason FROM clusterAllReplicas(`main`,"
                + " system.vector_indices) WHERE database = 'vde' AND table = 'birds.local'"),
        Dialect.MYSCALE.indexStatus("vde", "birds.local", CONFIG.cluster()));
  }

  @Test
  void droppingRemovesBothTables() {
    assertEquals(
        List.of(
            "DROP TABLE IF EXISTS `vde`.`birds` ON CLUSTER `main` SYNC",
            "DROP TABLE IF EXISTS `vde`.`birds.local` ON CLUSTER `main` SYNC"),
        ddl.drop("birds"));
  }

  @Test
  void everyServerHasTheSessionsWhole() {
    try (Database database = new Database(Engine.vertx(), CONFIG, Dialect.MYSCALE)) {
      List<String> sql = new SessionTables(database).definitions();
      assertTrue(
          sql.get(0)
              .contains(
                  "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}',"
                      + " '{shard}-{replica}', version) ORDER BY id"),
          sql.get(0));
      assertTrue(
          sql.get(1)
              .contains(
                  "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}', '{shard}-{replica}')"
                      + " ORDER BY (session, revision) SETTINGS"
                      + " replicated_deduplication_window = 10000,"),
          sql.get(1));
    }
  }
}
