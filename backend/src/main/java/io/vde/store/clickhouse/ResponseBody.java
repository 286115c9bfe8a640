package io.vde.store.clickhouse;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer as a stream that blocks its reader, and never holds more than some buffers:
 * the connection is only read from as fast as the reader reads.
 */
final class ResponseBody extends InputStream {
  /** Buffers that it holds at most. */
  static final int BUFFERS = 16;

  /** How many are asked for at once: each asking wakes the event loop. */
  private static final int LOT = BUFFERS / 2;

  private static final Object END = new Object();

  private final HttpClientResponse response;
  private final Context context = Vertx.currentContext();
  private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
  private final long end;
  private Buffer current = Buffer.buffer();
  private int position;
  private boolean ended;
  private int taken;

  /**
   * Must be made on the event loop, in the turn that the head of the answer came in.
   *
   * @param end when reading is given up, by {@link System#nanoTime}
   */
  ResponseBody(HttpClientResponse response, long end) {
    this.response = response;
    this.end = end;
    response.pause();
    response.handler(queue::add);
    response.exceptionHandler(queue::add);
    response.endHandler(v -> queue.add(END));
    response.fetch(BUFFERS);
  }

  /** Buffers that have come and were not read yet. */
  int waiting() {
    return queue.size();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    while (position == current.length()) {
      if (ended) {
        return -1;
      }
      await();
    }
    int count = Math.min(length, current.length() - position);
    current.getBytes(position, position + count, bytes, offset);
    position += count;
    return count;
  }

  private void await() throws IOException {
    Object next;
    try {
      next = queue.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw CallerInterruptedException.of(e);
    }
    if (next == null) {
      throw new SlowAnswerException();
    } else if (next == END) {
      ended = true;
    } else if (next instanceof Throwable fault) {
      throw new IOException("The answer was cut off", fault);
    } else {
      current = (Buffer) next;
      position = 0;
      if (++taken == LOT) {
        taken = 0;
        context.runOnContext(v -> response.fetch(LOT));
      }
    }
  }

  /** The time for an answer is over. */
  static final class SlowAnswerException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
