package io.vde.store.embedded;

import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.BytesRefBuilder;

/**
 * Terms of the one Lucene field that holds all metadata but numbers, so that a dataset with
 * thousands of field names stays one with few Lucene fields: length of the name, name, type, value.
 */
final class Keyword {
  // Lucene's limit for a term is 32,766 bytes.
  private static final int MAX_VALUE = 32_000;

  private static final byte BOOLEAN = 'b';
  private static final byte EXISTS = 'e';
  private static final byte LONG_STRING = 'l';
  private static final byte STRING = 's';

  private Keyword() {}

  /** Whether a string is too long for a term; then the image has {@link #longString} instead. */
  static boolean tooLong(BytesRef value) {
    return value.length > MAX_VALUE;
  }

  /** As much of a string as a term may hold. */
  static BytesRef cut(BytesRef value) {
    return tooLong(value) ? new BytesRef(value.bytes, value.offset, MAX_VALUE) : value;
  }

  static BytesRef exists(String name) {
    return term(name, EXISTS, new BytesRef());
  }

  static BytesRef bool(String name, boolean value) {
    return term(name, BOOLEAN, new BytesRef(new byte[] {(byte) (value ? 1 : 0)}));
  }

  static BytesRef string(String name, BytesRef value) {
    return term(name, STRING, value);
  }

  /** First term behind all strings of a field. */
  static BytesRef afterStrings(String name) {
    return term(name, (byte) (STRING + 1), new BytesRef());
  }

  /** Says that the field has a value that is {@link #tooLong}. */
  static BytesRef longString(String name) {
    return term(name, LONG_STRING, new BytesRef());
  }

  private static BytesRef term(String name, byte type, BytesRef value) {
    BytesRef nameBytes = new BytesRef(name);
    BytesRefBuilder term = new BytesRefBuilder();
    term.append((byte) (nameBytes.length >>> 8));
    term.append((byte) nameBytes.length);
    term.append(nameBytes);
    term.append(type);
    term.append(value);
    return term.toBytesRef();
  }
}
