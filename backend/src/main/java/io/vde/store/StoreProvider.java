package io.vde.store;

/** Opens one kind of storage engine. Each engine's package has one, as a CDI bean. */
public interface StoreProvider {
  /** The value of {@code vde.store} that selects it. */
  String name();

  /** Opens the image store. */
  ImageStore openImages();

  /** Opens the session store. */
  SessionStore openSessions();
}
