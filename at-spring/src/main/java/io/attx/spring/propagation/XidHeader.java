package io.attx.spring.propagation;

import org.springframework.core.Ordered;

/**
 * The header that carries the xid of the caller's global transaction: in HTTP requests, in the
 * metadata of gRPC calls, in the headers of messages.
 */
public final class XidHeader {

  /** Its name. */
  public static final String NAME = "attx-xid";

  /**
   * Where filters of incoming requests stand: early, but after those that set the character
   * encoding and the tracing of a request.
   */
  static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 1_000;

  private XidHeader() {}
}
