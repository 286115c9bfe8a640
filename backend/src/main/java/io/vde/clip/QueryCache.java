package io.vde.clip;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The vectors of the texts that were asked for last: people repeat themselves, and pages of results
 * ask again. Holds at most so many; the one not used for longest goes.
 */
final class QueryCache {
  /** Characters of a text that is kept, so that a few long ones do not fill the memory. */
  private static final int LONGEST = 1000;

  private final Map<String, float[]> vectors;

  /**
   * Makes an empty one.
   *
   * @param capacity texts; 0 keeps none
   */
  QueryCache(int capacity) {
    vectors =
        new LinkedHashMap<>(16, .75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > capacity;
          }
        };
  }

  /** A copy of a text's vector; null when it is not here. */
  synchronized float[] get(String text) {
    float[] vector = vectors.get(text);
    return vector == null ? null : vector.clone();
  }

  synchronized void put(String text, float[] vector) {
    if (text.length() <= LONGEST) {
      vectors.put(text, vector.clone());
    }
  }

  synchronized int size() {
    return vectors.size();
  }
}
