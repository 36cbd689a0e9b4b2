package io.attx.examples.shop.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The temporary directory of one run: data of coordinator and H2, logs of all processes.
 *
 * @param directory where it is
 * @param keep whether it stays
 */
record Workspace(Path directory, boolean keep) {

  static Workspace create(boolean keep) throws IOException {
    return new Workspace(Files.createTempDirectory("attx-demo-"), keep);
  }

  /** What is to be deleted when this JVM is killed. */
  String garbage() {
    return keep ? "" : directory.toString();
  }

  void delete() throws IOException {
    if (keep || !Files.exists(directory)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
