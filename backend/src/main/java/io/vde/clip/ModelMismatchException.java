package io.vde.clip;

/** Vectors of different models do not compare. */
public final class ModelMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Names both models.
   *
   * @param what was made with another model
   * @param model that model
   * @param other the model it is to be compared with
   */
  public ModelMismatchException(String what, String model, String other) {
    super(
        "%s was made with the model '%s', which does not compare with '%s'"
            .formatted(what, model, other));
  }
}
