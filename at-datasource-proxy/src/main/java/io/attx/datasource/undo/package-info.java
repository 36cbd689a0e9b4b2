/** The undo table, and compensation: plan it, then execute it. */
@NullMarked
package io.attx.datasource.undo;

import org.jspecify.annotations.NullMarked;
