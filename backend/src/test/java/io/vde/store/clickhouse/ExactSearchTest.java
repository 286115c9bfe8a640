package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static io.vde.store.Images.image;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vde.store.ImageStore;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a search without an index asks of the database. */
class ExactSearchTest {
  private static final String DATABASE = "exact";

  @Test
  void aPageAndItsTotalAreOneStatementUnlessThePageIsEmpty() {
    Engine.shared().fresh(DATABASE);
    try (Proxy proxy = new Proxy(Engine.shared().url());
        ImageStore store =
            Engine.shared()
                .images(Dialect.CLICKHOUSE, DATABASE, "vde.clickhouse.url", proxy.url())) {
      store.create(dataset("d", 4));
      store.upsert(
          "d", List.of(image("a", axis(4, 0)), image("b", axis(4, 1)), image("c", axis(4, 2))));
      int[] statements = {1, 1, 1, 2};
      for (int offset = 0; offset <= 3; offset++) {
        long before = selects(proxy);
        SearchResult page =
            store.search("d", new SearchQuery(axis(4, 0), offset, 2, Set.of(), null, false, true));
        assertEquals(3, page.total());
        assertEquals(Math.min(2, 3 - offset), page.hits().size());
        assertEquals(statements[offset], selects(proxy) - before);
      }
    }
  }

  private static long selects(Proxy proxy) {
    return proxy.statements().stream().filter(sql -> sql.contains("`exact`.`d` FINAL")).count();
  }
}
