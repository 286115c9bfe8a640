package io.vde.store.embedded;

import java.io.IOException;
import java.util.Set;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.util.BytesRef;

/**
 * Ids that must not appear in an answer. A document costs one read of its id's hash; only a hash
 * that an excluded id has, too, costs a read of the id.
 *
 * <p>The hash is {@link String#hashCode}: strings remember theirs, so that thousands of ids are
 * ready for use in microseconds.
 */
final class ExcludedIds {
  static final ExcludedIds NONE = new ExcludedIds(Set.of());

  // Open addressing: an id lies at the slot of its hash or the next free one.
  private final int[] hashes;
  private final String[] ids;
  private final int mask;
  private final boolean empty;

  ExcludedIds(Set<String> excluded) {
    empty = excluded.isEmpty();
    int capacity = Integer.highestOneBit(Math.max(2, excluded.size())) * 4;
    hashes = new int[capacity];
    ids = new String[capacity];
    mask = capacity - 1;
    for (String id : excluded) {
      int slot = slot(id.hashCode());
      while (ids[slot] != null) {
        slot = (slot + 1) & mask;
      }
      hashes[slot] = id.hashCode();
      ids[slot] = id;
    }
  }

  // Fibonacci hashing: ids that count upwards have hashes that do.
  private int slot(int hash) {
    return ((hash * 0x9E3779B9) >>> 7) & mask;
  }

  boolean isEmpty() {
    return empty;
  }

  private static boolean same(String id, BytesRef bytes) {
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes.bytes[bytes.offset + i];
      if (b < 0) {
        return id.equals(bytes.utf8ToString());
      }
      if (i >= id.length() || id.charAt(i) != b) {
        return false;
      }
    }
    return bytes.length == id.length();
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
      return !empty && hashValues.advanceExact(doc) && contains(doc, (int) hashValues.longValue());
    }

    /** The same for a document the hash of whose id is known. */
    boolean contains(int doc, int hash) throws IOException {
      if (empty) {
        return false;
      }
      for (int slot = slot(hash); ids[slot] != null; slot = (slot + 1) & mask) {
        if (hashes[slot] == hash
            && idValues.advanceExact(doc)
            && same(ids[slot], idValues.binaryValue())) {
          return true;
        }
      }
      return false;
    }
  }
}
