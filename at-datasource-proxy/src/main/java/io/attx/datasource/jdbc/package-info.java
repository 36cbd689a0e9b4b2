/** JDBC proxies: they override what matters inside a global transaction and delegate the rest. */
@NullMarked
package io.attx.datasource.jdbc;

import org.jspecify.annotations.NullMarked;
