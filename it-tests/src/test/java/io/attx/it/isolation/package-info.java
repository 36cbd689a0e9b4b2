/** What one transaction may see and lose through another, cell by cell of the isolation table. */
@org.jspecify.annotations.NullMarked
package io.attx.it.isolation;
