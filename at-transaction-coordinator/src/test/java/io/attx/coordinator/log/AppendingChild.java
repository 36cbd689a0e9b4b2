package io.attx.coordinator.log;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** Appends until it is killed; prints the index and content of what was acknowledged. */
final class AppendingChild {
  private AppendingChild() {}

  public static void main(String[] arguments) throws Exception {
    RatisLogOptions options =
        RatisLogOptions.single(Path.of(arguments[0]))
            .sizes(Integer.parseInt(arguments[1]), 1L << 30, 64 * 1024);
    RatisLog log = RatisLog.open(options);
    log.start(new RecordingMachine());
    System.out.println("started");
    Semaphore window = new Semaphore(16);
    for (int i = 0; ; i++) {
      window.acquire();
      String text = "number-" + i + "-" + "x".repeat(i % 700);
      log.append(text.getBytes(StandardCharsets.UTF_8))
          .whenComplete(
              (index, failure) -> {
                if (failure != null) {
                  System.out.println("failed " + failure);
                } else {
                  System.out.println("ack " + index + " " + text);
                }
                window.release();
              });
    }
  }
}
