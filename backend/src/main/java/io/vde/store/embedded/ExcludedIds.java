package io.vde.store.embedded;

import java.io.IOException;
import java.util.Set;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;

/**
 * Ids that must not appear in an answer, as {@link IdHash}es: the labelled images of a session are
 * the nearest ones, so thousands of them are met in each scan, and to read and compare their ids
 * would cost more than the scan.
 */
final class ExcludedIds {
  static final ExcludedIds NONE = new ExcludedIds(Set.of());

  // Open addressing: a hash lies at its slot or the next free one; 0 is a free one.
  private final long[] hashes;
  private final int mask;
  private final int size;

  ExcludedIds(Set<String> ids) {
    size = ids.size();
    hashes = new long[Integer.highestOneBit(Math.max(2, ids.size())) * 4];
    mask = hashes.length - 1;
    for (String id : ids) {
      long hash = IdHash.of(id);
      int slot = (int) hash & mask;
      while (hashes[slot] != 0 && hashes[slot] != hash) {
        slot = (slot + 1) & mask;
      }
      hashes[slot] = hash;
    }
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean contains(long hash) {
    for (int slot = (int) hash & mask; hashes[slot] != 0; slot = (slot + 1) & mask) {
      if (hashes[slot] == hash) {
        return true;
      }
    }
    return false;
  }

  /** The documents of one segment. Ask in ascending order. */
  Leaf leaf(LeafReader reader) throws IOException {
    return new Leaf(reader);
  }

  /** Tells whether a document of a segment is excluded. */
  final class Leaf {
    private final NumericDocValues values;

    private Leaf(LeafReader reader) throws IOException {
      values = isEmpty() ? null : DocValues.getNumeric(reader, ImageDocument.HASH);
    }

    boolean contains(int doc) throws IOException {
      return !isEmpty()
          && values.advanceExact(doc)
          && ExcludedIds.this.contains(values.longValue());
    }
  }
}
