package io.vde.media;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Finds libraries that a machine may have, and their functions. */
@SuppressWarnings("restricted") // Calling native code is what this class is for.
final class NativeLibrary {
  static final ValueLayout.OfInt LITTLE_ENDIAN_INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Logger LOG = Logger.getLogger(NativeLibrary.class);

  private NativeLibrary() {}

  /**
   * The first library of some names, bound.
   *
   * @param binding throws NoSuchElementException when the library lacks a function
   */
  static <T> Optional<T> load(String[] names, Function<SymbolLookup, T> binding) {
    // The bindings take long and size_t for 64 bits, which both are everywhere but on Windows,
    // where the codecs in Java do all.
    MemoryLayout nativeLong = Linker.nativeLinker().canonicalLayouts().get("long");
    if (nativeLong == null || nativeLong.byteSize() != Long.BYTES) {
      return Optional.empty();
    }
    for (String name : names) {
      try {
        T bound = binding.apply(SymbolLookup.libraryLookup(name, Arena.global()));
        // Said, for the pixels of a lossy WebP depend on it a little.
        LOG.infof("images are decoded with %s", name);
        return Optional.of(bound);
      } catch (IllegalArgumentException | NoSuchElementException e) {
        LOG.debugf("no %s: %s", name, e.getMessage());
      }
    }
    LOG.infof("there is no %s: images are decoded in Java", names[0]);
    return Optional.empty();
  }

  static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
  }
}
