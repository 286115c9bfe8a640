package io.vde.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.SearchResult;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An image in a result list. */
@Schema(name = "Hit")
public record HitBody(
    @Schema(required = true) String id,
    @Schema(required = true, nullable = true, description = "Where the image came from") String url,
    @Schema(required = true, description = "Path of the thumbnail") String thumbnail,
    @Schema(required = true, description = "Pixels") int width,
    @Schema(required = true, description = "Pixels") int height,
    @Schema(required = true, description = "Cosine distance, 0 to 2, smaller is nearer")
        double distance,
    @Schema(required = true, description = "Cosine similarity, 1 - distance") double score,
    @Schema(required = true) Map<String, Object> metadata,
    @Schema(description = "Unit length; only when asked for")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        float[] vector,
    @Schema(description = "The session's verdict on the image; only in results")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        LabelValue label) {

  /** Verdicts as the API names them. */
  public enum LabelValue {
    positive,
    negative,
    skipped
  }

  static List<HitBody> of(String dataset, List<SearchResult.Hit> hits) {
    return hits.stream().map(hit -> of(dataset, hit, null)).toList();
  }

  static HitBody of(String dataset, SearchResult.Hit hit, Verdict verdict) {
    return new HitBody(
        hit.image().id(),
        hit.image().url(),
        ImageBody.thumbnail(dataset, hit.image()),
        hit.image().width(),
        hit.image().height(),
        hit.distance(),
        1 - hit.distance(),
        hit.image().metadata(),
        hit.image().vector(),
        label(verdict));
  }

  static LabelValue label(Verdict verdict) {
    return switch (verdict) {
      case null -> null;
      case POSITIVE -> LabelValue.positive;
      case NEGATIVE -> LabelValue.negative;
      case SKIPPED -> LabelValue.skipped;
      case CLEARED -> null;
    };
  }
}
