/** A transfer between two banks with their own databases, in plain Java. */
@NullMarked
package io.attx.examples.plain;

import org.jspecify.annotations.NullMarked;
