package io.attx.dirty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.dirty.DirtyPolicy.Action;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirtyPoliciesTest {
  @Test
  void a_chain_is_read_policy_by_policy() {
    DirtyChain chain = DirtyChain.parse(" delta( balance , \"Points\"),Merge, keep_current ");

    assertThat(chain.policies())
        .containsExactly(
            new DirtyPolicy(
                Action.DELTA,
                List.of(new PolicyName("balance", false), new PolicyName("Points", true))),
            new DirtyPolicy(Action.MERGE, List.of()),
            new DirtyPolicy(Action.KEEP_CURRENT, List.of()));
    assertThat(chain).hasToString("delta(balance,\"Points\"),merge,keep");
  }

  @Test
  void tables_have_chains_of_their_own_and_all_others_one_together() {
    DirtyPolicies policies =
        DirtyPolicies.parse("account=delta(balance),hold; audit.\"En=t;ry\"=keep; merge,restore");

    assertThat(policies.tables().keySet())
        .map(PolicyTable::toString)
        .containsExactly("account", "audit.\"En=t;ry\"");
    assertThat(policies.tables().get(DirtyPolicies.parseTable("account")))
        .hasToString("delta(balance),hold");
    assertThat(policies.otherwise()).hasToString("merge,restore");
    assertThat(DirtyPolicies.parse(policies.toString())).isEqualTo(policies);
  }

  @Test
  void no_text_declares_nothing() {
    assertThat(DirtyPolicies.parse(" ")).isEqualTo(DirtyPolicies.NONE);
    assertThat(DirtyPolicies.NONE.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "held                   | 'held' is no policy",
        "delta                  | delta needs the columns",
        "delta()                | a name is missing",
        "merge,delta(a)         | must come first",
        "hold,merge             | nothing behind 'hold'",
        "keep,restore           | nothing behind 'keep'",
        "handler                | needs the name of one handler",
        "handler(a,b)           | needs the name of one handler",
        "handler(a),hold        | ok",
        "keep(a),hold(b),merge  | ok",
        "merge,                 | a name is missing",
        "delta(a                | ')' is missing",
        "delta(\"a)             | quote is not closed",
        "delta(\"\")            | a name is empty",
        "merge hold             | 'h' is not expected",
        "a=merge;a=hold         | a is given twice",
        "merge;hold             | given twice",
        "a.b.c.d=hold           | at most two qualifiers",
        "=hold                  | a name is missing",
        "\"hold\"               | is no policy"
      })
  void what_is_wrong_is_said_at_once(String text, String complaint) {
    if (complaint.equals("ok")) {
      assertThat(DirtyPolicies.parse(text).otherwise()).hasToString(text);
      return;
    }
    assertThatThrownBy(() -> DirtyPolicies.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void a_text_without_end_is_refused() {
    assertThatThrownBy(() -> DirtyPolicies.parse("x".repeat(5_000)))
        .hasMessageContaining("at most");
  }
}
