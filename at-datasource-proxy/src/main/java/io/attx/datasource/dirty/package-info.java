/** What happens to a row that is neither the after image nor the before image. */
@NullMarked
package io.attx.datasource.dirty;

import org.jspecify.annotations.NullMarked;
