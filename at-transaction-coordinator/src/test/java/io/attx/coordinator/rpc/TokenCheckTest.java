package io.attx.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenCheckTest {
  @Test
  void acceptsOnlyTheConfiguredToken() {
    TokenCheck check = new TokenCheck("geheim ä");
    assertThat(check.accepts("geheim ä")).isTrue();
    assertThat(check.accepts("geheim a")).isFalse();
    assertThat(check.accepts("geheim ")).isFalse();
    assertThat(check.accepts("")).isFalse();
    assertThat(check.isOpen()).isFalse();
  }

  @Test
  void withoutATokenEverybodyIsAccepted() {
    TokenCheck check = new TokenCheck("");
    assertThat(check.accepts("")).isTrue();
    assertThat(check.accepts("anything")).isTrue();
    assertThat(check.isOpen()).isTrue();
  }
}
