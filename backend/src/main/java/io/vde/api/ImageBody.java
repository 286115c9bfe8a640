package io.vde.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vde.store.ImageRecord;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An image of a dataset. */
@Schema(name = "Image")
public record ImageBody(
    @Schema(required = true) String id,
    @Schema(required = true, nullable = true, description = "Where the image came from") String url,
    @Schema(required = true, description = "Path of the thumbnail") String thumbnail,
    @Schema(required = true, description = "Path of our copy of the bytes") String file,
    @Schema(required = true, description = "Pixels") int width,
    @Schema(required = true, description = "Pixels") int height,
    @Schema(required = true) Map<String, Object> metadata,
    @Schema(description = "Unit length; only where one image is read")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        float[] vector) {

  static ImageBody of(String dataset, ImageRecord image) {
    return new ImageBody(
        image.id(),
        image.url(),
        thumbnail(dataset, image),
        path(dataset, image.id()) + "/file",
        image.width(),
        image.height(),
        image.metadata(),
        image.vector());
  }

  /** Path of an image's thumbnail, with a version that changes when its bytes do. */
  static String thumbnail(String dataset, ImageRecord image) {
    String version = image.sha256() == null ? "0" : image.sha256().substring(0, 12);
    return path(dataset, image.id()) + "/thumbnail?v=" + version;
  }

  private static String path(String dataset, String id) {
    // URLEncoder is for forms: in a path a blank is %20, and dots alone would be path steps.
    String encoded =
        URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
    return "/datasets/" + dataset + "/images/" + encoded;
  }
}
