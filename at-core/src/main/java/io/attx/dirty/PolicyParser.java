package io.attx.dirty;

import io.attx.dirty.DirtyPolicy.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads policies from text, strictly: what it does not know is an error. Used once. */
final class PolicyParser {
  private static final int MAX_NAMES = 100;
  private static final int MAX_TABLES = 200;

  private final String text;
  private int at;

  PolicyParser(String text) {
    if (text.length() > DirtyPolicies.MAX_TEXT) {
      throw new IllegalArgumentException(
          "a policy text has at most "
              + DirtyPolicies.MAX_TEXT
              + " characters, not "
              + text.length());
    }
    this.text = text;
  }

  DirtyPolicies policies() {
    Map<PolicyTable, DirtyChain> tables = new LinkedHashMap<>();
    DirtyChain otherwise = null;
    do {
      int start = at;
      PolicyTable table = tableBefore('=');
      if (table == null) {
        at = start;
      }
      DirtyChain chain = chain();
      boolean twice = table == null ? otherwise != null : tables.putIfAbsent(table, chain) != null;
      if (twice) {
        at = start;
        throw error((table == null ? "the policy for all tables" : table) + " is given twice");
      }
      otherwise = table == null ? chain : otherwise;
      if (tables.size() > MAX_TABLES) {
        throw error("more than " + MAX_TABLES + " tables");
      }
    } while (accept(';'));
    requireEnd();
    return new DirtyPolicies(tables, otherwise);
  }

  DirtyChain wholeChain() {
    DirtyChain chain = chain();
    requireEnd();
    return chain;
  }

  PolicyTable wholeTable() {
    PolicyTable table = table();
    requireEnd();
    return table;
  }

  /** Null where what stands here is not a table and that character. */
  private @Nullable PolicyTable tableBefore(char end) {
    int semicolon = text.indexOf(';', at);
    int equals = text.indexOf(end, at);
    if (equals < 0 || (semicolon >= 0 && semicolon < equals && !quoteBetween(at, equals))) {
      return null;
    }
    PolicyTable table = table();
    require(end);
    return table;
  }

  private boolean quoteBetween(int from, int to) {
    int quote = text.indexOf('"', from);
    return quote >= 0 && quote < to;
  }

  private PolicyTable table() {
    List<PolicyName> parts = new ArrayList<>();
    do {
      parts.add(name());
    } while (accept('.'));
    if (parts.size() > 3) {
      throw error("a table has at most two qualifiers");
    }
    return new PolicyTable(parts.subList(0, parts.size() - 1), parts.get(parts.size() - 1));
  }

  private DirtyChain chain() {
    int start = at;
    List<DirtyPolicy> policies = new ArrayList<>();
    do {
      policies.add(policy());
    } while (accept(','));
    try {
      return new DirtyChain(policies);
    } catch (IllegalArgumentException wrong) {
      at = start;
      throw error(String.valueOf(wrong.getMessage()));
    }
  }

  private DirtyPolicy policy() {
    int start = skipSpace();
    PolicyName word = name();
    Action action = action(word, start);
    List<PolicyName> names = new ArrayList<>();
    if (accept('(')) {
      do {
        names.add(name());
      } while (accept(',') && names.size() < MAX_NAMES);
      require(')');
    }
    try {
      return new DirtyPolicy(action, names);
    } catch (IllegalArgumentException wrong) {
      at = start;
      throw error(String.valueOf(wrong.getMessage()));
    }
  }

  private Action action(PolicyName word, int start) {
    String known = word.text().toLowerCase(Locale.ROOT).replace('-', '_');
    for (Action action : Action.values()) {
      boolean named =
          known.equals(action.word()) || known.equals(action.name().toLowerCase(Locale.ROOT));
      if (named && !word.quoted()) {
        return action;
      }
    }
    at = start;
    throw error(
        "'"
            + word
            + "' is no policy; there are "
            + Arrays.stream(Action.values()).map(Action::word).collect(Collectors.joining(", ")));
  }

  private PolicyName name() {
    skipSpace();
    if (at < text.length() && text.charAt(at) == '"') {
      return quotedName();
    }
    int start = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw error("a name is missing");
    }
    return new PolicyName(text.substring(start, at), false);
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '-' || c == '#';
  }

  private PolicyName quotedName() {
    StringBuilder name = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        name.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        name.append(c);
        at++;
      } else if (name.isEmpty()) {
        throw error("a name is empty");
      } else {
        return new PolicyName(name.toString(), true);
      }
    }
    throw error("a quote is not closed");
  }

  private int skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private boolean accept(char c) {
    if (skipSpace() < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void require(char c) {
    if (!accept(c)) {
      throw error("'" + c + "' is missing");
    }
  }

  private void requireEnd() {
    if (skipSpace() < text.length()) {
      throw error("'" + text.charAt(at) + "' is not expected");
    }
  }

  private IllegalArgumentException error(String what) {
    return new IllegalArgumentException(
        "dirty-row policy '" + text + "', character " + (at + 1) + ": " + what);
  }
}
