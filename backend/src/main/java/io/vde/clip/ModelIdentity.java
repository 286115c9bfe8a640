package io.vde.clip;

/**
 * Which model makes the vectors. Vectors of two models must never be compared, so datasets and
 * classifiers carry it.
 *
 * @param id what a person calls it: {@code demo}, the name of its folder, or its repository
 * @param revision the first 12 hex digits of the SHA-256 over the files that make images' vectors:
 *     another when any of them changes
 * @param variant the precision of the vision tower as it runs
 * @param text the model that reads texts in place of its own text tower; null: its own
 * @param dimension of its vectors
 * @param contextLength tokens that it reads of a text, the start and end tokens included
 * @param imageWidth pixels that it sees of an image, after resizing and cropping
 * @param imageHeight the same, downwards
 */
public record ModelIdentity(
    String id,
    String revision,
    String variant,
    String text,
    int dimension,
    int contextLength,
    int imageWidth,
    int imageHeight) {

  /**
   * Names these images' vectors and no others: what datasets and classifiers carry. The revision
   * covers the preprocessing; another model that reads the texts meets the same vectors, so it does
   * not count.
   */
  public String key() {
    String key = id + "@" + revision;
    return variant.equals(Variant.FP32.label()) ? key : key + ":" + variant;
  }
}
