/** Carries the xid in the metadata of gRPC calls. */
@NullMarked
package io.attx.spring.propagation.grpc;

import org.jspecify.annotations.NullMarked;
