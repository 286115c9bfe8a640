package io.vde.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vde.clip.Encoder;
import io.vde.clip.ModelIdentity;
import io.vde.clip.ModelState;
import io.vde.clip.ModelUsage;
import io.vde.hub.DownloadProgress;
import io.vde.learn.SessionService;
import io.vde.store.DatasetStatus;
import io.vde.store.ImageStore;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What runs here. */
@Path("/info")
@Tag(name = "Operations")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class InfoResource {
  private static final String DEMO = "demo";
  private static final String DEMO_NOTICE =
      "The demo model knows short phrases and emoji-like pictures; for photographs set vde.model to a"
          + " CLIP model.";

  private final Encoder encoder;
  private final ImageStore images;
  private final String model;
  private final String version;
  private final String store;

  InfoResource(
      Encoder encoder,
      ImageStore images,
      @ConfigProperty(name = "vde.model") String model,
      @ConfigProperty(name = "quarkus.application.version") String version,
      @ConfigProperty(name = "vde.store") String store) {
    this.encoder = encoder;
    this.images = images;
    this.model = model;
    this.version = version;
    this.store = store;
  }

  /** What runs here. */
  @Schema(name = "Info")
  public record InfoBody(
      @Schema(required = true) String name,
      @Schema(required = true) String version,
      @Schema(required = true) ModelBody model,
      @Schema(required = true, examples = "embedded") String store,
      @Schema(
              required = true,
              nullable = true,
              description = "The dataset that requests mean when they name none")
          String defaultDataset,
      @Schema(required = true) LimitsBody limits) {}

  /** The running model. */
  @Schema(name = "Model")
  public record ModelBody(
      @Schema(required = true, nullable = true) String id,
      @Schema(required = true, nullable = true) Integer dimension,
      @Schema(
              required = true,
              nullable = true,
              description =
                  "What datasets and classifiers carry: vectors of another do not compare")
          String key,
      @Schema(
              required = true,
              nullable = true,
              description = "The beginning of the SHA-256 over its files")
          String revision,
      @Schema(
              required = true,
              nullable = true,
              description = "Precision of the vision tower as it runs",
              examples = "fp32")
          String variant,
      @Schema(
              required = true,
              nullable = true,
              description = "The model that reads texts, if it is not its own text tower")
          String textModel,
      @Schema(required = true, nullable = true, description = "Tokens that it reads of a text")
          Integer contextLength,
      @Schema(required = true, nullable = true, description = "Pixels that it sees of an image")
          Integer imageWidth,
      @Schema(required = true, nullable = true) Integer imageHeight,
      @Schema(required = true, nullable = true) UsageBody usage,
      @Schema(
              required = true,
              enumeration = {"loading", "ready", "failed"})
          String state,
      @Schema(required = true, nullable = true, description = "Why it is not ready") String reason,
      @Schema(required = true, nullable = true, description = "What it can and cannot do")
          String notice,
      @Schema(required = true, description = "Of loading it, 0 to 1") double progress,
      @Schema(
              required = true,
              nullable = true,
              description = "How much of it is downloaded; null unless it is being downloaded")
          DownloadBody download) {}

  /** A download under way. */
  @Schema(name = "Download")
  public record DownloadBody(
      @Schema(required = true) long bytes,
      @Schema(required = true, nullable = true, description = "Bytes it will be, if known")
          Long total) {
    static DownloadBody of(DownloadProgress download) {
      return download == null
          ? null
          : new DownloadBody(download.bytes(), download.total() > 0 ? download.total() : null);
    }
  }

  /** What the model holds at this moment. */
  @Schema(name = "ModelUsage")
  public record UsageBody(
      @Schema(required = true) int textsWaiting,
      @Schema(required = true) int imagesWaiting,
      @Schema(required = true) int cachedQueries,
      @Schema(required = true, description = "Buffers for inputs, outside the heap")
          long bufferBytes,
      @Schema(
              required = true,
              description = "By how much the process grew while it was loaded; 0 if not known")
          long loadedBytes) {
    static UsageBody of(ModelUsage usage) {
      return new UsageBody(
          usage.textsWaiting(),
          usage.imagesWaiting(),
          usage.cachedQueries(),
          usage.bufferBytes(),
          usage.loadedBytes());
    }
  }

  /** The largest that requests may be. */
  @Schema(name = "Limits")
  public record LimitsBody(
      @Schema(required = true) long maxUploadBytes,
      @Schema(required = true) int maxFiles,
      @Schema(required = true) int maxLimit,
      @Schema(required = true) int maxLabels) {}

  @GET
  @Operation(summary = "Version, model, store and limits")
  public InfoBody info() {
    List<DatasetStatus> datasets = images.datasets();
    return new InfoBody(
        "Visual Dataset Explorer",
        version,
        model(),
        store,
        datasets.size() == 1 ? datasets.getFirst().dataset().name() : null,
        new LimitsBody(
            ImagesResource.MAX_FILE_BYTES,
            ImagesResource.MAX_FILES,
            Params.MAX_LIMIT,
            SessionService.MAX_MARKS));
  }

  private ModelBody model() {
    ModelState state = encoder.state();
    boolean ready = state.phase() == ModelState.Phase.READY;
    Optional<ModelIdentity> identity = ready ? Optional.of(encoder.model()) : Optional.empty();
    return new ModelBody(
        identity.map(ModelIdentity::id).orElse(null),
        identity.map(ModelIdentity::dimension).orElse(null),
        identity.map(ModelIdentity::key).orElse(null),
        identity.map(ModelIdentity::revision).orElse(null),
        identity.map(ModelIdentity::variant).orElse(null),
        identity.map(ModelIdentity::text).orElse(null),
        identity.map(ModelIdentity::contextLength).orElse(null),
        identity.map(ModelIdentity::imageWidth).orElse(null),
        identity.map(ModelIdentity::imageHeight).orElse(null),
        ready ? UsageBody.of(encoder.usage()) : null,
        state.phase().name().toLowerCase(java.util.Locale.ROOT),
        ready ? null : state.reason(),
        model.equals(DEMO) ? DEMO_NOTICE : null,
        state.progress(),
        DownloadBody.of(state.download()));
  }
}
