package io.vde.api;

import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Interrupts calls that are {@link EndsWithItsClient} when nobody waits for them any more. */
final class GoneClients {
  @ServerRequestFilter
  @EndsWithItsClient
  void watch(RoutingContext context) {
    Thread thread = Thread.currentThread();
    if (!thread.isVirtual()) {
      // One of a pool might serve the next call by the time that it is interrupted.
      return;
    }
    context.addEndHandler(
        end -> {
          if (end.failed()) {
            // Not before the stream has closed: the framework's output, which the call opens for
            // its last words, takes that for a fault and ends the other streams' connection.
            context.vertx().runOnContext(closed -> thread.interrupt());
          }
        });
    if (context.response().closed()) {
      // It went before the handler was there.
      thread.interrupt();
    }
  }
}
