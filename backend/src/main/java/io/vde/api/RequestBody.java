package io.vde.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** A request's body as it comes, which need not be read to its end. */
class RequestBody extends FilterInputStream {
  private static final Logger LOG = Logger.getLogger(RequestBody.class);
  private static final long LINGER_MILLIS = TimeUnit.SECONDS.toMillis(10);

  /** The code of RFC 9113, 8.1, with which a server asks for no more. */
  private static final long NO_ERROR = 0;

  private static final int CHUNK = 8 << 10;
  private static final int LITTLE = 1 << 20;

  private final RoutingContext context;
  private boolean ended;
  private boolean abandoned;
  private boolean closed;

  RequestBody(InputStream body, RoutingContext context) {
    super(body);
    this.context = context;
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = in.read(into, offset, length);
    ended |= count < 0;
    return count;
  }

  /** Ends the reading, and lets go of what is left when that is more than a little. */
  @Override
  public final void close() throws IOException {
    // Closing what lies below would read all of it first, and it may be without end.
    byte[] dropped = new byte[CHUNK];
    for (int left = LITTLE; left > 0 && !ended && !abandoned; left -= CHUNK) {
      read(dropped, 0, CHUNK);
    }
    if (!ended) {
      abandon();
    } else if (!closed) {
      closed = true;
      super.close();
    }
  }

  /**
   * Lets go of what has not been read. Once the answer is sent, the rest is read and dropped for a
   * while, as there are clients that do not look at the answer before they have sent all; then the
   * connection ends.
   */
  final void abandon() {
    if (abandoned) {
      return;
    }
    abandoned = true;
    if (context.request().version() != HttpVersion.HTTP_2) {
      context.response().putHeader("Connection", "close");
    }
    context.addEndHandler(done -> Thread.ofVirtual().name("body-drop").start(this::drop));
  }

  private void drop() {
    HttpServerRequest request = context.request();
    Vertx vertx = context.vertx();
    long timer = -1;
    if (request.version() == HttpVersion.HTTP_2) {
      // Other calls share the connection; the sender of this one is told to stop.
      request.response().reset(NO_ERROR);
    } else {
      timer = vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
    }
    byte[] dropped = new byte[CHUNK];
    try {
      while (in.read(dropped) >= 0) {
        // Not wanted.
      }
      in.close();
    } catch (IOException e) {
      LOG.debugf("The rest of a body was not sent: %s", e.getMessage());
    } finally {
      vertx.cancelTimer(timer);
    }
  }
}
