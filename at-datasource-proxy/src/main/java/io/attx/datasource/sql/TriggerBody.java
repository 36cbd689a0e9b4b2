package io.attx.datasource.sql;

import io.attx.datasource.sql.Token.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the text of a trigger can do, as far as undo must know. Only a text that consists of known
 * words and functions is believed to write nothing.
 *
 * @param writes why it may change rows besides the one it fires for; null when it does not
 * @param mayFail whether it can raise an error of its own
 * @param mentioned the columns of the new row that it names, in lower case
 */
public record TriggerBody(@Nullable String writes, boolean mayFail, Set<String> mentioned) {
  private static final Set<String> WRITING =
      Set.of(
          "INSERT",
          "UPDATE",
          "DELETE",
          "REPLACE",
          "MERGE",
          "TRUNCATE",
          "CALL",
          "EXECUTE",
          "PERFORM",
          "PREPARE",
          "COPY",
          "LOCK",
          "CREATE",
          "ALTER",
          "DROP",
          "GRANT",
          "REVOKE",
          "LOAD",
          "HANDLER",
          "DO",
          "RENAME",
          "IMPORT",
          "REFRESH",
          "COMMIT",
          "ROLLBACK");

  private static final Set<String> FAILING =
      Set.of("SIGNAL", "RESIGNAL", "RAISE", "ASSERT", "EXCEPTION");

  /**
   * What may stand before a bracket: words of the language, types, and functions that only read.
   */
  private static final Set<String> READING =
      Set.of(
          ("if elseif elsif while until and or not in when then else return case select from where"
                  + " exists set on by as between like is any all some xor div using values having"
                  + " over union join limit varchar char character decimal numeric int integer"
                  + " bigint smallint tinyint datetime timestamp timestamptz time binary varbinary"
                  + " bit float double text varying now current_timestamp current_date"
                  + " current_time localtime localtimestamp sysdate utc_timestamp utc_date"
                  + " clock_timestamp statement_timestamp transaction_timestamp curdate curtime"
                  + " date date_add date_sub datediff date_format date_trunc date_part extract year"
                  + " month day hour minute second microsecond unix_timestamp from_unixtime to_char"
                  + " to_date to_timestamp to_number age make_interval interval coalesce ifnull"
                  + " nullif isnull greatest least abs round floor ceil ceiling mod power sqrt sign"
                  + " truncate trunc rand random lower upper lcase ucase trim ltrim rtrim btrim"
                  + " length char_length character_length octet_length substring substr left right"
                  + " replace insert concat concat_ws format lpad rpad repeat reverse position"
                  + " locate instr strpos split_part initcap regexp_replace regexp_like md5 sha1"
                  + " sha2 sha256 encode decode hex unhex crc32 uuid gen_random_uuid uuid_to_bin"
                  + " cast convert json_object json_array json_extract json_set json_unquote"
                  + " jsonb_build_object jsonb_set to_json to_jsonb row_to_json to_tsvector"
                  + " setweight array_length cardinality unnest count sum min max avg user"
                  + " current_user session_user database connection_id field elt ascii ord chr"
                  + " nextval")
              .split(" "));

  /** Copies the set. */
  public TriggerBody {
    mentioned = Set.copyOf(mentioned);
  }

  /**
   * Reads a text.
   *
   * @param body statements, without the head of CREATE TRIGGER
   */
  public static TriggerBody read(String body, SqlFlags flags) {
    LexedSql lexed;
    try {
      lexed = SqlLexer.lex(body, flags);
    } catch (Refusal refusal) {
      return unknown("its text is not understood: " + refusal.getMessage());
    }
    return of(new StatementText(body, flags, lexed.tokens(), lexed.parameterCount()));
  }

  /** Of a trigger whose text is not to be had or not to be understood. */
  public static TriggerBody unknown(String why) {
    return new TriggerBody(why, true, Set.of());
  }

  private static TriggerBody of(StatementText text) {
    String writes = null;
    boolean fails = false;
    Set<String> mentioned = new HashSet<>();
    List<Token> tokens = text.tokens();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      String word = token.isName() ? text.text(i) : "";
      if (writes == null && token.isName()) {
        writes = writes(text, i, word);
      }
      fails |= FAILING.contains(token.keyword());
      if (word.equalsIgnoreCase("NEW") && text.isKind(i + 1, Kind.DOT) && i + 2 < tokens.size()) {
        mentioned.add(Names.identifier(text, i + 2).text().toLowerCase(Locale.ROOT));
      }
      boolean wholeRow =
          word.equalsIgnoreCase("NEW")
              && !text.isKind(i + 1, Kind.DOT)
              && !text.is(i - 1, "RETURN");
      boolean otherRow =
          token.is("RETURN")
              && !text.is(i + 1, "NEW")
              && !text.is(i + 1, "OLD")
              && !text.is(i + 1, "NULL");
      if (writes == null && (wholeRow || otherRow)) {
        writes = "it replaces the row as a whole";
      }
    }
    return new TriggerBody(writes, fails, mentioned);
  }

  private static @Nullable String writes(StatementText text, int i, String word) {
    boolean call = text.isChar(i + 1, '(');
    if (call) {
      boolean known =
          text.isKind(i, Kind.WORD)
              && !text.isKind(i - 1, Kind.DOT)
              && READING.contains(word.toLowerCase(Locale.ROOT));
      return known ? null : "it calls " + word;
    }
    return WRITING.contains(text.get(i).keyword()) ? "it contains " + text.get(i).keyword() : null;
  }
}
