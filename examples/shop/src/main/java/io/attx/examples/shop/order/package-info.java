/** The order service: where a global transaction begins and is decided. */
@NullMarked
package io.attx.examples.shop.order;

import org.jspecify.annotations.NullMarked;
