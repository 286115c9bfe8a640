package io.vde.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vde.ingest.DatasetService;
import io.vde.ingest.Progress;
import io.vde.store.DatasetStatus;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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

/** Datasets. */
@Path("/datasets")
@Tag(name = "Datasets")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class DatasetsResource {
  private final DatasetService datasets;

  DatasetsResource(DatasetService datasets) {
    this.datasets = datasets;
  }

  /** A new dataset. */
  @Schema(name = "DatasetRequest")
  public record CreateBody(
      @Schema(required = true, pattern = DatasetService.NAME_PATTERN, examples = "holidays")
          String name,
      @Schema(description = "At most 1000 characters") String description) {}

  /** A dataset. */
  @Schema(name = "Dataset")
  public record DatasetBody(
      @Schema(required = true) String name,
      @Schema(required = true) String description,
      @Schema(required = true) String model,
      @Schema(required = true) int dimension,
      @Schema(required = true, description = "Committed images") long images,
      @Schema(required = true) DatasetState state,
      @Schema(required = true, nullable = true, description = "Of the import that runs or ran last")
          ProgressBody progress,
      @Schema(required = true) IndexBody index,
      @Schema(required = true, description = "Size of records and vectors on disk; -1: not known")
          long bytes,
      @Schema(required = true) Instant createdAt) {

    static DatasetBody of(DatasetStatus status, Progress progress) {
      return new DatasetBody(
          status.dataset().name(),
          status.dataset().description(),
          status.dataset().model(),
          status.dataset().dimension(),
          status.images(),
          DatasetState.of(progress),
          progress == null
              ? null
              : new ProgressBody(
                  progress.done(), progress.total(), progress.failed(), progress.fault()),
          new IndexBody(status.index().name().toLowerCase(Locale.ROOT), status.reason()),
          status.bytes(),
          status.dataset().createdAt());
    }
  }

  /** What is going on in a dataset. */
  public enum DatasetState {
    ready,
    importing,
    failed;

    static DatasetState of(Progress progress) {
      if (progress == null) {
        return ready;
      }
      return progress.fault() != null ? failed : progress.running() ? importing : ready;
    }
  }

  /** How far an import is. */
  @Schema(name = "Progress")
  public record ProgressBody(
      @Schema(required = true) long done,
      @Schema(required = true) long total,
      @Schema(required = true) long failed,
      @Schema(required = true, nullable = true, description = "Why the import ended early")
          String reason) {}

  /** State of the vector index. */
  @Schema(name = "Index")
  public record IndexBody(
      @Schema(
              required = true,
              enumeration = {"ready", "building", "failed"})
          String state,
      @Schema(required = true, nullable = true) String reason) {}

  /** A list of datasets. */
  @Schema(name = "DatasetList")
  public record ListBody(
      @Schema(required = true) List<DatasetBody> items,
      @Schema(required = true) long total,
      @Schema(required = true) int offset,
      @Schema(required = true) int limit) {}

  @GET
  @Operation(summary = "All datasets, newest first")
  public ListBody list(@BeanParam Window window) {
    int from = window.from();
    int size = window.size();
    List<DatasetStatus> all = datasets.list();
    return new ListBody(
        all.stream().skip(from).limit(size).map(this::body).toList(), all.size(), from, size);
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(201)
  @Operation(
      summary = "Make an empty dataset",
      description = "Its model and dimension are the running model's.")
  @APIResponse(
      responseCode = "201",
      description = "Created",
      content = @Content(schema = @Schema(implementation = DatasetBody.class)))
  public RestResponse<DatasetBody> create(
      @RequestBody(
              required = true,
              content =
                  @Content(
                      schema = @Schema(implementation = CreateBody.class),
                      examples =
                          @ExampleObject(
                              name = "a dataset",
                              value =
                                  """
                                  {"name": "holidays", "description": "Our pictures"}""")))
          CreateBody body) {
    if (body == null || body.name() == null) {
      throw ProblemException.malformed("name", "is missing");
    }
    DatasetStatus made =
        datasets.create(body.name(), body.description() == null ? "" : body.description());
    return RestResponse.ResponseBuilder.<DatasetBody>create(RestResponse.Status.CREATED)
        .location(URI.create("/datasets/" + body.name()))
        .entity(body(made))
        .build();
  }

  @GET
  @Path("/{name}")
  @Operation(summary = "A dataset, with the progress of its import")
  public DatasetBody get(@RestPath String name) {
    return body(datasets.status(name));
  }

  @DELETE
  @Path("/{name}")
  @Operation(
      summary = "Delete a dataset with its images",
      description = "409 when sessions teach on it, unless sessions=delete.")
  @APIResponse(responseCode = "204", description = "Deleted")
  public void delete(
      @RestPath String name,
      @Parameter(
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"keep", "delete"},
                      defaultValue = "keep"))
          @RestQuery
          String sessions) {
    boolean withSessions =
        switch (sessions == null ? "keep" : sessions) {
          case "keep" -> false;
          case "delete" -> true;
          default -> throw ProblemException.malformed("sessions", "must be keep or delete");
        };
    datasets.delete(name, withSessions);
  }

  private DatasetBody body(DatasetStatus status) {
    return DatasetBody.of(status, datasets.progress(status.dataset().name()));
  }
}
