package io.vde.search;

import io.vde.store.Dataset;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.DatasetStatus;
import io.vde.store.Filter;
import io.vde.store.ImageStore;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/** Searches a dataset. */
@Singleton
public final class SearchService {
  private final ImageStore images;
  private final QueryEncoder encoder;

  SearchService(ImageStore images, QueryEncoder encoder) {
    this.images = images;
    this.encoder = encoder;
  }

  /**
   * The dataset that a request means.
   *
   * @param name its name, or null for the only one there is
   * @throws DatasetNotFoundException when there is none of that name
   * @throws BadQueryException when the name was left out and there is not exactly one dataset
   */
  public Dataset dataset(String name) {
    if (name != null) {
      return images.describe(name).orElseThrow(() -> new DatasetNotFoundException(name));
    }
    List<DatasetStatus> all = images.datasets();
    if (all.size() != 1) {
      throw new BadQueryException(
          "dataset", "must be named, as there are %d datasets".formatted(all.size()));
    }
    return all.getFirst().dataset();
  }

  /** The unit vector of a query. */
  public float[] encode(Dataset dataset, List<QueryTerm> terms) {
    return encoder.encode(dataset, terms);
  }

  /** The images nearest to a vector. */
  public SearchResult nearest(Dataset dataset, SearchQuery query) {
    return images.search(dataset.name(), query);
  }

  /** The most similar images that have not been seen, full as long as there are others. */
  public List<SearchResult.Hit> unseen(
      String dataset, float[] vector, Set<String> seen, Filter filter, int limit) {
    return images
        .search(dataset, new SearchQuery(vector, 0, limit, seen, filter, false, false))
        .hits();
  }
}
