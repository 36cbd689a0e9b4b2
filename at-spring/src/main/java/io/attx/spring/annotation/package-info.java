/** The annotations that an application puts on its methods. Nothing else. */
@NullMarked
package io.attx.spring.annotation;

import org.jspecify.annotations.NullMarked;
