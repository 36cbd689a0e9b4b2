package io.attx.spring.boot3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;
import org.springframework.core.SpringVersion;

/** The other tests of this module are those of at-spring; this one shows on what they run. */
class SpringVersionTest {

  @Test
  void theTestsOfThisModuleRunOnSpringBoot3() {
    assertThat(SpringBootVersion.getVersion()).startsWith("3.5.");
    assertThat(SpringVersion.getVersion()).startsWith("6.2.");
  }
}
