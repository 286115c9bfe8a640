package io.vde.hub;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A repository as the hub knows it. Its files are known from the hub's list, or, where a mirror has
 * no list, by asking for each.
 */
final class RemoteRepository implements RepositoryFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A list longer than this is none. */
  private static final int MAX_LIST_BYTES = 32 << 20;

  private final Repository repository;
  private final HubEnvironment environment;
  private final HubConnection connection;
  private final HubConfig config;
  private final int retries;
  private final Map<String, Optional<RemoteFile>> asked = new HashMap<>();

  /** The paths of all files, or null when the hub has no list. */
  private final Set<String> list;

  private String commit;

  private RemoteRepository(
      Repository repository,
      HubEnvironment environment,
      HubConnection connection,
      HubConfig config,
      int retries) {
    this.repository = repository;
    this.environment = environment;
    this.connection = connection;
    this.config = config;
    this.retries = retries;
    this.list = readList();
  }

  /**
   * Asks the hub for a repository.
   *
   * @param retries of each request that fails for a passing reason
   * @throws HubException when it is not there, not for us, or the hub cannot be reached
   */
  static RemoteRepository open(
      Repository repository,
      HubEnvironment environment,
      HubConnection connection,
      HubConfig config,
      int retries) {
    return new RemoteRepository(repository, environment, connection, config, retries);
  }

  /** The commit that the revision stands for; known when there is a list, or after a first file. */
  String commit() {
    if (commit == null) {
      throw new IllegalStateException("no file was asked for");
    }
    return commit;
  }

  @Override
  public boolean has(String path) {
    return list != null ? list.contains(path) : find(path).isPresent();
  }

  /**
   * Describes a file.
   *
   * @throws HubException when the repository does not have it
   */
  RemoteFile describe(String path) {
    return find(path)
        .orElseThrow(() -> new HubException("%s has no file %s.".formatted(repository, path)));
  }

  /** Where the content of a file is. */
  URI address(String path) {
    // Without a list the hub is a simple mirror, which may know no commits.
    String revision = list != null ? commit : repository.revision();
    StringBuilder address =
        new StringBuilder(environment.endpoint())
            .append('/')
            .append(repository.name())
            .append("/resolve/")
            .append(encode(revision));
    for (String part : path.split("/", -1)) {
      address.append('/').append(encode(part));
    }
    return URI.create(address.toString());
  }

  /** A refusal as a sentence that says what to do. */
  HubException refusal(HubAnswer answer, String what) {
    String code = String.valueOf(answer.header("X-Error-Code"));
    String place = environment.endpoint() + "/" + repository.name();
    boolean token = environment.token().isPresent();
    int status = code.equals("GatedRepo") ? 403 : answer.status();
    return new HubException(
        switch (status) {
          case 401 ->
              "The hub does not show %s%s."
                  .formatted(
                      repository,
                      token
                          ? " to the token it was given (HF_TOKEN), or does not have it"
                          : ": it does not exist, or is private and needs HF_TOKEN");
          case 403 ->
              "%s is gated or private: accept its conditions at %s and set HF_TOKEN to a token that may read it."
                  .formatted(repository, place);
          case 404 ->
              switch (code) {
                case "RevisionNotFound" ->
                    "%s has no revision %s.".formatted(place, repository.revision());
                case "RepoNotFound" -> "There is no %s.".formatted(place);
                default -> "%s has no %s.".formatted(repository, what);
              };
          default ->
              "The hub answers with status %d for the %s of %s."
                  .formatted(status, what, repository);
        });
  }

  private Optional<RemoteFile> find(String path) {
    return asked.computeIfAbsent(path, this::ask);
  }

  private Optional<RemoteFile> ask(String path) {
    HubAnswer answer = patiently(() -> Retries.checked(connection.head(address(path))));
    if (answer.status() == 404 && !isOfRepository(answer)) {
      adopt(answer);
      return Optional.empty();
    }
    if (answer.status() != 200 && !answer.isRedirect()) {
      throw refusal(answer, "file " + path);
    }
    adopt(answer);
    if (commit == null) {
      throw new HubException(
          "%s is not a model hub: its answer has no X-Repo-Commit."
              .formatted(environment.endpoint()));
    }
    RemoteFile file =
        answer
            .etag()
            .filter(name -> name.length() <= 200 && name.matches("[A-Za-z0-9][A-Za-z0-9._+=-]*"))
            .map(etag -> new RemoteFile(path, etag, answer.size()))
            .filter(found -> found.namesContent() || found.size().isPresent())
            .orElseThrow(
                () ->
                    new HubException(
                        "The hub does not say what %s of %s holds: no usable ETag."
                            .formatted(path, repository)));
    return Optional.of(file);
  }

  private void adopt(HubAnswer answer) {
    String named = answer.commit();
    if (named == null) {
      return;
    }
    if (!Repository.isCommit(named)) {
      throw new HubException("The hub names a commit that is none.");
    }
    if (commit != null && !commit.equals(named)) {
      throw new HubException(
          repository + " was changed while it was being downloaded; start again.");
    }
    commit = named;
  }

  private Set<String> readList() {
    URI address =
        URI.create(
            "%s/api/models/%s/revision/%s"
                .formatted(
                    environment.endpoint(), repository.name(), encode(repository.revision())));
    return patiently(
        () -> {
          HubAnswer answer = Retries.checked(connection.get(address, 0));
          return switch (answer.status()) {
            case 200 -> parse(answer);
            case 404 -> {
              if (isOfRepository(answer)) {
                throw refusal(answer, "list of files");
              }
              yield null;
            }
            case 400, 405, 410, 501 -> null;
            default -> throw refusal(answer, "list of files");
          };
        });
  }

  private Set<String> parse(HubAnswer answer) throws IOException {
    JsonNode root;
    try (InputStream in = answer.body()) {
      root = JSON.readTree(in.readNBytes(MAX_LIST_BYTES));
    } catch (JacksonException e) {
      return null; // some page, from a mirror that answers everything
    }
    String sha = root.path("sha").asText();
    if (!Repository.isCommit(sha) || !root.path("siblings").isArray()) {
      return null;
    }
    commit = sha;
    Set<String> paths = new HashSet<>();
    for (JsonNode file : root.path("siblings")) {
      String path = file.path("rfilename").asText();
      if (SafePaths.isRelative(path)) {
        paths.add(path);
      }
    }
    return paths;
  }

  /** Whether a 404 is about the repository or its revision, and not about a file or an address. */
  private static boolean isOfRepository(HubAnswer answer) {
    String code = String.valueOf(answer.header("X-Error-Code"));
    return code.equals("RepoNotFound") || code.equals("RevisionNotFound");
  }

  private <T> T patiently(Request<T> request) {
    Retries patience = new Retries(retries, config.retryPause().toMillis());
    while (true) {
      try {
        return request.run();
      } catch (IOException e) {
        patience.pause(e);
      }
    }
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Something that goes over the network. */
  @FunctionalInterface
  private interface Request<T> {
    T run() throws IOException;
  }
}
