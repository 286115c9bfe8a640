package io.vde.clip;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A model's own tokenizer: its normalisation, its special tokens, and its cut, which keeps the end
 * token. Special tokens that a person types ({@code <|endoftext|>}) are read as such, as the
 * reference implementation does.
 */
final class TextTokens implements AutoCloseable {
  /** What is lower-cased before a text reaches the tokenizer. */
  enum LowerCase {
    NOTHING,
    /** Letter by letter, as the tokenizers library does it. */
    LETTERS,
    /** With Unicode's rule of the Greek final sigma, as Python does it. */
    WORDS
  }

  private final HuggingFaceTokenizer tokenizer;
  private final LowerCase lowerCase;

  /**
   * Loads it.
   *
   * @param file tokenizer.json
   * @param contextLength tokens that a text is cut to
   * @param lowerCase what is lower-cased first
   * @param cache a folder for the native library, which is unpacked at first use
   * @throws BundleException when it cannot be read
   */
  TextTokens(Path file, int contextLength, LowerCase lowerCase, Path cache) {
    this.lowerCase = lowerCase;
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
    return tokenizer.encode(lowerCased(capped(text))).getIds();
  }

  /**
   * The id of a padding token; of the end token when there is none.
   *
   * @param token as tokenizer_config.json names it; may be empty
   */
  long paddingId(String token) {
    long[] ids = token.isEmpty() ? new long[0] : tokenizer.encode(token, false, false).getIds();
    if (ids.length == 1) {
      return ids[0];
    }
    long[] nothing = tokenizer.encode("").getIds();
    return nothing.length == 0 ? 0 : nothing[nothing.length - 1];
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
    if (text.length() <= Encoder.MAX_TEXT) {
      return text;
    }
    StringBuilder kept = new StringBuilder(Encoder.MAX_TEXT);
    boolean space = false;
    for (int i = 0; i < text.length() && kept.length() < Encoder.MAX_TEXT; i++) {
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

  private String lowerCased(String text) {
    return switch (lowerCase) {
      case NOTHING -> text;
      case WORDS -> text.toLowerCase(Locale.ROOT);
      case LETTERS -> {
        StringBuilder lower = new StringBuilder(text.length());
        text.codePoints()
            .forEach(c -> lower.append(Character.toString(c).toLowerCase(Locale.ROOT)));
        yield lower.toString();
      }
    };
  }

  private static void settle(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
