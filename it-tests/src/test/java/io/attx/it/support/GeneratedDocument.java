package io.attx.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A document of the project whose sections are written by tests and agreed to by people: a test
 * fails when what it saw differs from what is written. With {@code -Dattx.docs.write=true} the
 * section is replaced instead, for a person to read the difference.
 */
public final class GeneratedDocument {
  private static final Object ONE_WRITER = new Object();

  private final Path file;

  private GeneratedDocument(Path file) {
    this.file = file;
  }

  /** The document of that name in {@code docs}. */
  public static GeneratedDocument named(String name) {
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !Files.exists(here.resolve("ARCHITECTURE.md"))) {
      here = here.getParent();
    }
    assertThat(here).as("the root of the project").isNotNull();
    return new GeneratedDocument(here.resolve("docs").resolve(name));
  }

  /** All of it. */
  public String text() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The part from the heading {@code ## title} to the next one. */
  public Section section(String title) {
    return new Section(title);
  }

  /** One section. */
  public final class Section {
    private final String heading;

    private Section(String title) {
      this.heading = "## " + title + "\n";
    }

    /** Fails unless the section has exactly this body, or writes it when told to. */
    public void isOrBecomes(String body) throws IOException {
      synchronized (ONE_WRITER) {
        String text = text();
        int start = text.indexOf(heading);
        assertThat(start).as("%s has the heading %s", file, heading).isNotNegative();
        start += heading.length();
        int end = text.indexOf("\n## ", start);
        end = end < 0 ? text.length() : end;
        if (Boolean.getBoolean("attx.docs.write")) {
          Files.writeString(file, text.substring(0, start) + body + text.substring(end));
        } else {
          assertThat(body.strip()).isEqualTo(text.substring(start, end).strip());
        }
      }
    }
  }
}
