package io.vde.media;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of IP addresses.
 *
 * @param address 4 or 16 bytes
 * @param bits how many of them, from the front, all addresses of the block share
 */
record Network(byte[] address, int bits) {
  /**
   * Reads {@code 10.0.0.0/8}, {@code fc00::/7} or a single address.
   *
   * @throws IllegalArgumentException when it is none of these; a name is not looked up
   */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!address.matches("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException(text + " is not a network");
    }
    try {
      byte[] bytes = InetAddress.getByName(address).getAddress();
      int bits = slash < 0 ? 8 * bytes.length : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > 8 * bytes.length) {
        throw new IllegalArgumentException(text + " is not a network");
      }
      return new Network(bytes, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException(text + " is not a network", e);
    }
  }

  boolean contains(InetAddress other) {
    byte[] bytes = other.getAddress();
    if (bytes.length != address.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i & 7);
      if (((bytes[i >> 3] ^ address[i >> 3]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
