package io.vde.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vde.api.Problem.FieldError;
import io.vde.learn.SessionReader;
import io.vde.learn.SessionService;
import io.vde.learn.SessionService.Marks;
import io.vde.learn.SessionService.Outcome;
import io.vde.search.FilterParser;
import io.vde.search.NoSuchImageException;
import io.vde.search.QueryTerm;
import io.vde.search.SearchService;
import io.vde.store.Dataset;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.Page;
import io.vde.store.Session;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** Sessions: concepts being taught. */
@Path("/sessions")
@Tag(name = "Sessions")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class SessionsResource {
  private static final String BASE_REVISION =
      "409 when the session is not at this revision any more";

  private final SessionService sessions;
  private final SessionReader reader;
  private final SearchService search;

  SessionsResource(SessionService sessions, SessionReader reader, SearchService search) {
    this.sessions = sessions;
    this.reader = reader;
    this.search = search;
  }

  /** A new session. */
  @Schema(name = "SessionRequest")
  public record CreateBody(
      @Schema(description = "May be left out when there is only one", examples = "demo")
          String dataset,
      @Schema(required = true, implementation = QuerySchema.class)
          @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          List<TermBody> query,
      @Schema(description = "1 to 200 characters; made from the query when left out") String name,
      @Schema(defaultValue = "sgd") String method,
      @Schema(
              type = SchemaType.OBJECT,
              implementation = Object.class,
              description = "The part of the dataset it teaches on")
          JsonNode filter,
      @Schema(description = "Hits of the first page, 1 to 1000", defaultValue = "9")
          Integer limit) {}

  /** A new session and its first page. */
  @Schema(name = "SessionCreated")
  public record CreatedBody(
      @Schema(required = true) SessionBody session, @Schema(required = true) List<HitBody> hits) {}

  /** A change of a session. */
  @Schema(name = "SessionChange")
  public record ChangeBody(
      @Schema(description = "1 to 200 characters") String name,
      @Schema(description = "Refits the whole log") String method) {}

  /** One verdict; positive is read as a node, to tell null from absent. */
  @Schema(name = "Label")
  public record LabelBody(
      @Schema(required = true) String id,
      @Schema(
              required = true,
              nullable = true,
              type = SchemaType.BOOLEAN,
              implementation = Boolean.class,
              description = "true: right, false: wrong, null: unseen again")
          JsonNode positive) {}

  /** What a person said on a page. */
  @Schema(name = "LabelRequest")
  public record MarkBody(
      @Schema(description = "At most 10000 with skipped, each id once") List<LabelBody> labels,
      @Schema(description = "Ids shown and left unmarked") List<String> skipped,
      @Schema(description = "Hits of the next page, 1 to 1000", defaultValue = "9") Integer limit,
      @Schema(
              description =
                  "false stores the marks and returns at once, with no hits; true closes the round",
              defaultValue = "true")
          Boolean refit,
      @Schema(description = BASE_REVISION) Long baseRevision) {}

  /** What a call has led to. */
  @Schema(name = "LabelResponse")
  public record OutcomeBody(
      @Schema(required = true) SessionBody session,
      @Schema(required = true, description = "The most similar images that have not been seen")
          List<HitBody> hits,
      @Schema(required = true, description = "What the classifier has learnt from")
          LearnedBody learnedFrom,
      @Schema(required = true, description = "Milliseconds on the server") long tookMs) {}

  /** How many images the classifier has learnt from. */
  @Schema(name = "LearnedFrom")
  public record LearnedBody(
      @Schema(required = true) int positive, @Schema(required = true) int negative) {}

  /** A list of sessions. */
  @Schema(name = "SessionList")
  public record ListBody(
      @Schema(required = true) List<SessionBody> items,
      @Schema(required = true) long total,
      @Schema(required = true) int offset,
      @Schema(required = true) int limit) {}

  /** A verdict that stands. */
  @Schema(name = "StandingLabel")
  public record StandingBody(
      @Schema(required = true) String id,
      @Schema(required = true, nullable = true, description = "null: skipped") Boolean positive,
      @Schema(required = true, description = "The entry that gave it") long revision) {}

  /** A list of verdicts. */
  @Schema(name = "LabelList")
  public record LabelsBody(
      @Schema(required = true) List<StandingBody> items,
      @Schema(required = true) long total,
      @Schema(required = true) int offset,
      @Schema(required = true) int limit) {}

  /** One fit. */
  @Schema(name = "Round")
  public record RoundBody(
      @Schema(required = true, description = "The entry that holds it") long revision,
      @Schema(required = true) LearnedBody learnedFrom) {}

  /** A list of rounds. */
  @Schema(name = "RoundList")
  public record RoundsBody(
      @Schema(required = true) List<RoundBody> items,
      @Schema(required = true) long total,
      @Schema(required = true) int offset,
      @Schema(required = true) int limit) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(201)
  @Operation(summary = "Start teaching a concept", description = "Location has the new session.")
  @APIResponse(
      responseCode = "201",
      description = "Created",
      content = @Content(schema = @Schema(implementation = CreatedBody.class)))
  public RestResponse<CreatedBody> create(
      @RequestBody(
              required = true,
              content =
                  @Content(
                      schema = @Schema(implementation = CreateBody.class),
                      examples =
                          @ExampleObject(
                              name = "words",
                              value =
                                  """
                                  {"dataset": "demo", "query": {"text": "letters"}, "name": "Mail"}""")))
          CreateBody body) {
    if (body == null) {
      throw ProblemException.malformed("query", "is missing");
    }
    Dataset dataset = search.dataset(body.dataset());
    List<QueryTerm> terms = TermBody.resolved(body.query(), id -> reader.vectorFor(id, dataset));
    boolean filtered = body.filter() != null && !body.filter().isNull();
    Outcome outcome =
        sessions.create(
            new SessionService.Draft(
                dataset.name(),
                terms,
                Json.write(body.query().stream().map(SessionsResource::withoutBytes).toList()),
                body.name(),
                body.method(),
                FilterParser.parse(body.filter()),
                filtered ? body.filter().toString() : null),
            Params.limit(body.limit(), Params.DEFAULT_PAGE));
    SessionBody session = SessionBody.of(outcome.session());
    return RestResponse.ResponseBuilder.<CreatedBody>create(RestResponse.Status.CREATED)
        .location(URI.create("/sessions/" + session.id()))
        .entity(new CreatedBody(session, HitBody.of(session.dataset(), outcome.hits())))
        .build();
  }

  /** A picture's bytes have done their work once they are a vector. */
  private static TermBody withoutBytes(TermBody term) {
    return term.image() == null || term.image().base64() == null
        ? term
        : new TermBody(
            null, null, new ImageSource(null, new byte[0], null, null), null, null, term.weight());
  }

  @GET
  @Operation(summary = "All sessions, newest first")
  public ListBody list(@BeanParam Window window) {
    int from = window.from();
    int size = window.size();
    Page<Session> page = reader.list(from, size);
    return new ListBody(
        page.items().stream().map(SessionBody::of).toList(), page.total(), from, size);
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "A session")
  public SessionBody get(@RestPath String id) {
    return SessionBody.of(reader.session(id));
  }

  @PATCH
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Rename a session, or change its method")
  public SessionBody change(
      @RestPath String id,
      @RequestBody(
              required = true,
              content =
                  @Content(
                      schema = @Schema(implementation = ChangeBody.class),
                      examples =
                          @ExampleObject(
                              name = "rename",
                              value =
                                  """
                                  {"name": "Things to write with"}""")))
          ChangeBody body) {
    if (body == null || (body.name() == null && body.method() == null)) {
      throw ProblemException.malformed("name", "or method must be given");
    }
    return SessionBody.of(sessions.change(id, body.name(), body.method()));
  }

  @DELETE
  @Path("/{id}")
  @Operation(summary = "Delete a session with its log")
  @APIResponse(responseCode = "204", description = "Deleted")
  public void delete(@RestPath String id) {
    sessions.delete(id);
  }

  @GET
  @Path("/{id}/labels")
  @Operation(summary = "The verdicts that stand, newest first")
  public LabelsBody labels(@RestPath String id, @BeanParam Window window) {
    int from = window.from();
    int size = window.size();
    Page<SessionReader.Labelled> page = reader.labels(id, from, size);
    return new LabelsBody(
        page.items().stream()
            .map(l -> new StandingBody(l.imageId(), positive(l.verdict()), l.revision()))
            .toList(),
        page.total(),
        from,
        size);
  }

  private static Boolean positive(Verdict verdict) {
    return verdict == Verdict.SKIPPED ? null : (Boolean) (verdict == Verdict.POSITIVE);
  }

  @GET
  @Path("/{id}/rounds")
  @Operation(
      summary = "The rounds that count, newest first",
      description = "The first is what the present classifier has learnt from.")
  public RoundsBody rounds(@RestPath String id, @BeanParam Window window) {
    int from = window.from();
    int size = window.size();
    Page<SessionReader.Round> page = reader.rounds(id, from, size);
    return new RoundsBody(
        page.items().stream()
            .map(
                round ->
                    new RoundBody(
                        round.revision(), new LearnedBody(round.positive(), round.negative())))
            .toList(),
        page.total(),
        from,
        size);
  }

  @POST
  @Path("/{id}/label")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Mark images right or wrong, learn, and get the next page",
      description =
          "All or nothing. With refit (the default) the round is closed: all labels so far are learnt"
              + " at once and the hits are the most similar images that have not been seen. A call"
              + " that changes nothing appends nothing, so a retry is safe.")
  public OutcomeBody label(
      @RestPath String id,
      @RequestBody(
              required = true,
              content =
                  @Content(
                      schema = @Schema(implementation = MarkBody.class),
                      examples =
                          @ExampleObject(
                              name = "a page",
                              value =
                                  """
                                  {"labels": [{"id": "noto-2709-fe0f", "positive": true}, \
                                  {"id": "noto-1f524", "positive": false}], \
                                  "skipped": ["noto-1f521"], "limit": 9}""")))
          MarkBody body) {
    long start = System.nanoTime();
    if (body == null) {
      throw ProblemException.malformed("labels", "are missing");
    }
    Marks marks =
        new Marks(
            verdicts(body),
            !Boolean.FALSE.equals(body.refit()),
            Params.limit(body.limit(), Params.DEFAULT_PAGE),
            body.baseRevision());
    try {
      return outcome(sessions.mark(id, marks), start);
    } catch (NoSuchImageException e) {
      throw new ProblemException(
          ProblemType.NOT_FOUND, e.getMessage(), places(body, Set.copyOf(e.ids())));
    }
  }

  /** Where a call has these ids: whoever sent it can leave them out. */
  private static List<FieldError> places(MarkBody body, Set<String> ids) {
    List<FieldError> places = new ArrayList<>();
    int index = 0;
    for (LabelBody label : body.labels() == null ? List.<LabelBody>of() : body.labels()) {
      if (ids.contains(label.id())) {
        places.add(new FieldError("labels[%d].id".formatted(index), "is not in the dataset"));
      }
      index++;
    }
    index = 0;
    for (String id : body.skipped() == null ? List.<String>of() : body.skipped()) {
      if (ids.contains(id)) {
        places.add(new FieldError("skipped[%d]".formatted(index), "is not in the dataset"));
      }
      index++;
    }
    return places;
  }

  @POST
  @Path("/{id}/undo")
  @Operation(summary = "Take back the last call")
  public OutcomeBody undo(
      @RestPath String id,
      @Parameter(schema = @Schema(type = SchemaType.INTEGER, defaultValue = "9")) @RestQuery
          String limit,
      @Parameter(schema = @Schema(type = SchemaType.INTEGER), description = BASE_REVISION)
          @RestQuery
          String baseRevision) {
    long start = System.nanoTime();
    int size = Params.limit(limit, Params.DEFAULT_PAGE);
    return outcome(sessions.undo(id, size, Params.revision("baseRevision", baseRevision)), start);
  }

  @POST
  @Path("/{id}/redo")
  @Operation(summary = "Bring back the call last taken back")
  public OutcomeBody redo(
      @RestPath String id,
      @Parameter(schema = @Schema(type = SchemaType.INTEGER, defaultValue = "9")) @RestQuery
          String limit,
      @Parameter(schema = @Schema(type = SchemaType.INTEGER), description = BASE_REVISION)
          @RestQuery
          String baseRevision) {
    long start = System.nanoTime();
    int size = Params.limit(limit, Params.DEFAULT_PAGE);
    return outcome(sessions.redo(id, size, Params.revision("baseRevision", baseRevision)), start);
  }

  private static OutcomeBody outcome(Outcome outcome, long start) {
    SessionBody session = SessionBody.of(outcome.session());
    return new OutcomeBody(
        session,
        HitBody.of(session.dataset(), outcome.hits()),
        new LearnedBody(outcome.positive(), outcome.negative()),
        (System.nanoTime() - start) / 1_000_000);
  }

  private static Map<String, Verdict> verdicts(MarkBody body) {
    List<LabelBody> labels = body.labels() == null ? List.of() : body.labels();
    List<String> skipped = body.skipped() == null ? List.of() : body.skipped();
    if (labels.size() + skipped.size() > SessionService.MAX_MARKS) {
      throw ProblemException.malformed(
          "labels", "and skipped have more than %d ids".formatted(SessionService.MAX_MARKS));
    }
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    int index = 0;
    for (LabelBody label : labels) {
      String at = "labels[" + index++ + "]";
      if (label == null) {
        throw ProblemException.malformed(at, "is null");
      }
      put(verdicts, at + ".id", label.id(), verdict(at, label.positive()));
    }
    index = 0;
    for (String id : skipped) {
      put(verdicts, "skipped[" + index++ + "]", id, Verdict.SKIPPED);
    }
    return verdicts;
  }

  private static Verdict verdict(String at, JsonNode positive) {
    if (positive != null && positive.isNull()) {
      return Verdict.CLEARED;
    }
    if (positive == null || !positive.isBoolean()) {
      throw ProblemException.malformed(at + ".positive", "must be true, false or null");
    }
    return positive.booleanValue() ? Verdict.POSITIVE : Verdict.NEGATIVE;
  }

  private static void put(Map<String, Verdict> verdicts, String at, String id, Verdict verdict) {
    if (id == null) {
      throw ProblemException.malformed(at, "is missing");
    }
    if (verdicts.putIfAbsent(id, verdict) != null) {
      throw ProblemException.malformed(at, "'%s' is there twice".formatted(id));
    }
  }
}
