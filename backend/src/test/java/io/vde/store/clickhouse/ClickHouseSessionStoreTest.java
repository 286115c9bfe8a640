package io.vde.store.clickhouse;

import io.vde.store.SessionStore;
import io.vde.store.SessionStoreContractTest;

/** The contract, in the dialect of ClickHouse. */
class ClickHouseSessionStoreTest extends SessionStoreContractTest {
  private boolean opened;

  @Override
  protected int manyEntries() {
    return 1000;
  }

  @Override
  protected SessionStore open() {
    if (!opened) {
      Engine.assumeSpeaks(Dialect.CLICKHOUSE);
      Engine.shared().fresh("contract_clickhouse_sessions");
      opened = true;
    }
    return new ClickHouseSessionStore(
        Engine.shared().database(Dialect.CLICKHOUSE, "contract_clickhouse_sessions"));
  }
}
