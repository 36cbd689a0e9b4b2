package io.attx.datasource.image;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.RowLockKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects the global locks of one statement, each key once with its strongest mode. */
final class Locks {
  private final Map<RowLockKey, LockMode> modes = new LinkedHashMap<>();

  /** A row that was captured and not changed. */
  void captured(ImageLayout layout, ImagedRow row) {
    captured(layout, row, LockMode.UPDATE);
  }

  /** A row that was captured, in this mode. */
  void captured(ImageLayout layout, ImagedRow row, LockMode mode) {
    for (int i = 0; i < layout.sources().size(); i++) {
      if (layout.sources().get(i).kind() == LockSource.Kind.ROW) {
        add(row.lockKeys().get(i), mode);
      }
    }
  }

  /** A row that was changed and kept its key. */
  void updated(ImageLayout layout, ImagedRow before, ImagedRow after) {
    for (int i = 0; i < layout.sources().size(); i++) {
      LockSource source = layout.sources().get(i);
      RowLockKey old = before.lockKeys().get(i);
      RowLockKey now = after.lockKeys().get(i);
      switch (source.kind()) {
        case ROW -> add(old, LockMode.UPDATE);
        case UNIQUE -> addBoth(source, old, now, LockMode.EXCLUSIVE);
        case PARENT -> addBoth(source, old, now, LockMode.KEY_SHARE);
      }
    }
  }

  private void addBoth(
      LockSource source, @Nullable RowLockKey old, @Nullable RowLockKey now, LockMode mode) {
    if (source.parts().isEmpty() || !Objects.equals(old, now)) {
      add(old, mode);
      add(now, mode);
    }
  }

  /** A row that appeared or disappeared. */
  void wholeRow(ImageLayout layout, ImagedRow row) {
    for (int i = 0; i < layout.sources().size(); i++) {
      boolean parent = layout.sources().get(i).kind() == LockSource.Kind.PARENT;
      add(row.lockKeys().get(i), parent ? LockMode.KEY_SHARE : LockMode.EXCLUSIVE);
    }
  }

  private void add(@Nullable RowLockKey key, LockMode mode) {
    if (key != null) {
      modes.merge(key, mode, LockMode::combinedWith);
    }
  }

  List<LockRequest> requests() {
    List<LockRequest> requests = new ArrayList<>(modes.size());
    modes.forEach((key, mode) -> requests.add(new LockRequest(key, mode)));
    return requests;
  }
}
