package io.vde.learn;

/**
 * How a session's classifier is fitted. One bean per method; a method is a pure function, so that a
 * log replayed anywhere gives the same classifier.
 */
public interface Method {
  /** Its name in the API. */
  String name();

  /**
   * Learns one round.
   *
   * @param query the session's query, unit length
   * @param weights what the last round has learnt, unit length; the query before the first round
   * @param examples all labels of this moment, at least one
   * @return the classifier, unit length, as long as the query
   */
  float[] fit(float[] query, float[] weights, Examples examples);
}
