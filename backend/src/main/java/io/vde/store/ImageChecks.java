package io.vde.store;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;

/** What every store checks of images and queries: the rules of the contract, kept in one place. */
public final class ImageChecks {
  /** Bytes of UTF-8 in the name of a metadata field. */
  public static final int MAX_FIELD_NAME = 512;

  private static final int MAX_ID = 512;
  private static final double UNIT_TOLERANCE = 1e-3;

  /** Nearer to 1 than this, a length is what float arithmetic makes of 1. */
  private static final double ROUNDING = 1e-6;

  private ImageChecks() {}

  /**
   * The images of one call of {@link ImageStore#upsert}: of those with the same id the last.
   *
   * @throws IllegalArgumentException when there are too many, or one breaks the contract
   */
  public static List<ImageRecord> checkAll(List<ImageRecord> images, int dimension) {
    if (images.size() > ImageStore.MAX_BATCH) {
      throw new IllegalArgumentException(
          "At most %d images are written at once, not %d"
              .formatted(ImageStore.MAX_BATCH, images.size()));
    }
    LinkedHashMap<String, ImageRecord> last = LinkedHashMap.newLinkedHashMap(images.size());
    for (ImageRecord image : images) {
      last.putLast(image.id(), check(image, dimension));
    }
    return List.copyOf(last.values());
  }

  /**
   * The image, its vector brought to unit length if it is off by more than rounding.
   *
   * @throws IllegalArgumentException when the image breaks the contract; the message names it
   */
  public static ImageRecord check(ImageRecord image, int dimension) {
    checkId(image.id());
    image.metadata().forEach((name, value) -> checkField(image.id(), name, value));
    if (image.vector() == null) {
      throw new IllegalArgumentException("Image '%s' has no vector".formatted(image.id()));
    }
    String what = "The vector of image '" + image.id() + "'";
    double length = length(image.vector(), dimension, what);
    if (Math.abs(length - 1) > UNIT_TOLERANCE) {
      throw new IllegalArgumentException("%s has length %s, not 1".formatted(what, (float) length));
    }
    return Math.abs(length - 1) <= ROUNDING
        ? image
        : new ImageRecord(
            image.id(),
            image.url(),
            image.width(),
            image.height(),
            image.metadata(),
            image.sha256(),
            unit(image.vector(), length));
  }

  /**
   * A query's vector at unit length.
   *
   * @throws IllegalArgumentException when it has another length, is not finite, or zero
   */
  public static float[] checkQuery(float[] vector, int dimension) {
    double length = length(vector, dimension, "The query's vector");
    if (length < ROUNDING) {
      throw new IllegalArgumentException("The query's vector is zero");
    }
    return unit(vector, length);
  }

  private static double length(float[] vector, int dimension, String what) {
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "%s has %d components, the dataset's have %d".formatted(what, vector.length, dimension));
    }
    double sum = squares(vector);
    // The square of a float never overflows a double, so this is NaN or infinite only when one is.
    if (!Double.isFinite(sum)) {
      throw new IllegalArgumentException(what + " is not finite");
    }
    return Math.sqrt(sum);
  }

  /** In four sums: in one, each addition would wait for the one before it. */
  private static double squares(float[] vector) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < vector.length - 3; i += 4) {
      a += (double) vector[i] * vector[i];
      b += (double) vector[i + 1] * vector[i + 1];
      c += (double) vector[i + 2] * vector[i + 2];
      d += (double) vector[i + 3] * vector[i + 3];
    }
    for (; i < vector.length; i++) {
      a += (double) vector[i] * vector[i];
    }
    return a + b + c + d;
  }

  private static float[] unit(float[] vector, double length) {
    if (Math.abs(length - 1) <= ROUNDING) {
      return vector;
    }
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }

  private static void checkId(String id) {
    int bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(id)).remaining();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("An image id is not well-formed Unicode", e);
    }
    if (bytes < 1 || bytes > MAX_ID || id.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "An image id has 1 to %d bytes of UTF-8 without control characters: '%s'"
              .formatted(MAX_ID, id.length() > 100 ? id.substring(0, 100) + "…" : id));
    }
  }

  private static void checkField(String id, String name, Object value) {
    if (name == null || name.getBytes(StandardCharsets.UTF_8).length > MAX_FIELD_NAME) {
      throw new IllegalArgumentException(
          "Image '%s' has a metadata field whose name is longer than %d bytes"
              .formatted(id, MAX_FIELD_NAME));
    }
    if (!storable(value)) {
      throw new IllegalArgumentException(
          "Metadata field '%s' of image '%s' is not a string, number, boolean or list of strings"
              .formatted(name, id));
    }
  }

  private static boolean storable(Object value) {
    return switch (value) {
      case String _, Long _, Boolean _ -> true;
      case Double d -> !d.isNaN();
      case List<?> list -> list.stream().allMatch(String.class::isInstance);
      case null, default -> false;
    };
  }
}
