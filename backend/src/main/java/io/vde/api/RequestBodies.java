package io.vde.api;

import io.vde.media.ByteBudget;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Bounds what bodies take of the heap: each is counted as it comes, for its length may be left out,
 * and beyond the first megabyte it needs a share of the budget. Multipart bodies are counted where
 * they are taken apart, as their files go to the disk.
 */
@Singleton
final class RequestBodies {
  /** Bodies up to this size do not count towards the budget. */
  private static final long SMALL_BODY = 1 << 20;

  private static final String SHARE = RequestBodies.class.getName();

  /** How much a share grows at once. */
  private static final long STEP = 1 << 20;

  // Filters are made before there is a configuration, and that of a native image by its builder.
  private final Instance<ApiConfig> config;
  private final Instance<ByteBudget> budget;

  RequestBodies(Instance<ApiConfig> config, Instance<ByteBudget> budget) {
    this.config = config;
    this.budget = budget;
  }

  /** What bodies may take of the heap, all together. */
  @Produces
  @Singleton
  static ByteBudget budget(ApiConfig config) {
    long wanted = config.jsonBudgetBytes().orElse(Runtime.getRuntime().maxMemory() / 8);
    return new ByteBudget(Math.max(wanted, config.maxJsonBytes()));
  }

  // After the others: what they refuse is not read.
  @ServerRequestFilter(priority = Priorities.USER + 1)
  void meter(ContainerRequestContext request, ResourceInfo resource, RoutingContext context)
      throws IOException {
    Method method = resource.getResourceMethod();
    MediaType type = request.getMediaType();
    if (type == null || method == null || !method.isAnnotationPresent(Consumes.class)) {
      return;
    }
    InputStream body = request.getEntityStream();
    if (type.isCompatible(MediaType.MULTIPART_FORM_DATA_TYPE)) {
      request.setEntityStream(new RequestBody(body, context));
      return;
    }
    ByteBudget.Share share = budget.get().none();
    request.setProperty(SHARE, share);
    Metered metered = new Metered(body, context, share, config.get().maxJsonBytes());
    metered.expect(declared(request));
    request.setEntityStream(metered);
  }

  /**
   * The body has been used by now. The end of the connection would not do: it is not told to a call
   * that has not begun to listen, nor to one that is answering.
   */
  @ServerResponseFilter
  void release(ContainerRequestContext request) {
    if (request.getProperty(SHARE) instanceof ByteBudget.Share share) {
      share.close();
    }
  }

  private static long declared(ContainerRequestContext request) {
    String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** A body that is kept on the heap, counted. */
  private static final class Metered extends RequestBody {
    private final ByteBudget.Share share;
    private final long most;
    private long read;
    private long granted = SMALL_BODY;

    Metered(InputStream body, RoutingContext context, ByteBudget.Share share, long most) {
      super(body, context);
      this.share = share;
      this.most = most;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, length);
      if (count > 0) {
        read += count;
        expect(read);
      }
      return count;
    }

    /** Makes sure that so many bytes may be read in all. */
    void expect(long bytes) throws IOException {
      if (bytes > most) {
        throw refusal(
            ProblemType.TOO_LARGE,
            "A JSON body may have at most %d bytes; files go as multipart".formatted(most));
      }
      if (bytes > granted) {
        long more = Math.max(bytes - granted, STEP);
        if (!share.grow(more)) {
          throw refusal(
              ProblemType.UNAVAILABLE, "Too many large requests at once; try again in a moment");
        }
        granted += more;
      }
    }

    private BodyRefusedException refusal(ProblemType type, String detail) {
      abandon();
      return new BodyRefusedException(type, detail);
    }
  }
}
