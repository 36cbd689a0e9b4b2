package io.attx.examples.shop.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.databases.DatabaseKind;
import org.junit.jupiter.api.Test;

class DemoOptionsTest {

  @Test
  void allOptionsAreRead() {
    assertThat(
            parse(
                "--database postgresql --orders 7 --parallel 2 --crash --keep --terminal --coordinator-jar c.jar"))
        .isEqualTo(new DemoOptions(DatabaseKind.POSTGRESQL, 7, 2, true, true, true, "c.jar"));
  }

  @Test
  void withoutOptionsItIsH2WithSixHundredOrders() {
    assertThat(parse("--coordinator-jar c.jar"))
        .isEqualTo(new DemoOptions(DatabaseKind.H2, 600, 8, false, false, false, "c.jar"));
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> parse("--database oracle")).hasMessageContaining("oracle");
    assertThatThrownBy(() -> parse("--orders many")).hasMessageContaining("'many'");
    assertThatThrownBy(() -> parse("--orders 0")).hasMessageContaining("from 1 to");
    assertThatThrownBy(() -> parse("--orders")).hasMessageContaining("needs a value");
    assertThatThrownBy(() -> parse("--fast")).hasMessageContaining("--fast");
    assertThatThrownBy(() -> parse("--crash")).hasMessageContaining("--coordinator-jar");
  }

  private static DemoOptions parse(String line) {
    return DemoOptions.parse(line.split(" "));
  }
}
