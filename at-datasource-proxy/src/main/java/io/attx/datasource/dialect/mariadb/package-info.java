/** Everything that attx knows only of MariaDB. */
@NullMarked
package io.attx.datasource.dialect.mariadb;

import org.jspecify.annotations.NullMarked;
