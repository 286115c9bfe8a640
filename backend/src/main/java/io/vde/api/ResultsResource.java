package io.vde.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vde.learn.SessionReader;
import io.vde.learn.SessionReader.Classifier;
import io.vde.learn.SessionReader.Ranking;
import io.vde.store.Session;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** What a session has learnt: its ranking of the dataset, its classifier, its export. */
@Path("/sessions/{id}")
@Tag(name = "Sessions")
@RunOnVirtualThread
public class ResultsResource {
  private final SessionReader sessions;

  ResultsResource(SessionReader sessions) {
    this.sessions = sessions;
  }

  /** A part of a ranking. */
  @Schema(name = "Results")
  public record ResultsBody(
      @Schema(required = true) String session,
      @Schema(required = true) String dataset,
      @Schema(required = true, description = "Page on with this one: the order stays")
          long revision,
      @Schema(required = true) int offset,
      @Schema(required = true) int limit,
      @Schema(required = true) long total,
      @Schema(required = true, description = "Labelled images have a label") List<HitBody> hits) {}

  /** A classifier, to be used anywhere. */
  @Schema(name = "Classifier")
  public record ClassifierBody(
      @Schema(required = true) String session,
      @Schema(required = true) long revision,
      @Schema(required = true) String dataset,
      @Schema(required = true) String model,
      @Schema(required = true) int dimension,
      @Schema(required = true) String method,
      @Schema(required = true, type = SchemaType.ARRAY, implementation = TermBody.class)
          JsonNode query,
      @Schema(
              required = true,
              description = "Unit length: the dot product with an image's vector is its score")
          float[] weights,
      @Schema(required = true, description = "What it has learnt from")
          SessionsResource.LearnedBody labels,
      @Schema(required = true, nullable = true, implementation = Object.class)
          JsonNode calibration) {}

  @GET
  @EndsWithItsClient
  @Path("/results")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "The dataset ranked by the classifier, labelled images included",
      description = "Paged without a cap. An older revision stays answerable.")
  public ResultsBody results(
      @RestPath String id,
      @Parameter(
              schema = @Schema(type = SchemaType.INTEGER),
              description = "Left out: the present one")
          @RestQuery
          String revision,
      @BeanParam Window window) {
    int from = window.from();
    int size = window.size();
    Ranking ranking = sessions.results(id, Params.revision("revision", revision), from, size);
    String dataset = ranking.session().dataset();
    return new ResultsBody(
        id,
        dataset,
        ranking.revision(),
        from,
        size,
        ranking.result().total(),
        ranking.result().hits().stream()
            .map(hit -> HitBody.of(dataset, hit, ranking.verdicts().get(hit.image().id())))
            .toList());
  }

  @GET
  @Path("/classifier")
  @Produces({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
  @Operation(
      summary = "The classifier",
      description = "format=dl4j gives a zip that DL4J's MultiLayerNetwork.load reads.")
  @APIResponse(
      responseCode = "200",
      description = "The classifier",
      content = @Content(schema = @Schema(implementation = ClassifierBody.class)))
  public Response classifier(
      @RestPath String id,
      @Parameter(
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"json", "dl4j"},
                      defaultValue = "json"))
          @RestQuery
          String format) {
    Classifier classifier = sessions.classifier(id);
    return switch (format == null ? "json" : format) {
      case "json" -> Response.ok(body(classifier)).type(MediaType.APPLICATION_JSON).build();
      case "dl4j" ->
          Response.ok(sessions.dl4j(classifier))
              .type(MediaType.APPLICATION_OCTET_STREAM)
              .header("Content-Disposition", "attachment; filename=\"" + id + ".dl4j.zip\"")
              .build();
      default -> throw ProblemException.malformed("format", "must be json or dl4j");
    };
  }

  private static ClassifierBody body(Classifier classifier) {
    Session session = classifier.session();
    return new ClassifierBody(
        session.id(),
        classifier.revision(),
        session.dataset(),
        session.model(),
        classifier.weights().length,
        session.method(),
        Json.read(session.query()),
        classifier.weights(),
        new SessionsResource.LearnedBody(classifier.positive(), classifier.negative()),
        null);
  }

  @GET
  @EndsWithItsClient
  @Path("/export")
  @Operation(summary = "Every image with score and label, in the order of score")
  @APIResponse(
      responseCode = "200",
      description = "One line an image; csv has a header",
      content = {
        @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)),
        @Content(mediaType = "application/x-ndjson", schema = @Schema(type = SchemaType.STRING))
      })
  public Response export(
      @RestPath String id,
      @Parameter(
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"csv", "jsonl"},
                      defaultValue = "csv"))
          @RestQuery
          String format) {
    ExportFormat to =
        switch (format == null ? "csv" : format) {
          case "csv" -> ExportFormat.CSV;
          case "jsonl" -> ExportFormat.JSONL;
          default -> throw ProblemException.malformed("format", "must be csv or jsonl");
        };
    // An unknown session is a 404, which a stream that has begun could not say.
    sessions.session(id);
    StreamingOutput body = out -> to.write(out, line -> sessions.export(id, line));
    return Response.ok(body)
        .type(to.mediaType)
        .header("Content-Disposition", "attachment; filename=\"" + id + to.suffix + "\"")
        .build();
  }
}
