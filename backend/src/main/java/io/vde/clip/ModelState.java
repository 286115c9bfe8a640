package io.vde.clip;

/**
 * How far the model is.
 *
 * @param phase loading, ready or failed
 * @param reason a sentence about what it does or why it failed; empty when ready
 * @param progress of loading, 0 to 1
 */
public record ModelState(Phase phase, String reason, double progress) {
  /** The phases of a model; the last two are final. */
  public enum Phase {
    LOADING,
    READY,
    FAILED
  }

  static ModelState loading(String what, double progress) {
    return new ModelState(Phase.LOADING, what, progress);
  }

  static ModelState ready() {
    return new ModelState(Phase.READY, "", 1);
  }

  static ModelState failed(String reason) {
    return new ModelState(Phase.FAILED, reason, 0);
  }

  /** Whether texts and images can be embedded. */
  public boolean isReady() {
    return phase == Phase.READY;
  }
}
