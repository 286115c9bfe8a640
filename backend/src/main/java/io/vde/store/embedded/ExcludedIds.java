package io.vde.store.embedded;

import java.io.IOException;
import java.util.Set;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;

/**
 * Ids that must not appear in an answer. A document costs one read of its id's hash; only a hash
 * that an excluded id has, too, costs a read of the id.
 *
 * <p>The hash is {@link String#hashCode}: strings remember theirs, so that thousands of ids are
 * ready for use in microseconds.
 */
final class ExcludedIds {
  static final ExcludedIds NONE = new ExcludedIds(Set.of());

  private final Set<String> ids;
  // Open addressing; a slot holds a hash plus one bit that tells it from an empty slot.
  private final long[] hashes;
  private final int mask;

  /**
   * @param ids immutable
   */
  ExcludedIds(Set<String> ids) {
    this.ids = ids;
    int capacity = Integer.highestOneBit(Math.max(2, ids.size())) * 4;
    hashes = new long[capacity];
    mask = capacity - 1;
    for (String id : ids) {
      long entry = entry(id.hashCode());
      int slot = slot(entry);
      while (hashes[slot] != 0 && hashes[slot] != entry) {
        slot = (slot + 1) & mask;
      }
      hashes[slot] = entry;
    }
  }

  private static long entry(int hash) {
    return 1L << Integer.SIZE | Integer.toUnsignedLong(hash);
  }

  // Fibonacci hashing: ids that count upwards have hashes that do.
  private int slot(long entry) {
    return (int) (entry * 0x9E3779B97F4A7C15L >>> 32) & mask;
  }

  private boolean hasHash(int hash) {
    long entry = entry(hash);
    int slot = slot(entry);
    while (hashes[slot] != 0) {
      if (hashes[slot] == entry) {
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  /** The documents of one segment. Ask in ascending order. */
  Leaf leaf(LeafReader reader) throws IOException {
    return new Leaf(reader);
  }

  /** Tells whether a document of a segment is excluded. */
  final class Leaf {
    private final NumericDocValues hashValues;
    private final BinaryDocValues idValues;

    private Leaf(LeafReader reader) throws IOException {
      hashValues = isEmpty() ? null : DocValues.getNumeric(reader, ImageDocument.HASH);
      idValues = isEmpty() ? null : DocValues.getBinary(reader, ImageDocument.ID);
    }

    boolean contains(int doc) throws IOException {
      return hashValues != null
          && hashValues.advanceExact(doc)
          && hasHash((int) hashValues.longValue())
          && idValues.advanceExact(doc)
          && ids.contains(idValues.binaryValue().utf8ToString());
    }
  }
}
