package io.attx.protocol;

/**
 * The answer to {@link FetchValue}; answered by {@link Done}.
 *
 * @param call as in the question
 * @param kind what there is
 * @param text from the offset asked for, at most {@link Limits#MAX_VALUE_PART} characters
 * @param length characters of the whole value
 * @param problem why there is no answer, for people; empty when there is one
 */
public record FetchedValue(
    long call, ShownValue.Kind kind, String text, long length, String problem) implements Request {
  /** Checks the bound. */
  public FetchedValue {
    if (text.length() > Limits.MAX_VALUE_PART || length < 0) {
      throw new IllegalArgumentException("a part of " + text.length() + " of " + length + " chars");
    }
  }

  /** The part of a value that was asked for; null for SQL NULL. */
  public static FetchedValue of(
      FetchValue question, @org.jspecify.annotations.Nullable String whole) {
    if (whole == null) {
      return new FetchedValue(question.call(), ShownValue.Kind.NULL, "", 0, "");
    }
    int from = (int) Math.max(0, Math.min(question.offset(), whole.length()));
    int to = Math.min(whole.length(), from + Limits.MAX_VALUE_PART);
    if (to < whole.length() && Character.isHighSurrogate(whole.charAt(to - 1))) {
      to--;
    }
    return new FetchedValue(
        question.call(), ShownValue.Kind.TEXT, whole.substring(from, to), whole.length(), "");
  }

  /** The row does not exist in that image. */
  public static FetchedValue absent(FetchValue question) {
    return new FetchedValue(question.call(), ShownValue.Kind.ABSENT, "", 0, "");
  }

  /** There is no answer. */
  public static FetchedValue problem(FetchValue question, String problem) {
    return new FetchedValue(question.call(), ShownValue.Kind.ABSENT, "", 0, problem);
  }
}
