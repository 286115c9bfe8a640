package io.vde.hub;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which requests go through a proxy, by the usual variables, in capitals or not: {@code
 * HTTPS_PROXY} and {@code HTTP_PROXY} by the scheme of what is asked for, {@code ALL_PROXY} when
 * that one is not set, and {@code NO_PROXY} with hosts that are asked directly ({@code host},
 * {@code .domain}, {@code host:port}, {@code *}).
 */
record Proxies(Optional<String> https, Optional<String> http, List<String> direct) {
  /**
   * A proxy.
   *
   * @param user or empty, as is the password
   */
  record Proxy(String host, int port, String user, String password) {
    /** Its password must not get into a log by accident. */
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** Their texts contain passwords. */
  @Override
  public String toString() {
    return "Proxies[direct=%s]".formatted(direct);
  }

  static Proxies of(Function<String, Optional<String>> variables) {
    Function<String, Optional<String>> either =
        name -> variables.apply(name.toLowerCase(Locale.ROOT)).or(() -> variables.apply(name));
    Optional<String> all = either.apply("ALL_PROXY");
    return new Proxies(
        either.apply("HTTPS_PROXY").or(() -> all),
        either.apply("HTTP_PROXY").or(() -> all),
        either.apply("NO_PROXY").stream()
            .flatMap(list -> List.of(list.toLowerCase(Locale.ROOT).split("[,\\s]+")).stream())
            .filter(entry -> !entry.isEmpty())
            .toList());
  }

  /**
   * The proxy for a request, if any.
   *
   * @throws HubException when its variable is not the address of an HTTP proxy
   */
  Optional<Proxy> forUri(URI uri) {
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    for (String entry : direct) {
      String bare = entry.startsWith("*.") ? entry.substring(1) : entry;
      String domain = bare.startsWith(".") ? bare : "." + bare;
      if (entry.equals("*")
          || ("." + host).endsWith(domain)
          || ("." + host + ":" + port).endsWith(domain)) {
        return Optional.empty();
      }
    }
    return (tls ? https : http).map(Proxies::parse);
  }

  private static Proxy parse(String text) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      if (uri.getHost() != null && "http".equalsIgnoreCase(uri.getScheme())) {
        String[] login = String.valueOf(uri.getRawUserInfo()).split(":", 2);
        boolean named = uri.getRawUserInfo() != null;
        return new Proxy(
            uri.getHost(),
            uri.getPort() >= 0 ? uri.getPort() : 80,
            named ? decode(login[0]) : "",
            named && login.length > 1 ? decode(login[1]) : "");
      }
    } catch (IllegalArgumentException e) {
      // said below, without the password that may be in it
    }
    throw new HubException(
        "The proxy for the hub (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY) is not the http address of one;"
            + " others, such as socks5, cannot be used.");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
