/** What tables look like, read from the live database and cached by version. */
@NullMarked
package io.attx.datasource.metadata;

import org.jspecify.annotations.NullMarked;
