package io.vde.store;

import java.util.List;

/** A part of a list, and how many items the whole list has. */
public record Page<T>(List<T> items, long total) {
  public Page {
    items = List.copyOf(items);
  }
}
