package io.vde.store.embedded;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/** The documents of one segment that a scan goes through, block by block, ascending. */
final class DocBlocks {
  private final int[] block;
  private final int size;
  private final Bits live;
  // Null when all documents are scanned, deleted ones too: asking for each costs more than scanning
  // some in vain.
  private final DocIdSetIterator chosen;
  private int next;

  /**
   * The documents of a segment that match.
   *
   * @param block gets the documents of a block
   */
  DocBlocks(LeafReaderContext leaf, Matches matches, int[] block) throws IOException {
    this.block = block;
    size = leaf.reader().maxDoc();
    live = leaf.reader().getLiveDocs();
    boolean mostlyDeleted = leaf.reader().numDeletedDocs() > size / 2;
    chosen = matches.filtered() || mostlyDeleted ? matches.iterator(leaf) : null;
    next = chosen == null ? 0 : chosen.nextDoc();
  }

  /** Fills the block; how many there are, 0 at the end. */
  int next() throws IOException {
    int count = 0;
    if (chosen == null) {
      count = Math.min(block.length, size - next);
      int first = next;
      for (int i = 0; i < count; i++) {
        block[i] = first + i;
      }
      next += count;
    } else {
      for (;
          count < block.length && next != DocIdSetIterator.NO_MORE_DOCS;
          next = chosen.nextDoc()) {
        if (live(next)) {
          block[count++] = next;
        }
      }
    }
    return count;
  }

  /** Whether a document was not deleted. */
  boolean live(int doc) {
    return live == null || live.get(doc);
  }
}
