package io.vde.hub;

/** A model cannot be fetched. The message is one sentence for the person who chose it. */
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean refused;

  HubException(String message) {
    super(message);
    this.refused = false;
  }

  HubException(String message, Throwable cause) {
    super(message, cause);
    this.refused = false;
  }

  private HubException(String message, boolean refused) {
    super(message);
    this.refused = refused;
  }

  /** What arrived is not what the hub promised. */
  static HubException refusing(String message) {
    return new HubException(message, true);
  }

  /** Whether a file was refused, for which nothing older may stand in. */
  boolean isRefusal() {
    return refused;
  }
}
