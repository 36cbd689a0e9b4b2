/** The account service: takes part in the transactions of its callers without knowing it. */
@NullMarked
package io.attx.examples.shop.account;

import org.jspecify.annotations.NullMarked;
