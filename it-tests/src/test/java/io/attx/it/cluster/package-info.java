/** Several coordinator processes that lose their leader, one after the other, under load. */
@org.jspecify.annotations.NullMarked
package io.attx.it.cluster;
