/** The program behind {@code ./demo}: starts everything, sends the orders, checks the result. */
@NullMarked
package io.attx.examples.shop.demo;

import org.jspecify.annotations.NullMarked;
