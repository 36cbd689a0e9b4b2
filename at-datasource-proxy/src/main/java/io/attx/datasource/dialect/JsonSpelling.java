package io.attx.datasource.dialect;

/** Whether two JSON texts differ only in white space between their tokens. Pure. */
public final class JsonSpelling {
  private JsonSpelling() {}

  /** Whether they are the same. */
  public static boolean isSame(String one, String other) {
    return compact(one).equals(compact(other));
  }

  private static String compact(String json) {
    StringBuilder compact = new StringBuilder(json.length());
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inString && c == '\\' && i + 1 < json.length()) {
        compact.append(c).append(json.charAt(++i));
        continue;
      }
      if (c == '"') {
        inString = !inString;
      }
      boolean space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (inString || !space) {
        compact.append(c);
      }
    }
    return compact.toString();
  }
}
