package io.attx.spring.propagation;

/** The HTTP header that carries the xid of the caller's global transaction. */
public final class XidHeader {

  /** Its name. */
  public static final String NAME = "attx-xid";

  private XidHeader() {}
}
