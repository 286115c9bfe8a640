package io.vde.clip;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A model's own tokenizer: its normalisation, its special tokens, and its cut, which keeps the end
 * token. Special tokens that a person types ({@code <|endoftext|>}) are read as such, as the
 * reference implementation does.
 */
final class TextTokens implements AutoCloseable {
  /**
   * A megabyte costs .6 s although all but a few dozen tokens are cut off; no context holds this
   * many characters.
   */
  private static final int LONGEST = 10_000;

  private final HuggingFaceTokenizer tokenizer;

  /**
   * Loads it.
   *
   * @param file tokenizer.json
   * @param contextLength tokens that a text is cut to
   * @param cache a folder for the native library, which is unpacked at first use
   * @throws BundleException when it cannot be read
   */
  TextTokens(Path file, int contextLength, Path cache) {
    settle("DJL_CACHE_DIR", cache.toString());
    // DJL asks JNA for a home folder's cache that nothing here needs.
    settle("jna.tmpdir", System.getProperty("java.io.tmpdir"));
    settle("ENGINE_CACHE_DIR", cache.toString());
    // Nothing is fetched, and nobody is told.
    settle("ai.djl.offline", "true");
    settle("OPT_OUT_TRACKING", "true");
    settle("RUST_FLAVOR", "cpu");
    try {
      // Without these it would cut at 512 and pad, whatever the files say.
      tokenizer =
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optTruncation(true)
              .optMaxLength(contextLength)
              .optPadding(false)
              .build();
    } catch (IOException | RuntimeException e) {
      throw new BundleException("The model's tokenizer.json cannot be read.", e);
    }
  }

  /**
   * The token ids of a text, start and end tokens included.
   *
   * @return 2 to {@code contextLength} ids; an empty text is a text too
   */
  long[] ids(String text) {
    return tokenizer.encode(capped(text)).getIds();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /**
   * The beginning of a long text, not counting what the tokenizer skips, and not ending in half a
   * character.
   */
  static String capped(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    StringBuilder kept = new StringBuilder(LONGEST);
    boolean space = false;
    for (int i = 0; i < text.length() && kept.length() < LONGEST; i++) {
      char c = text.charAt(i);
      boolean white = Character.isWhitespace(c);
      if (!white || !space) {
        kept.append(white ? ' ' : c);
      }
      space = white;
    }
    if (Character.isHighSurrogate(kept.charAt(kept.length() - 1))) {
      kept.setLength(kept.length() - 1);
    }
    return kept.toString();
  }

  private static void settle(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
