/** The contract that one database fulfils. Nothing outside imports a database's own package. */
@NullMarked
package io.attx.datasource.dialect;

import org.jspecify.annotations.NullMarked;
