package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vde.store.StorageFullException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteFileTest {
  @TempDir Path folder;

  /** SQLite reports a file of its largest size as it reports a full disk. */
  @Test
  void whenThereIsNoRoomLeftWritesAreRefusedReadingGoesOnAndNoRestartIsNeeded() {
    try (SqliteFile file =
        new SqliteFile(folder.resolve("x.db"), 1, List.of("CREATE TABLE t (b BLOB)"))) {
      mostPages(file, 20);
      int kept = 0;
      for (int i = 0; i < 10; i++) {
        insert(file, 1000);
        kept++;
      }
      // More than there is room for: nothing of it is kept.
      assertThrows(StorageFullException.class, () -> insert(file, 200_000));
      assertEquals(kept, rows(file));
      insert(file, 100);
      kept++;
      mostPages(file, 1_000_000);
      insert(file, 200_000);
      assertEquals(kept + 1, rows(file));
    }
  }

  private static void mostPages(SqliteFile file, int pages) {
    file.write(
        c -> {
          try (Statement statement = c.createStatement()) {
            return statement.execute("PRAGMA max_page_count = " + pages);
          }
        });
  }

  private static void insert(SqliteFile file, int bytes) {
    file.write(
        c -> {
          try (PreparedStatement insert = c.prepareStatement("INSERT INTO t VALUES (?)")) {
            insert.setBytes(1, new byte[bytes]);
            return insert.executeUpdate();
          }
        });
  }

  private static int rows(SqliteFile file) {
    return file.read(
        c -> {
          try (Statement statement = c.createStatement()) {
            return statement.executeQuery("SELECT count(*) FROM t").getInt(1);
          }
        });
  }
}
