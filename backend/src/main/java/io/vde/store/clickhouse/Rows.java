package io.vde.store.clickhouse;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.ObjIntConsumer;

/**
 * The rows of an INSERT, in pieces that are written when they are asked for: the server reads one
 * while the next is made, and a batch is never in memory as a whole. Each is there until the next
 * is asked for; all of them may be asked for again.
 *
 * @param row writes the row of a number, from 0
 */
record Rows(List<RowWriter.Column> columns, int count, ObjIntConsumer<RowWriter> row)
    implements Iterable<ByteBuffer> {

  /** Bytes after which a piece ends: small enough for the processor's cache. */
  private static final int PIECE = 1 << 18;

  @Override
  public Iterator<ByteBuffer> iterator() {
    RowWriter writer = RowWriter.of(columns);
    return new Iterator<>() {
      private int next;
      private boolean ended;

      @Override
      public boolean hasNext() {
        return !ended;
      }

      @Override
      public ByteBuffer next() {
        if (ended) {
          throw new NoSuchElementException();
        }
        while (next < count && writer.length() < PIECE) {
          row.accept(writer, next++);
        }
        ended = next == count;
        return writer.take();
      }
    };
  }
}
