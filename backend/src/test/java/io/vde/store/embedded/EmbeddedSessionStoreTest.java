package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.SessionStore;
import io.vde.store.SessionStoreContractTest;
import io.vde.store.StoreUnavailableException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedSessionStoreTest extends SessionStoreContractTest {
  @TempDir Path folder;

  @Override
  protected SessionStore open() {
    return new EmbeddedSessionStore(folder.resolve("sessions.db"));
  }

  @Test
  void aFileOfANewerFormatIsRefusedWithBothNumbers() throws SQLException {
    Path newer = folder.resolve("newer.db");
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + newer);
        Statement statement = c.createStatement()) {
      statement.executeUpdate("PRAGMA user_version = 7");
    }
    StoreUnavailableException refused =
        assertThrows(
            StoreUnavailableException.class, () -> new EmbeddedSessionStore(newer).close());
    assertTrue(refused.getMessage().contains("format 7"), refused.getMessage());
    assertTrue(refused.getMessage().contains("format 1"), refused.getMessage());
  }
}
