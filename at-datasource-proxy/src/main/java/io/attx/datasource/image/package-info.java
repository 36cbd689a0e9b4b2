/** Before and after images: planning the queries, executing them, deriving row lock keys. */
@NullMarked
package io.attx.datasource.image;

import org.jspecify.annotations.NullMarked;
