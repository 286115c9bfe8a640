package io.vde.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vde.api.MultipartBodies.FilePart;
import io.vde.api.MultipartBodies.Parts;
import io.vde.clip.Encoder;
import io.vde.search.QueryEncoder;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Texts and images to vectors. */
@Path("/embed")
@Tag(name = "Search")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class EmbedResource {
  private static final int MAX_ITEMS = 256;

  /** Items under way at once, so that one call does not fill the encoder's queue. */
  private static final int WINDOW = 16;

  private final QueryEncoder queries;
  private final Encoder encoder;
  private final MultipartBodies bodies;

  EmbedResource(QueryEncoder queries, Encoder encoder, MultipartBodies bodies) {
    this.queries = queries;
    this.encoder = encoder;
    this.bodies = bodies;
  }

  /** What to embed: texts or images. */
  @Schema(name = "EmbedRequest")
  public record Request(
      @Schema(description = "At most 256") List<String> texts,
      @Schema(description = "At most 256") List<ImageSource> images) {}

  /** Files to embed, for the documentation. */
  @Schema(name = "EmbedForm")
  public record Form(
      @Schema(required = true, description = "Image files, at most 256 of at most 50 MB")
          List<InputStream> file) {}

  /** The embeddings, in the order of the input. */
  @Schema(name = "EmbedResponse")
  public record Response(
      @Schema(required = true) String model,
      @Schema(required = true) int dimension,
      @Schema(required = true) List<Embedding> embeddings) {}

  /** One item's embedding, or why there is none. */
  @Schema(name = "Embedding")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Embedding(
      @Schema(required = true) int index,
      @Schema(description = "Unit length") float[] embedding,
      @Schema(description = "Why there is no embedding") String error) {}

  @POST
  @EndsWithItsClient
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "The vectors of texts or images",
      description = "An item that cannot be embedded has an error; the others are not affected.")
  public Response embed(
      @RequestBody(
              required = true,
              content = {
                @Content(
                    schema = @Schema(implementation = Request.class),
                    mediaType = MediaType.APPLICATION_JSON,
                    examples = {
                      @ExampleObject(
                          name = "texts",
                          value =
                              """
                                {"texts": ["red heart", "a violin"]}"""),
                      @ExampleObject(
                          name = "an image of a dataset",
                          value =
                              """
                                {"images": [{"dataset": "demo", "id": "noto-2764-fe0f"}]}""")
                    }),
                @Content(
                    mediaType = MediaType.MULTIPART_FORM_DATA,
                    schema = @Schema(implementation = Form.class))
              })
          Request request) {
    if (request == null || (request.texts() == null) == (request.images() == null)) {
      throw ProblemException.malformed("texts", "or images must be given, and not both");
    }
    List<Supplier<CompletableFuture<float[]>>> items = new ArrayList<>();
    int window = WINDOW;
    if (request.texts() != null) {
      for (String text : request.texts()) {
        String at = "texts[" + items.size() + "]";
        items.add(() -> queries.text(required(text, at), at));
      }
    } else {
      for (ImageSource image : request.images()) {
        String at = "images[" + items.size() + "]";
        items.add(() -> vector(required(image, at), at));
        if (image != null && image.url() != null) {
          window = Math.min(WINDOW, queries.fetchesAtOnce());
        }
      }
    }
    return embedded(items, window);
  }

  @POST
  @EndsWithItsClient
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  // Described with the other: a document has one operation for an address and a method.
  @Operation(hidden = true)
  public Response embedFiles(@Context HttpHeaders headers, InputStream body) throws IOException {
    try (Parts parts = bodies.read(headers, body, MAX_ITEMS, Set.of())) {
      if (parts.files().isEmpty()) {
        throw ProblemException.malformed("file", "is missing");
      }
      return embedded(
          parts.files().stream()
              .<Supplier<CompletableFuture<float[]>>>map(file -> () -> uploaded(file))
              .toList(),
          WINDOW);
    }
  }

  private static <T> T required(T value, String at) {
    if (value == null) {
      throw ProblemException.malformed(at, "is null");
    }
    return value;
  }

  private CompletableFuture<float[]> uploaded(FilePart file) {
    if (file.isTooLarge()) {
      throw new ProblemException(ProblemType.TOO_LARGE, ImagesResource.TOO_LARGE);
    }
    try {
      return queries.picture(file.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CompletableFuture<float[]> vector(ImageSource image, String at) {
    boolean byId = image.dataset() != null && image.id() != null;
    int forms = (image.url() != null ? 1 : 0) + (image.base64() != null ? 1 : 0) + (byId ? 1 : 0);
    if (forms != 1 || (!byId && (image.dataset() != null || image.id() != null))) {
      throw ProblemException.malformed(
          at, "must have exactly one of url, base64, and dataset with id");
    }
    if (image.url() != null) {
      return queries.picture(TermBody.uri(image.url(), at + ".url"));
    }
    if (image.base64() != null) {
      return queries.picture(image.base64());
    }
    return CompletableFuture.completedFuture(queries.stored(image.dataset(), image.id()));
  }

  private Response embedded(List<Supplier<CompletableFuture<float[]>>> items, int windowSize) {
    if (items.isEmpty() || items.size() > MAX_ITEMS) {
      throw ProblemException.malformed("texts", "or images must be 1 to " + MAX_ITEMS + " items");
    }
    var model = encoder.model();
    List<Embedding> embeddings = new ArrayList<>();
    for (int from = 0; from < items.size(); from += windowSize) {
      List<CompletableFuture<float[]>> window =
          items.subList(from, Math.min(from + windowSize, items.size())).stream()
              .map(EmbedResource::started)
              .toList();
      try {
        for (CompletableFuture<float[]> future : window) {
          embeddings.add(finished(embeddings.size(), future));
        }
      } finally {
        // Of a call that has failed, nobody needs the rest; what is done is not touched.
        window.forEach(future -> future.cancel(false));
      }
    }
    return new Response(model.key(), model.dimension(), embeddings);
  }

  private static CompletableFuture<float[]> started(Supplier<CompletableFuture<float[]>> item) {
    try {
      return item.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * The item's embedding, or its error. What is wrong with the service fails the whole call, and so
   * does a vector that is not of the model which the answer names.
   */
  private static Embedding finished(int index, CompletableFuture<float[]> future) {
    try {
      return new Embedding(index, future.get(), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("The call was given up.", e);
    } catch (ExecutionException e) {
      Problem problem = Problems.of(e.getCause(), null);
      if (problem.status() >= 500 || problem.status() == ProblemType.MODEL_MISMATCH.status) {
        throw new CompletionException(e.getCause());
      }
      return new Embedding(index, null, problem.detail());
    }
  }
}
