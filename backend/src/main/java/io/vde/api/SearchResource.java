package io.vde.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vde.learn.SessionReader;
import io.vde.search.FilterParser;
import io.vde.search.SearchService;
import io.vde.store.Dataset;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** Search by words, pictures, vectors and what sessions have learnt. */
@Path("/search")
@Tag(name = "Search")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class SearchResource {
  private static final int DEEPEST = 10_000;
  private static final int MAX_EXCLUDE = 10_000;

  private final SearchService search;
  private final SessionReader sessions;

  SearchResource(SearchService search, SessionReader sessions) {
    this.search = search;
    this.sessions = sessions;
  }

  /** A search. */
  @Schema(name = "SearchRequest")
  public record Request(
      @Schema(description = "May be left out when there is only one", examples = "demo")
          String dataset,
      @Schema(required = true, implementation = QuerySchema.class)
          @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          List<TermBody> query,
      @Schema(description = "1 to 1000", defaultValue = "24") Integer limit,
      @Schema(description = "offset + limit is at most 10000", defaultValue = "0") Integer offset,
      @Schema(description = "At most 10000 ids; unknown ones are ignored") List<String> exclude,
      @Schema(
              type = SchemaType.OBJECT,
              implementation = Object.class,
              description = "A condition on metadata: and, or, not, or field, op and value")
          JsonNode filter,
      @Schema(defaultValue = "false") Boolean includeVectors) {}

  /** What a search finds. */
  @Schema(name = "SearchResponse")
  public record Response(
      @Schema(required = true) String dataset,
      @Schema(required = true) String model,
      @Schema(required = true) int offset,
      @Schema(required = true) int limit,
      @Schema(required = true, description = "Images that match, less the excluded ones")
          long total,
      @Schema(required = true) List<HitBody> hits,
      @Schema(required = true, description = "Milliseconds on the server") long tookMs) {}

  @POST
  @EndsWithItsClient
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "The images nearest to a query",
      description =
          "Terms are scaled to unit length, weighted, added and scaled again. Hits are in the order"
              + " of distance, then id.")
  public Response search(
      @RequestBody(
              required = true,
              content =
                  @Content(
                      schema = @Schema(implementation = Request.class),
                      examples = {
                        @ExampleObject(
                            name = "words",
                            value =
                                """
                                {"dataset": "demo", "query": {"text": "red heart"}, "limit": 5}"""),
                        @ExampleObject(
                            name = "more like this, but less like that",
                            value =
                                """
                                {"dataset": "demo", "query": [{"imageId": "noto-1f3bb"}, \
                                {"text": "guitar", "weight": -0.5}], "limit": 5}"""),
                        @ExampleObject(
                            name = "within a part of the dataset",
                            value =
                                """
                                {"dataset": "demo", "query": {"text": "something round"}, "limit": 5, \
                                "filter": {"and": [{"field": "style", "op": "eq", "value": "noto"}, \
                                {"not": {"field": "group", "op": "in", "value": ["flags", "symbols"]}}]}}""")
                      }))
          Request request) {
    if (request == null) {
      throw ProblemException.malformed("query", "is missing");
    }
    return found(request);
  }

  @GET
  @EndsWithItsClient
  @Operation(summary = "The images nearest to some words")
  public Response searchByText(
      @Parameter(required = true, description = "Words", example = "red heart") @RestQuery String q,
      @Parameter(description = "May be left out when there is only one", example = "demo")
          @RestQuery
          String dataset,
      @BeanParam Window window) {
    if (q == null) {
      throw ProblemException.malformed("q", "is missing");
    }
    return found(
        new Request(
            dataset,
            List.of(new TermBody(q, null, null, null, null, null)),
            window.size(),
            window.from(),
            null,
            null,
            false));
  }

  private Response found(Request request) {
    long start = System.nanoTime();
    int limit = Params.limit(request.limit(), Params.DEFAULT_LIMIT);
    int offset = request.offset() == null ? 0 : request.offset();
    if (offset < 0 || offset > DEEPEST - limit) {
      throw ProblemException.malformed(
          "offset", "must be 0 or more, and offset + limit at most " + DEEPEST);
    }
    List<String> exclude = request.exclude() == null ? List.of() : request.exclude();
    if (exclude.size() > MAX_EXCLUDE || exclude.stream().anyMatch(Objects::isNull)) {
      throw ProblemException.malformed(
          "exclude", "must be a list of at most " + MAX_EXCLUDE + " ids");
    }
    Dataset dataset = search.dataset(request.dataset());
    var filter = FilterParser.parse(request.filter());
    float[] vector =
        search.encode(
            dataset, TermBody.resolved(request.query(), id -> sessions.vectorFor(id, dataset)));
    SearchResult result =
        search.nearest(
            dataset,
            new SearchQuery(
                vector,
                offset,
                limit,
                Set.copyOf(exclude),
                filter,
                Boolean.TRUE.equals(request.includeVectors()),
                true));
    return new Response(
        dataset.name(),
        dataset.model(),
        offset,
        limit,
        result.total(),
        HitBody.of(dataset.name(), result.hits()),
        (System.nanoTime() - start) / 1_000_000);
  }
}
