package io.vde.learn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.search.FilterParser;
import io.vde.store.Filter;
import io.vde.store.Session;

/** A session's filter, which its store keeps as the JSON it came as. */
final class FilterJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FilterJson() {}

  static Filter parse(Session session) {
    if (session.filter() == null) {
      return null;
    }
    try {
      return FilterParser.parse(JSON.readTree(session.filter()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the filter of session " + session.id() + " is broken", e);
    }
  }
}
