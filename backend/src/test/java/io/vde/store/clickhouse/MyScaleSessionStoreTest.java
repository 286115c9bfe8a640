package io.vde.store.clickhouse;

import io.vde.store.SessionStore;
import io.vde.store.SessionStoreContractTest;

/** The contract, in the dialect of MyScale. */
class MyScaleSessionStoreTest extends SessionStoreContractTest {
  private boolean opened;

  @Override
  protected int manyEntries() {
    return 1000;
  }

  @Override
  protected SessionStore open() {
    if (!opened) {
      Engine.assumeSpeaks(Dialect.MYSCALE);
      Engine.shared().fresh("contract_myscale_sessions");
      opened = true;
    }
    return new ClickHouseSessionStore(
        Engine.shared().database(Dialect.MYSCALE, "contract_myscale_sessions"));
  }
}
