package io.attx.protocol.codec;

import io.attx.AttxException;
import org.jspecify.annotations.Nullable;

/** Bytes that are not a message of ours, or a message that does not fit into a frame. */
public final class ProtocolException extends AttxException {
  /** What is wrong. */
  public enum Kind {
    /** The bytes do not start with the magic: a port scanner, HTTP, TLS. */
    NOT_OUR_PROTOCOL,
    /** The frame layout has another version. */
    FRAME_VERSION,
    /** The frame is larger than allowed at this point. */
    FRAME_TOO_LARGE,
    /** The content breaks the layout of its message or a limit. */
    MALFORMED
  }

  private final Kind kind;
  private final long requestId;

  /**
   * With everything that an answer needs.
   *
   * @param requestId of the frame concerned; 0 where it could not be read
   */
  public ProtocolException(Kind kind, long requestId, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.requestId = requestId;
  }

  /** Content that breaks its layout. */
  static ProtocolException malformed(String message) {
    return new ProtocolException(Kind.MALFORMED, 0, message, null);
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** The request id of the frame, or 0 where it could not be read. */
  public long requestId() {
    return requestId;
  }
}
