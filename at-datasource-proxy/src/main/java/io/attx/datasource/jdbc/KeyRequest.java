package io.attx.datasource.jdbc;

import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * How the application asked for generated keys.
 *
 * @param flag by {@link Statement#RETURN_GENERATED_KEYS}
 * @param names by column names; null otherwise
 * @param indexes by column indexes; null otherwise
 */
record KeyRequest(boolean flag, String @Nullable [] names, int @Nullable [] indexes) {
  static final KeyRequest NONE = new KeyRequest(false, null, null);
  private static final KeyRequest FLAG = new KeyRequest(true, null, null);

  static KeyRequest of(int flag) {
    return flag == Statement.RETURN_GENERATED_KEYS ? FLAG : NONE;
  }

  static KeyRequest of(String[] names) {
    return new KeyRequest(false, names.clone(), null);
  }

  static KeyRequest of(int[] indexes) {
    return new KeyRequest(false, null, indexes.clone());
  }
}
