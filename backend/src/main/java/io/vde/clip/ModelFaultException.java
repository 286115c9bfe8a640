package io.vde.clip;

/** The model did not run, which is no fault of the input. The log says why. */
public final class ModelFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelFaultException(Throwable cause) {
    super("The model could not be run; the log has more.", cause);
  }
}
