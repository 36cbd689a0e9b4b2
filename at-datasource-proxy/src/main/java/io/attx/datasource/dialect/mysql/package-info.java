/** Everything that attx knows only of MySQL. */
@NullMarked
package io.attx.datasource.dialect.mysql;

import org.jspecify.annotations.NullMarked;
