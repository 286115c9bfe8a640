package io.vde.testing;

/** How long tests wait for what must come: long enough for a machine that has much else to do. */
public final class Patience {
  /** Seconds. */
  public static final long SECONDS = 120;

  private Patience() {}
}
