package io.vde.store.clickhouse;

import io.vde.store.ImageStore;
import io.vde.store.ImageStoreContractTest;

/** The contract, in the dialect of ClickHouse. */
class ClickHouseImageStoreTest extends ImageStoreContractTest {
  private boolean opened;

  @Override
  protected ImageStore open() {
    if (!opened) {
      Engine.assumeSpeaks(Dialect.CLICKHOUSE);
      Engine.shared().fresh("contract_clickhouse");
      opened = true;
    }
    return Engine.shared().images(Dialect.CLICKHOUSE, "contract_clickhouse");
  }
}
