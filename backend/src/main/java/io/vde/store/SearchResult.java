package io.vde.store;

import java.util.List;

/**
 * The answer to a {@link SearchQuery}.
 *
 * @param hits by distance, then id (by its UTF-8 bytes)
 * @param total images that match the filter less the excluded ones; -1 when not asked for
 */
public record SearchResult(List<Hit> hits, long total) {
  public SearchResult {
    hits = List.copyOf(hits);
  }

  /**
   * An image in a result list.
   *
   * @param image the image; its vector is null unless asked for
   * @param distance cosine distance 1 - cos, 0 to 2, smaller is nearer
   */
  public record Hit(ImageRecord image, double distance) {}
}
