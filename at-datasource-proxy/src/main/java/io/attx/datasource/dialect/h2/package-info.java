/** Everything that attx knows only of H2. */
@NullMarked
package io.attx.datasource.dialect.h2;

import org.jspecify.annotations.NullMarked;
