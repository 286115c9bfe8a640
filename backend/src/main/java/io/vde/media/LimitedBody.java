package io.vde.media;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;

/** Takes the body of an answer as it comes, and fails as soon as it is longer than allowed. */
final class LimitedBody implements WriteStream<Buffer> {
  private final int limit;
  private final Buffer body = Buffer.buffer();
  private volatile boolean overflowed;
  private volatile boolean begun;

  LimitedBody(int limit) {
    this.limit = limit;
  }

  boolean overflowed() {
    return overflowed;
  }

  boolean begun() {
    return begun;
  }

  byte[] bytes() {
    return body.getBytes();
  }

  @Override
  public Future<Void> write(Buffer data) {
    begun = true;
    if (overflowed || body.length() + (long) data.length() > limit) {
      overflowed = true;
      return Future.failedFuture("the body is too long");
    }
    body.appendBuffer(data);
    return Future.succeededFuture();
  }

  @Override
  public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
    write(data).onComplete(handler);
  }

  @Override
  public void end(Handler<AsyncResult<Void>> handler) {
    Future.<Void>succeededFuture().onComplete(handler);
  }

  @Override
  public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public WriteStream<Buffer> drainHandler(Handler<Void> handler) {
    return this;
  }

  @Override
  public WriteStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
    return this;
  }
}
