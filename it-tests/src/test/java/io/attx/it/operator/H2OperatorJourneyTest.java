package io.attx.it.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseKind;
import io.attx.it.support.GeneratedDocument;

class H2OperatorJourneyTest extends OperatorJourneyContract {
  H2OperatorJourneyTest() {
    super(DatabaseKind.H2);
  }

  /** The transcript in the documentation is what was printed, with names that are always new. */
  @Override
  void transcript(String logLine, String show, String shown, String resolve, String resolved)
      throws Exception {
    String jar = "$ java -jar at-transaction-coordinator.jar ";
    String text =
        "The log of the application says:\n\n```\n"
            + logLine
            + "\n```\n\nThe first command shows the case:\n\n```\n"
            + jar
            + show
            + "\n"
            + shown
            + "```\n\nThe second one decides it:\n\n```\n"
            + jar
            + resolve
            + "\n"
            + resolved
            + "```\n";
    GeneratedDocument document = GeneratedDocument.named("OPERATING_DIRTY_ROWS.md");
    if (Boolean.getBoolean("attx.docs.write")) {
      document.section("From the log line to a resolved case").isOrBecomes(steady(text));
    }
    // How the resource manager words what it found is not the matter of this document.
    assertThat(document.text().lines())
        .containsAll(
            steady(text)
                .lines()
                .filter(line -> !line.matches("DIRTY ROWS.*|  held because.*|.* row 9b4e.*"))
                .toList());
  }

  private static String steady(String text) {
    return text.replaceAll("[0-9a-f]{10,16}-(\\d+)-(\\d+)", "3e1c05f7a9b2d846-$1-$2")
        .replaceAll(
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "6f0c2a54-8d1e-4b7a-9c3f-2e5d81b6a7c0")
        .replaceAll("row [0-9a-f]{8,64}", "row 9b4e01c7d2a8")
        .replaceAll("since 20[0-9T:.-]+Z", "since 2026-11-20T13:11:19.538Z")
        .replaceAll("jdbc:h2:[^ );,]+", "jdbc:h2:tcp://db1/shop")
        .replaceAll("\r", "");
  }
}
