package io.vde.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Where the hub and its cache are, said by the same variables as for the Python tools, so that both
 * share what was downloaded.
 *
 * @param endpoint of the hub, without a slash at its end ({@code HF_ENDPOINT})
 * @param token sent to the endpoint and to nobody else ({@code HF_TOKEN}, or the file that {@code
 *     HF_TOKEN_PATH} names, or {@code token} in {@code HF_HOME})
 * @param cache the folder of all repositories ({@code HF_HUB_CACHE}, or {@code hub} in {@code
 *     HF_HOME})
 * @param offline no request may be made ({@code HF_HUB_OFFLINE})
 * @param links whether links may be made in the cache ({@code HF_HUB_DISABLE_SYMLINKS})
 * @param proxies {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY}
 */
record HubEnvironment(
    String endpoint,
    Optional<String> token,
    Path cache,
    boolean offline,
    boolean links,
    Proxies proxies) {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

  /**
   * Reads the variables.
   *
   * @param variables gives the value of a variable, or empty
   * @throws HubException when one of them makes no sense
   */
  static HubEnvironment of(Function<String, Optional<String>> variables) {
    Variables read = new Variables(variables);
    Path home =
        read.path("HF_HOME")
            .orElseGet(
                () ->
                    read.path("XDG_CACHE_HOME")
                        .orElseGet(() -> expand("~/.cache"))
                        .resolve("huggingface"));
    return new HubEnvironment(
        endpoint(read.value("HF_ENDPOINT").orElse(DEFAULT_ENDPOINT)),
        read.value("HF_TOKEN")
            .or(() -> tokenFile(read.path("HF_TOKEN_PATH").orElseGet(() -> home.resolve("token")))),
        read.path("HF_HUB_CACHE")
            .or(() -> read.path("HUGGINGFACE_HUB_CACHE"))
            .orElseGet(() -> home.resolve("hub")),
        read.flag("HF_HUB_OFFLINE"),
        !read.flag("HF_HUB_DISABLE_SYMLINKS"),
        Proxies.of(read::value));
  }

  /** The token must not get into a log by accident. */
  @Override
  public String toString() {
    return "HubEnvironment[endpoint=%s, cache=%s, offline=%s]".formatted(endpoint, cache, offline);
  }

  private static String endpoint(String text) {
    String bare = text.strip().replaceAll("/+$", "");
    try {
      URI uri = URI.create(bare);
      if (uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getScheme().matches("https?")) {
        return bare;
      }
    } catch (IllegalArgumentException | NullPointerException e) {
      // said below
    }
    throw new HubException("HF_ENDPOINT is not the http or https address of a hub: " + bare + ".");
  }

  private static Optional<String> tokenFile(Path file) {
    try {
      return Files.isRegularFile(file)
          ? Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty())
          : Optional.empty();
    } catch (IOException e) {
      throw new HubException("The file with the hub's token cannot be read: " + file + ".", e);
    }
  }

  private static Path expand(String text) {
    boolean home = text.equals("~") || text.startsWith("~/");
    return Path.of(home ? System.getProperty("user.home") + text.substring(1) : text)
        .toAbsolutePath()
        .normalize();
  }

  /** Variables of which an empty one is none. */
  private record Variables(Function<String, Optional<String>> source) {
    Optional<String> value(String name) {
      return source.apply(name).map(String::strip).filter(value -> !value.isEmpty());
    }

    Optional<Path> path(String name) {
      return value(name).map(HubEnvironment::expand);
    }

    boolean flag(String name) {
      return value(name)
          .map(value -> value.toUpperCase(java.util.Locale.ROOT))
          .filter(YES::contains)
          .isPresent();
    }
  }
}
