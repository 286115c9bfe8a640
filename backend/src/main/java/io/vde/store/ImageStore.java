package io.vde.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Datasets and their images, searched by vector.
 *
 * <p>All calls block; they are made for virtual threads. Implementations do their work on bounded
 * executors of their own and throw {@link java.util.concurrent.RejectedExecutionException} when
 * those are full. Any number of threads may call at once.
 *
 * <p>What a call has returned is durable (it survives {@code kill -9}) and visible to every later
 * call. Unknown datasets: {@link DatasetNotFoundException}. A disk without room: {@link
 * StorageFullException}; reading goes on, nothing acknowledged is lost, and writing works again as
 * soon as there is room. An engine out of reach: {@link StoreUnavailableException}.
 *
 * <p>A caller that is interrupted while it waits gets a {@link
 * java.util.concurrent.CancellationException} with its interrupt flag set again; a write may then
 * be kept or not.
 */
public interface ImageStore extends AutoCloseable {
  /** Images that one {@link #upsert} may hold. */
  int MAX_BATCH = 25_000;

  /**
   * Makes an empty dataset.
   *
   * @throws DatasetExistsException when the name is taken
   */
  void create(Dataset dataset);

  /** The dataset of that name, if there is one. */
  Optional<DatasetStatus> dataset(String name);

  /**
   * What the dataset of that name is, without what is in it: cheap, and asked before every search.
   * What another node did to the dataset in the last seconds may go unnoticed.
   */
  default Optional<Dataset> describe(String name) {
    return dataset(name).map(DatasetStatus::dataset);
  }

  /** The same as of this moment. */
  default Optional<Dataset> describeNow(String name) {
    return describe(name);
  }

  /** All datasets, newest first. */
  List<DatasetStatus> datasets();

  /**
   * Removes a dataset with all its images; false when there was none.
   *
   * @throws DatasetReadOnlyException when the dataset is somebody else's table
   */
  boolean drop(String name);

  /**
   * Whether the dataset is somebody else's table, which cannot be dropped and has no place for
   * {@link ImageRecord#sha256}; asks no engine.
   */
  default boolean isMapped(String name) {
    return false;
  }

  /**
   * Inserts images, or replaces those with the same id; all or nothing. Within one call the last of
   * several records with the same id wins.
   *
   * <p>A vector whose length is off by more than rounding, but less than 1e-3, is scaled to 1.
   *
   * @throws IllegalArgumentException when a vector is null, of another length than the dataset's
   *     dimension, not finite, or not of unit length (1e-3); when an id or a metadata value breaks
   *     the rules of {@link ImageRecord}, and the message names the image; when there are more than
   *     {@link #MAX_BATCH}
   * @throws DatasetReadOnlyException when the dataset is somebody else's table
   */
  void upsert(String dataset, List<ImageRecord> images);

  /**
   * Removes images by id and says how many there were.
   *
   * @throws DatasetReadOnlyException when the dataset is somebody else's table
   */
  int delete(String dataset, Collection<String> ids);

  /** The images with these ids, with their vectors; ids that do not exist are left out. */
  Map<String, ImageRecord> get(String dataset, Collection<String> ids);

  /** The images that match the filter (null: all), last inserted or replaced first, no vectors. */
  Page<ImageRecord> list(String dataset, Filter filter, int offset, int limit);

  /**
   * The nearest images by cosine distance, then id. Exact to what float arithmetic can tell: at
   * least 0.999 of the true nearest {@code offset + limit} are found. A store with an approximate
   * index may find less for the first pages, but never for a {@link SearchQuery#exact} query.
   *
   * @throws IllegalArgumentException when the vector has another length than the dataset's
   *     dimension, is not finite, or zero
   */
  SearchResult search(String dataset, SearchQuery query);

  /**
   * Every image that matches the filter (null: all), nearest first, as of one moment, handed over
   * one by one without holding all records in memory. Vectors are left out.
   */
  void rank(String dataset, float[] vector, Filter filter, Consumer<SearchResult.Hit> consumer);

  /**
   * Hands over the {@link ImageRecord#sha256} of every image of a dataset, in no order and possibly
   * more than once: what must not be swept away.
   */
  void digests(String dataset, Consumer<String> consumer);

  /**
   * What tells this store from all others, as long as what it holds is kept: one line. A data
   * folder goes by it to know whose images are in it.
   */
  default String identity() {
    return "the data folder's own";
  }

  /** Null when the engine can serve; otherwise one sentence that says why not. */
  String unavailableReason();

  @Override
  void close();
}
