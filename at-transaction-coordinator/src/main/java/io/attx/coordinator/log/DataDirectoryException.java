package io.attx.coordinator.log;

import io.attx.AttxException;
import org.jspecify.annotations.Nullable;

/**
 * The data directory cannot be used: another process has it, it is not one of ours, or a file in it
 * is damaged. The message names the file and says what to do. Nothing was changed.
 */
public final class DataDirectoryException extends AttxException {
  /** With a message for people. */
  public DataDirectoryException(String message) {
    super(message);
  }

  /** With a message for people and the reason behind it. */
  public DataDirectoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
