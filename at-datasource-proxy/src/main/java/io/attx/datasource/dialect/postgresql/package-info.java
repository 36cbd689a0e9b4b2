/** Everything that attx knows only of PostgreSQL. */
@NullMarked
package io.attx.datasource.dialect.postgresql;

import org.jspecify.annotations.NullMarked;
