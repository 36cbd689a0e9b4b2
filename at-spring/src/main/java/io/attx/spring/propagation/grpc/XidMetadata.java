package io.attx.spring.propagation.grpc;

import io.attx.spring.propagation.XidHeader;
import io.grpc.Metadata;

/** The key of the xid among the metadata of a call. */
final class XidMetadata {

  static final Metadata.Key<String> KEY =
      Metadata.Key.of(XidHeader.NAME, Metadata.ASCII_STRING_MARSHALLER);

  private XidMetadata() {}
}
