package io.vde.hub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A hub on this machine with one repository. Speaks the protocol as the real one does: large files
 * are redirected to a store on another host (another port, here), small ones to another address of
 * the same host.
 */
public final class LocalHub implements AutoCloseable {
  /** What a request may meet instead of the usual answer. */
  @FunctionalInterface
  public interface Fault {
    /** Answers, or returns false to leave it to the hub. */
    boolean answer(HttpExchange exchange) throws IOException;
  }

  /**
   * A request that arrived.
   *
   * @param store whether it came to the store of large files
   */
  public record Request(boolean store, String method, String uri, Headers headers) {
    @Override
    public String toString() {
      return (store ? "store " : "hub ") + method + " " + uri;
    }
  }

  public static final String REPOSITORY = "owner/tiny-clip";
  private static final String PREFIX = "/" + REPOSITORY + "/resolve/";

  /** A signed address as stores have them: nobody may decode or reorder it. */
  private static final String SIGNATURE =
      "?X-Sign=a%2Bb%2F%3D&response-content-disposition=inline%3B+filename*%3DUTF-8%27%27a%7Bb%7D&~z";

  private final HttpServer hub;
  private final HttpServer store;
  private final ExecutorService serving = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> files = new TreeMap<>();
  private final int largeFrom;

  public final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Who may look; null for everybody. */
  public volatile String token;

  public volatile boolean hasList = true;
  public volatile String commit = "0123456789abcdef0123456789abcdef01234567";
  public volatile Fault hubFault = exchange -> false;
  public volatile Fault storeFault = exchange -> false;

  /**
   * Starts it.
   *
   * @param largeFrom bytes from which a file is a large one
   */
  public LocalHub(int largeFrom) throws IOException {
    this.largeFrom = largeFrom;
    hub = server(false);
    store = server(true);
  }

  public LocalHub put(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  public void remove(String path) {
    files.remove(path);
  }

  /** All files of a folder. */
  public LocalHub putFolder(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return this;
  }

  public byte[] content(String path) {
    return files.get(path);
  }

  public String endpoint() {
    return "http://localhost:" + hub.getAddress().getPort();
  }

  /** Requests for bodies of files. */
  public List<Request> downloads() {
    return requests.stream()
        .filter(request -> request.method().equals("GET") && !request.uri().startsWith("/api/"))
        .filter(request -> request.store() || request.uri().startsWith("/moved/"))
        .toList();
  }

  /** The ETag that a file has: its SHA-256 when it is large, git's SHA-1 when not. */
  public String etag(String path) {
    byte[] content = files.get(path);
    return content.length >= largeFrom
        ? digest("SHA-256", new byte[0], content)
        : digest(
            "SHA-1",
            ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII),
            content);
  }

  /** Answers without a body. */
  public static boolean refuse(HttpExchange exchange, int status, String code) throws IOException {
    if (code != null) {
      exchange.getResponseHeaders().set("X-Error-Code", code);
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
    return true;
  }

  /** Sends the first so many bytes of what was asked for, and cuts the connection. */
  public boolean cut(HttpExchange exchange, int bytes) throws IOException {
    byte[] content = stored(exchange);
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content, 0, bytes);
    exchange.getResponseBody().flush();
    exchange.close();
    return true;
  }

  /** What a request to the store is about. */
  public byte[] stored(HttpExchange exchange) {
    String etag = exchange.getRequestURI().getPath().replaceFirst("^.*/", "");
    return files.keySet().stream()
        .filter(path -> etag(path).equals(etag))
        .map(files::get)
        .findFirst()
        .orElseThrow();
  }

  /** Answers with a file, or with the part of it that Range asks for. */
  public static void send(HttpExchange exchange, byte[] content) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(content, from, content.length - from);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
    serving.shutdownNow();
  }

  private HttpServer server(boolean forStore) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
    server.setExecutor(serving);
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              new Request(
                  forStore,
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders()));
          if (forStore) {
            if (!storeFault.answer(exchange)) {
              serveStore(exchange);
            }
          } else if (!hubFault.answer(exchange)) {
            serve(exchange);
          }
        });
    server.start();
    return server;
  }

  private void serveStore(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().toString().endsWith(SIGNATURE)) {
      send(exchange, stored(exchange));
    } else {
      refuse(exchange, 403, null);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String sent = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null && !("Bearer " + token).equals(sent)) {
      refuse(exchange, 401, "RepoNotFound");
    } else if (hasList && path.equals("/api/models/" + REPOSITORY + "/revision/main")) {
      send(exchange, list());
    } else if (path.startsWith(PREFIX + "main/") || path.startsWith(PREFIX + commit + "/")) {
      resolve(exchange, path.substring(path.indexOf('/', PREFIX.length()) + 1));
    } else if (path.startsWith("/moved/")) {
      exchange.getResponseHeaders().set("ETag", '"' + etag(path.substring(7)) + '"');
      byte[] content = files.get(path.substring(7));
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
      } else {
        send(exchange, content);
      }
    } else {
      refuse(exchange, 404, path.startsWith("/api/") ? null : "RepoNotFound");
    }
  }

  private void resolve(HttpExchange exchange, String path) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("X-Repo-Commit", commit);
    byte[] content = files.get(path);
    if (content == null) {
      refuse(exchange, 404, "EntryNotFound");
    } else if (content.length >= largeFrom) {
      headers.set("X-Linked-ETag", '"' + etag(path) + '"');
      headers.set("X-Linked-Size", Integer.toString(content.length));
      redirect(
          exchange,
          "http://localhost:%d/%s%s"
              .formatted(store.getAddress().getPort(), etag(path), SIGNATURE));
    } else {
      redirect(exchange, "/moved/" + path);
    }
  }

  private static void redirect(HttpExchange exchange, String target) throws IOException {
    exchange.getResponseHeaders().set("Location", target);
    refuse(exchange, 302, null);
  }

  private byte[] list() throws IOException {
    List<Map<String, String>> siblings = new ArrayList<>();
    files.keySet().forEach(path -> siblings.add(Map.of("rfilename", path)));
    return new ObjectMapper()
        .writeValueAsBytes(Map.of("id", REPOSITORY, "sha", commit, "siblings", siblings));
  }

  private static String digest(String algorithm, byte[] head, byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(head);
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
