package io.vde.api;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The SPA's one page, for the addresses that only the SPA knows. */
@Singleton
final class SpaPage {
  private final byte[] html;

  SpaPage() {
    try (InputStream in =
        Thread.currentThread()
            .getContextClassLoader()
            .getResourceAsStream("META-INF/resources/index.html")) {
      html = in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a browser asks for a page to show (not a file, not one of the tools under /q). */
  boolean isMeant(String method, String path, String accept) {
    return html != null
        && (method.equals("GET") || method.equals("HEAD"))
        && accept != null
        && accept.contains("text/html")
        && !path.startsWith("/q/")
        && path.lastIndexOf('.') <= path.lastIndexOf('/');
  }

  byte[] html() {
    return html;
  }
}
