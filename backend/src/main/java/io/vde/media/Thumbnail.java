package io.vde.media;

import java.nio.file.Path;

/** A small picture of an image, longest side at most 256 pixels. */
public sealed interface Thumbnail {
  /** For a Content-Type header. */
  String mediaType();

  /** On the disk. */
  record Kept(Path file, String mediaType) implements Thumbnail {}

  /** In memory only, as it could not be kept. */
  record Unkept(byte[] bytes, String mediaType) implements Thumbnail {}
}
