/** The public API of the resource manager: wrap a DataSource, choose options. */
@NullMarked
package io.attx.datasource;

import org.jspecify.annotations.NullMarked;
