/** What becomes of rows that others changed before they could be undone: policies and people. */
@org.jspecify.annotations.NullMarked
package io.attx.it.dirty;
