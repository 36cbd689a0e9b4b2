package io.attx.coordinator.rpc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Compares a token with the configured one in a time that depends on neither. Thread-safe. An empty
 * configured token accepts everything.
 */
public final class TokenCheck {
  private final boolean open;
  private final byte[] expected;

  /** With the configured token; empty asks for none. */
  public TokenCheck(String token) {
    this.open = token.isEmpty();
    this.expected = digest(token);
  }

  /** Whether no token is asked for. */
  public boolean isOpen() {
    return open;
  }

  /** Whether the token is the configured one. */
  public boolean accepts(String token) {
    return MessageDigest.isEqual(expected, digest(token)) || open;
  }

  private static byte[] digest(String token) {
    try {
      // Digests have one length, so that not even the length of the token can be measured.
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
