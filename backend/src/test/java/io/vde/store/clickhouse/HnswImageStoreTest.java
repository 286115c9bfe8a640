package io.vde.store.clickhouse;

import io.vde.store.ImageStore;
import io.vde.store.ImageStoreContractTest;

/**
 * The contract by ClickHouse's own index, which is approximate and filters after it has searched.
 */
class HnswImageStoreTest extends ImageStoreContractTest {
  private boolean opened;

  /**
   * Its graph comes out otherwise each time, as threads build it together. Of sixty graphs of 3,000
   * images the worst missed 6 of the 110 nearest, most none.
   */
  @Override
  protected double recall() {
    return 0.8;
  }

  @Override
  protected ImageStore open() {
    if (!opened) {
      Engine.assumeSpeaks(Dialect.CLICKHOUSE);
      Engine.shared().fresh("contract_hnsw");
      opened = true;
    }
    return Engine.shared()
        .images(Dialect.CLICKHOUSE, "contract_hnsw", "vde.clickhouse.index-type", "HNSW");
  }
}
