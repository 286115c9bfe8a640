package io.vde.store.embedded;

/**
 * The 64-bit hash of an image's id that stands for the id while images are excluded. The chance
 * that one of 10,000 excluded ids hides another one of a million images is one in a thousand
 * million.
 */
final class IdHash {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private IdHash() {}

  /** Never 0. */
  static long of(String id) {
    long hash = id.length() * MULTIPLIER;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    // The finaliser of MurmurHash3 (Austin Appleby): all bits depend on all bits.
    hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
    hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
    hash ^= hash >>> 33;
    return hash == 0 ? 1 : hash;
  }
}
