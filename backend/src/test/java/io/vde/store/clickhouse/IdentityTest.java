package io.vde.store.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vde.store.ImageStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A data folder can tell one database from another. */
class IdentityTest {
  private static ImageStore open(Dialect dialect, String database) {
    return Engine.shared().images(dialect, database);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void everyDatabaseHasItsOwn(Dialect dialect) {
    Engine.shared().fresh("identity_a");
    Engine.shared().fresh("identity_b");
    try (ImageStore a = open(dialect, "identity_a");
        ImageStore b = open(dialect, "identity_b")) {
      assertNotEquals(a.identity(), b.identity());
      assertEquals(0, a.datasets().size());
    }
  }

  @Test
  void nodesAndDialectsOfOneDatabaseAgree() {
    Engine.shared().fresh("identity_a");
    try (ImageStore one = open(Dialect.MYSCALE, "identity_a");
        ImageStore other = open(Dialect.CLICKHOUSE, "identity_a")) {
      assertEquals(one.identity(), other.identity());
    }
  }

  @Test
  void aDatabaseThatIsMadeAnewIsAnother() {
    Engine.shared().fresh("identity_a");
    String before;
    try (ImageStore store = open(Dialect.MYSCALE, "identity_a")) {
      before = store.identity();
    }
    Engine.shared().fresh("identity_a");
    try (ImageStore store = open(Dialect.MYSCALE, "identity_a")) {
      assertNotEquals(before, store.identity());
    }
  }
}
