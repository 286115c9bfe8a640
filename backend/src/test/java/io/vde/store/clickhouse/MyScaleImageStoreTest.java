package io.vde.store.clickhouse;

import io.vde.store.ImageStore;
import io.vde.store.ImageStoreContractTest;

/** The contract, in the dialect of MyScale. */
class MyScaleImageStoreTest extends ImageStoreContractTest {
  private boolean opened;

  @Override
  protected ImageStore open() {
    if (!opened) {
      Engine.assumeSpeaks(Dialect.MYSCALE);
      Engine.shared().fresh("contract_myscale");
      opened = true;
    }
    return Engine.shared().images(Dialect.MYSCALE, "contract_myscale");
  }
}
