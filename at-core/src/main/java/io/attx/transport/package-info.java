/** Request and response over Netty: one connection, many requests under way, batched writes. */
@NullMarked
package io.attx.transport;

import org.jspecify.annotations.NullMarked;
