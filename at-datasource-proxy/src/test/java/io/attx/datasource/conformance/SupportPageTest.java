package io.attx.datasource.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class SupportPageTest {
  @Test
  void the_page_in_the_documentation_is_what_the_lists_say() throws IOException {
    assertThat(Files.readString(SupportPage.file()))
        .as("run the main of %s after changing a list", SupportPage.class.getName())
        .isEqualTo(SupportPage.text());
  }
}
