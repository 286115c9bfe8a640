package io.vde.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vde.api.MultipartBodies.FilePart;
import io.vde.api.MultipartBodies.Parts;
import io.vde.ingest.DatasetService;
import io.vde.ingest.DatasetService.Original;
import io.vde.ingest.Metadata;
import io.vde.ingest.NewImage;
import io.vde.ingest.NewImage.Bytes;
import io.vde.ingest.Outcome;
import io.vde.ingest.Pipeline;
import io.vde.media.Thumbnail;
import io.vde.search.NoSuchImageException;
import io.vde.store.ImageRecord;
import io.vde.store.Page;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** The images of a dataset. */
@Path("/datasets/{name}/images")
@Tag(name = "Datasets")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class ImagesResource {
  static final long MAX_FILE_BYTES = 50_000_000;
  static final int MAX_FILES = 1000;
  static final String TOO_LARGE = "The file is larger than 50 MB";

  private final DatasetService datasets;
  private final Pipeline pipeline;
  private final MultipartBodies bodies;
  private final ObjectMapper json;

  ImagesResource(
      DatasetService datasets, Pipeline pipeline, MultipartBodies bodies, ObjectMapper json) {
    this.datasets = datasets;
    this.pipeline = pipeline;
    this.bodies = bodies;
    this.json = json;
  }

  /** A list of images. */
  @Schema(name = "ImageList")
  public record ListBody(
      @Schema(required = true) List<ImageBody> items,
      @Schema(required = true) long total,
      @Schema(required = true) int offset,
      @Schema(required = true) int limit) {}

  /** What became of the files, in their order. */
  @Schema(name = "UploadResponse")
  public record UploadedBody(@Schema(required = true) List<UploadedItem> items) {}

  /** What became of one file. */
  @Schema(name = "UploadedItem")
  public record UploadedItem(
      @Schema(required = true) int index,
      @Schema(required = true, nullable = true) String id,
      @Schema(
              required = true,
              enumeration = {"created", "replaced", "unchanged", "failed"})
          String status,
      @Schema(description = "Why it failed") @JsonInclude(JsonInclude.Include.NON_NULL)
          String error) {}

  /** The form of an upload, for the documentation. */
  @Schema(name = "UploadForm")
  public record UploadForm(
      @Schema(required = true, description = "Image files, at most 1000 of at most 50 MB")
          List<InputStream> file,
      @Schema(
              description =
                  "JSON keyed by file name: {\"cat.jpg\": {\"id\": …, \"url\": …, \"metadata\": {…}}}")
          String metadata) {}

  /** What a caller says of a file. */
  private record Described(String id, String url, JsonNode metadata) {}

  @GET
  @Operation(summary = "The images of a dataset, newest first")
  public ListBody list(@RestPath String name, @BeanParam Window window) {
    int from = window.from();
    int size = window.size();
    Page<ImageRecord> page = datasets.images(name, from, size);
    return new ListBody(
        page.items().stream().map(image -> ImageBody.of(name, image)).toList(),
        page.total(),
        from,
        size);
  }

  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(
      summary = "Upload images",
      description =
          "Each file has an answer of its own. What is created or replaced is stored when the answer"
              + " is sent.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.MULTIPART_FORM_DATA,
              schema = @Schema(implementation = UploadForm.class)))
  public UploadedBody upload(@RestPath String name, @Context HttpHeaders headers, InputStream body)
      throws IOException {
    try (Parts parts = bodies.read(headers, body, MAX_FILES, Set.of("metadata"))) {
      return upload(name, parts);
    }
  }

  private UploadedBody upload(String name, Parts parts) {
    datasets.status(name);
    Map<String, Described> described = described(parts.fields().get("metadata"));
    List<NewImage> images = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (FilePart part : parts.files()) {
      names.add(part.name());
      images.add(image(part, described.get(part.name())));
    }
    if (images.isEmpty()) {
      throw ProblemException.malformed("file", "must be there 1 to " + MAX_FILES + " times");
    }
    for (String file : described.keySet()) {
      if (!names.contains(file)) {
        throw ProblemException.malformed(
            "metadata", "names '%s', which is no file".formatted(file));
      }
    }
    List<UploadedItem> items = new ArrayList<>();
    for (Outcome outcome : pipeline.add(name, images)) {
      items.add(
          new UploadedItem(
              items.size(),
              outcome.id(),
              outcome.status().name().toLowerCase(Locale.ROOT),
              outcome.error()));
    }
    return new UploadedBody(items);
  }

  private Map<String, Described> described(String metadata) {
    if (metadata == null || metadata.isBlank()) {
      return Map.of();
    }
    try {
      return json.readerForMapOf(Described.class).readValue(metadata);
    } catch (JsonProcessingException e) {
      throw ProblemException.malformed(
          "metadata",
          "must be JSON: file name to an object with id, url and metadata, each optional");
    }
  }

  private static NewImage image(FilePart part, Described described) {
    Bytes bytes = part.isTooLarge() ? new Bytes.Missing(TOO_LARGE) : new Bytes.InFile(part.path());
    if (described == null) {
      return new NewImage(null, null, Map.of(), bytes);
    }
    try {
      return new NewImage(
          described.id(), described.url(), Metadata.of(described.metadata()), bytes);
    } catch (IllegalArgumentException e) {
      return new NewImage(
          described.id(), described.url(), Map.of(), new Bytes.Missing(e.getMessage()));
    }
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "An image, with its vector")
  public ImageBody get(@RestPath String name, @RestPath String id) {
    return ImageBody.of(name, image(name, id));
  }

  @DELETE
  @Path("/{id}")
  @Operation(summary = "Delete an image")
  @APIResponse(responseCode = "204", description = "Deleted")
  public void delete(@RestPath String name, @RestPath String id) {
    if (!datasets.deleteImage(name, id)) {
      throw new NoSuchImageException(name, id);
    }
  }

  @GET
  @Path("/{id}/file")
  @Produces({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
  @Operation(summary = "Our copy of the image's bytes, as they came")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content = @Content(mediaType = "image/*", schema = @Schema(format = "binary")))
  @APIResponse(responseCode = "304", description = "If-None-Match names the present bytes")
  public Response file(@RestPath String name, @RestPath String id, @Context Request request) {
    ImageRecord image = image(name, id);
    Original original = datasets.original(image);
    return cached(request, image, "no-cache", original.file(), original.mediaType());
  }

  @GET
  @Path("/{id}/thumbnail")
  @Produces({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
  @Operation(summary = "A thumbnail, longest side at most 256 pixels")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content = @Content(mediaType = "image/*", schema = @Schema(format = "binary")))
  @APIResponse(responseCode = "304", description = "If-None-Match names the present bytes")
  public Response thumbnail(
      @RestPath String name,
      @RestPath String id,
      @Parameter(description = "Any value: the address may then be cached for good") @RestQuery
          String v,
      @Context Request request) {
    ImageRecord image = image(name, id);
    Thumbnail thumbnail = datasets.thumbnail(image);
    return cached(
        request,
        image,
        v == null ? "no-cache" : "private, max-age=31536000, immutable",
        switch (thumbnail) {
          case Thumbnail.Kept kept -> kept.file();
          case Thumbnail.Unkept unkept -> unkept.bytes();
        },
        thumbnail.mediaType());
  }

  /** The bytes decide: an address whose bytes have not changed need not be sent again. */
  private static Response cached(
      Request request, ImageRecord image, String cacheControl, Object bytes, String mediaType) {
    EntityTag tag = new EntityTag(image.sha256());
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    Response.ResponseBuilder response =
        unchanged != null ? unchanged : Response.ok(bytes).type(mediaType);
    return response
        .tag(tag)
        .header("Cache-Control", cacheControl)
        // Whatever the bytes are, they are no page: nothing in them runs.
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        .build();
  }

  private ImageRecord image(String name, String id) {
    return datasets.image(name, id).orElseThrow(() -> new NoSuchImageException(name, id));
  }
}
