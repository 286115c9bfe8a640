package io.vde.media;

import java.util.List;

/** The ways to resize a row that this machine can go. */
final class RowPasses {
  private RowPasses() {}

  /** Vectors that hold fewer than two pixels, as on many ARMs, are never used. */
  static List<RowPass> here() {
    return SimdRowPass.worthwhile()
        ? List.of(new ScalarRowPass(), new SimdRowPass())
        : List.of(new ScalarRowPass());
  }
}
