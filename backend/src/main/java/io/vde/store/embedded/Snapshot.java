package io.vde.store.embedded;

import java.io.IOException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;

/** A commit of a dataset as searches see it. */
final class Snapshot extends IndexSearcher {
  private final Sketch sketch;

  Snapshot(DirectoryReader reader) throws IOException {
    super(reader);
    float[] axis = DatasetCommit.axis(reader.getIndexCommit().getUserData());
    sketch = axis.length == 0 ? null : new Sketch(axis);
    // Matches caches whole filters itself; their parts are not worth the memory.
    setQueryCache(null);
  }

  /** How vectors are sketched; null when none is. */
  Sketch sketch() {
    return sketch;
  }
}
