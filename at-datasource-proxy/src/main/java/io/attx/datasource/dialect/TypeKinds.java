package io.attx.datasource.dialect;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.Locale;
import java.util.function.Function;

/** Remembers how type names were classified, so that it costs one look-up per value. */
public final class TypeKinds<K> {
  private static final int MAX_TYPES = 4_096;

  private final LoadingCache<String, K> kinds;

  /** With the classification of a type name in lower case. */
  public TypeKinds(Function<String, K> classify) {
    this.kinds =
        Caffeine.newBuilder()
            .maximumSize(MAX_TYPES)
            .build(type -> classify.apply(type.toLowerCase(Locale.ROOT)));
  }

  /** The kind of a type. */
  public K of(String typeName) {
    return kinds.get(typeName);
  }
}
