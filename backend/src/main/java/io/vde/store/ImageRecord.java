package io.vde.store;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An image as a store keeps it.
 *
 * @param id 1 to 512 bytes of UTF-8 without control characters, unique in its dataset
 * @param url where it came from, or null (uploads)
 * @param width pixels, after EXIF orientation
 * @param height pixels, after EXIF orientation
 * @param metadata field to String, Long, Double (not NaN), Boolean or List of String, in the order
 *     given; a field's name has at most 512 bytes of UTF-8
 * @param sha256 lower-case hex digest of the original bytes: the key of our copy of them; may be
 *     null in a store mapped onto somebody else's table
 * @param vector unit length, {@code dimension} long; null where a query did not ask for vectors
 */
public record ImageRecord(
    String id,
    String url,
    int width,
    int height,
    Map<String, Object> metadata,
    String sha256,
    float[] vector) {
  public ImageRecord {
    requireNonNull(id, "id is null");
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }
}
