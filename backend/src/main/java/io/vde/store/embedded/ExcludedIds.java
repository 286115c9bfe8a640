package io.vde.store.embedded;

import java.io.IOException;
import java.util.Collection;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.util.BytesRef;

/**
 * Ids that must not appear in an answer: an open-addressing table of 64-bit hashes. A document
 * costs one read of its hash; only a hash that is in the table costs a read of the id.
 */
final class ExcludedIds {
  static final ExcludedIds NONE = new ExcludedIds(java.util.List.of());

  private final long[] hashes;
  private final BytesRef[] ids;
  private final int mask;
  private final boolean empty;

  ExcludedIds(Collection<String> excluded) {
    empty = excluded.isEmpty();
    int capacity = Integer.highestOneBit(Math.max(4, excluded.size()) * 2 - 1) * 2;
    hashes = new long[capacity];
    ids = new BytesRef[capacity];
    mask = capacity - 1;
    for (String id : excluded) {
      BytesRef bytes = new BytesRef(id);
      long hash = ImageDocument.hash(bytes);
      int slot = (int) hash & mask;
      while (ids[slot] != null) {
        slot = (slot + 1) & mask;
      }
      hashes[slot] = hash;
      ids[slot] = bytes;
    }
  }

  boolean isEmpty() {
    return empty;
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
      hashValues = empty ? null : DocValues.getNumeric(reader, ImageDocument.HASH);
      idValues = empty ? null : DocValues.getBinary(reader, ImageDocument.ID);
    }

    boolean contains(int doc) throws IOException {
      if (empty || !hashValues.advanceExact(doc)) {
        return false;
      }
      long hash = hashValues.longValue();
      BytesRef id = null;
      for (int slot = (int) hash & mask; ids[slot] != null; slot = (slot + 1) & mask) {
        if (hashes[slot] == hash) {
          if (id == null) {
            idValues.advanceExact(doc);
            id = idValues.binaryValue();
          }
          if (id.bytesEquals(ids[slot])) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
