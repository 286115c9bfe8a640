package io.vde.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Where the hub and its cache are, said by the same variables as for the Python tools, so that both
 * share what was downloaded. Each is read when it is asked for: a proxy or a token that makes no
 * sense is no reason to refuse a model that is in the cache. What a variable holds is never shown,
 * for it may be a secret.
 */
final class HubEnvironment {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

  private final Function<String, Optional<String>> source;

  /**
   * Reads nothing yet.
   *
   * @param variables gives the value of a variable, or empty
   */
  HubEnvironment(Function<String, Optional<String>> variables) {
    this.source = variables;
  }

  /**
   * The address of the hub, without a slash at its end ({@code HF_ENDPOINT}).
   *
   * @throws HubException when it is none
   */
  String endpoint() {
    return endpoint(value("HF_ENDPOINT").orElse(DEFAULT_ENDPOINT));
  }

  /**
   * What is sent to the endpoint and to nobody else ({@code HF_TOKEN}, or the file that {@code
   * HF_TOKEN_PATH} names, or {@code token} in {@code HF_HOME}).
   *
   * @throws HubException when it cannot be read, or is none
   */
  Optional<String> token() {
    Optional<String> token =
        value("HF_TOKEN")
            .or(() -> tokenFile(path("HF_TOKEN_PATH").orElseGet(() -> home().resolve("token"))));
    // Whoever builds a header of it would refuse a line break with the whole value in the message.
    if (token.isPresent() && !token.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new HubException(
          "The hub's token (HF_TOKEN, or the file of it) has a blank, a line break or another"
              + " character that no token has.");
    }
    return token;
  }

  /** The folder of all repositories ({@code HF_HUB_CACHE}, or {@code hub} in {@code HF_HOME}). */
  Path cache() {
    return path("HF_HUB_CACHE")
        .or(() -> path("HUGGINGFACE_HUB_CACHE"))
        .orElseGet(() -> home().resolve("hub"));
  }

  /** Whether no request may be made ({@code HF_HUB_OFFLINE}). */
  boolean offline() {
    return flag("HF_HUB_OFFLINE");
  }

  /** Whether links may be made in the cache ({@code HF_HUB_DISABLE_SYMLINKS}). */
  boolean links() {
    return !flag("HF_HUB_DISABLE_SYMLINKS");
  }

  /** {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY}, {@code NO_PROXY}. */
  Proxies proxies() {
    return Proxies.of(this::value);
  }

  /** A variable of which an empty one is none. */
  private Optional<String> value(String name) {
    return source.apply(name).map(String::strip).filter(value -> !value.isEmpty());
  }

  private Optional<Path> path(String name) {
    return value(name).map(HubEnvironment::expand);
  }

  private boolean flag(String name) {
    return value(name)
        .map(value -> value.toUpperCase(Locale.ROOT))
        .filter(YES::contains)
        .isPresent();
  }

  private Path home() {
    return path("HF_HOME")
        .orElseGet(
            () ->
                path("XDG_CACHE_HOME").orElseGet(() -> expand("~/.cache")).resolve("huggingface"));
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
    throw new HubException(
        "HF_ENDPOINT is not the http or https address of a hub without a user, a password or a"
            + " query in it.");
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
}
