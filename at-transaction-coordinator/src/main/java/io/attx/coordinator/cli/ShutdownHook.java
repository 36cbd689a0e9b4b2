package io.attx.coordinator.cli;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Closes what runs when the process is asked to stop, then ends it with {@link ExitCode#OK}, not
 * with the 143 or 130 of the virtual machine: whoever asked it to stop sees that all went well.
 */
final class ShutdownHook {
  private final AtomicReference<@Nullable AutoCloseable> running = new AtomicReference<>();

  /** Registers with the virtual machine. */
  ShutdownHook install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::run, "attx-shutdown"));
    return this;
  }

  /** From now on this is closed at shutdown. */
  void closes(AutoCloseable target) {
    running.set(target);
  }

  /** Closes now, in the calling thread; the hook does nothing afterwards. */
  void closeNow() {
    AutoCloseable target = running.getAndSet(null);
    if (target != null) {
      close(target);
    }
  }

  private void run() {
    AutoCloseable target = running.getAndSet(null);
    if (target == null) {
      return; // Not started yet, or the process ends with an exit code of its own.
    }
    boolean clean = close(target);
    Runtime.getRuntime().halt(clean ? ExitCode.OK : ExitCode.FAILURE);
  }

  private static boolean close(AutoCloseable target) {
    var log = LoggerFactory.getLogger(ShutdownHook.class);
    try {
      log.info("Stopping");
      target.close();
      log.info("Stopped");
      return true;
    } catch (Exception e) {
      log.error("The coordinator did not stop cleanly", e);
      return false;
    }
  }
}
