package io.vde.store.clickhouse;

import io.vde.store.ImageStore;
import io.vde.store.ImageStoreContractTest;

/**
 * The contract by ClickHouse's own index, which is approximate and filters after it has searched.
 */
class HnswImageStoreTest extends ImageStoreContractTest {
  private boolean opened;

  @Override
  protected double recall() {
    return 0.95;
  }

  @Override
  protected ImageStore open() {
    if (!opened) {
      Engine.assumeSpeaks(Dialect.CLICKHOUSE);
      Engine.shared().fresh("contract_hnsw");
      opened = true;
    }
    return new ClickHouseImageStore(
        Engine.shared()
            .database(Dialect.CLICKHOUSE, "contract_hnsw", "vde.clickhouse.index-type", "HNSW"));
  }
}
