package io.vde.clip;

/** The model is still loading, or could not be loaded. */
public final class ModelNotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ModelState state;

  public ModelNotReadyException(ModelState state) {
    super(state.reason());
    this.state = state;
  }

  /** How far it was then. */
  public ModelState state() {
    return state;
  }
}
