package io.vde.hub;

import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The answer at the end of a chain of redirects.
 *
 * @param response with a body that is still to be read, or thrown away by closing the connection
 * @param commit of the repository, from whichever answer of the chain named it; or null
 */
record HubAnswer(Response response, String commit) {
  int status() {
    return response.getStatus();
  }

  boolean isRedirect() {
    return switch (status()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  String header(String name) {
    return response.getHeaderString(name);
  }

  /** What names the content of a file: of the file behind a redirect, when there is one. */
  Optional<String> etag() {
    String linked = header("X-Linked-Etag");
    String etag = linked != null ? linked : isRedirect() ? null : header("ETag");
    return Optional.ofNullable(etag)
        .map(text -> text.replaceFirst("^W/", "").replace("\"", "").strip())
        .filter(text -> !text.isEmpty());
  }

  /** The size of a file, in bytes, as far as a HEAD request tells it. */
  OptionalLong size() {
    String linked = header("X-Linked-Size");
    return whole(linked != null ? linked : isRedirect() ? null : header("Content-Length"));
  }

  /** The size of the whole file of which a GET request gives all or the rest. */
  OptionalLong wholeSize() {
    String range = header("Content-Range");
    return whole(
        range != null ? range.substring(range.lastIndexOf('/') + 1) : header("Content-Length"));
  }

  InputStream body() {
    return response.readEntity(InputStream.class);
  }

  private static OptionalLong whole(String text) {
    return text != null && text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}
