package io.vde.media;

/**
 * The resampling filters of Pillow (libImaging/Resample.c), by the numbers that preprocessing files
 * give them.
 *
 * <p>Catmull-Rom is what Pillow calls bicubic (a = -0.5).
 */
public enum ResizeFilter {
  LANCZOS(1, 3) {
    @Override
    double weight(double x) {
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  },
  BILINEAR(2, 1) {
    @Override
    double weight(double x) {
      double distance = Math.abs(x);
      return distance < 1 ? 1 - distance : 0;
    }
  },
  BICUBIC(3, 2) {
    @Override
    double weight(double x) {
      double a = -0.5;
      double distance = Math.abs(x);
      if (distance < 1) {
        return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
      }
      return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
    }
  },
  BOX(4, 0.5) {
    @Override
    double weight(double x) {
      return x > -0.5 && x <= 0.5 ? 1 : 0;
    }
  };

  private final int number;
  private final double support;

  ResizeFilter(int number, double support) {
    this.number = number;
    this.support = support;
  }

  /** Pillow's number of it, as in {@code "resample": 3}. */
  public int number() {
    return number;
  }

  /** How far from its centre it reaches, in source pixels when nothing is scaled. */
  double support() {
    return support;
  }

  /** Its weight at a distance from the centre. */
  abstract double weight(double x);

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    return Math.sin(angle) / angle;
  }
}
