/**
 * What all three services share: answers for busy rows, and a look at the undo table for the demo.
 */
@NullMarked
package io.attx.examples.shop.support;

import org.jspecify.annotations.NullMarked;
