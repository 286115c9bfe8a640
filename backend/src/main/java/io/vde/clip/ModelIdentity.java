package io.vde.clip;

/**
 * Which model makes the vectors. Vectors of two models must never be compared, so datasets and
 * classifiers carry it.
 *
 * @param id what a person calls it: {@code demo}, or the name of its folder
 * @param revision the first 12 hex digits of the SHA-256 over its files: another when any of them
 *     changes
 * @param variant the precision of its weights as they run
 * @param dimension of its vectors
 * @param contextLength tokens that it reads of a text, the start and end tokens included
 * @param imageWidth pixels that it sees of an image, after resizing and cropping
 * @param imageHeight the same, downwards
 */
public record ModelIdentity(
    String id,
    String revision,
    String variant,
    int dimension,
    int contextLength,
    int imageWidth,
    int imageHeight) {

  /** Names these weights and no others: what datasets and classifiers carry. */
  public String key() {
    return id + "@" + revision;
  }
}
