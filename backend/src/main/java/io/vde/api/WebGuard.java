package io.vde.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Stands before everything that is served: a page on the web must not reach into a service on this
 * machine. Refuses unknown Host headers (DNS rebinding) and state-changing calls with a foreign
 * Origin, and sets the headers that keep what is served from being taken for something else.
 */
@Singleton
final class WebGuard {
  private static final int FIRST = 10_000;

  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE);

  private static final String CONTENT_POLICY =
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' blob: data:; connect-src 'self'; object-src 'none';"
          + " base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

  private final Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
  private final boolean anyHost;

  WebGuard(ApiConfig config, @ConfigProperty(name = "quarkus.http.host") String boundHost) {
    List<String> allowed = config.allowedHosts().orElse(List.of());
    allowed.forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
    hosts.add(boundHost.toLowerCase(Locale.ROOT));
    anyHost = allowed.contains("*");
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, FIRST);
  }

  private void check(RoutingContext context) {
    HttpServerRequest request = context.request();
    HttpServerResponse response = context.response();
    response.putHeader("X-Content-Type-Options", "nosniff");
    response.putHeader("Referrer-Policy", "no-referrer");
    response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
    if (!request.path().startsWith("/q/")) {
      // Swagger UI has a start script of its own in its page.
      response.putHeader("Content-Security-Policy", CONTENT_POLICY);
    }
    HostAndPort authority = request.authority();
    if (authority == null || !known(authority.host())) {
      refuse(
          context,
          ProblemType.FORBIDDEN,
          "This host name is not known here; vde.api.allowed-hosts lists the others");
      return;
    }
    if (!SAFE.contains(request.method()) && foreign(request, authority)) {
      refuse(context, ProblemType.FORBIDDEN, "Pages of other origins may not change anything here");
      return;
    }
    context.next();
  }

  private boolean known(String host) {
    return anyHost || hosts.contains(host.toLowerCase(Locale.ROOT));
  }

  /** Browsers send Origin with every call that changes state; other clients send none. */
  private static boolean foreign(HttpServerRequest request, HostAndPort authority) {
    String origin = request.getHeader("Origin");
    if (origin == null) {
      return "cross-site".equals(request.getHeader("Sec-Fetch-Site"));
    }
    try {
      URI uri = new URI(origin);
      return uri.getHost() == null
          || !uri.getHost().equalsIgnoreCase(authority.host())
          || port(uri.getPort(), uri.getScheme()) != port(authority.port(), uri.getScheme());
    } catch (URISyntaxException e) {
      return true;
    }
  }

  private static int port(int port, String scheme) {
    return port > 0 ? port : "https".equals(scheme) ? 443 : 80;
  }

  private static void refuse(RoutingContext context, ProblemType type, String detail) {
    HttpServerResponse response = context.response();
    response.setStatusCode(type.status).putHeader("Content-Type", Problems.MEDIA_TYPE);
    if (context.request().version() != HttpVersion.HTTP_2) {
      // The rest of the body is not read: the connection cannot be used again.
      response.putHeader("Connection", "close");
    }
    response.end(Json.write(Problems.plain(type, detail, context.request().path())));
  }
}
