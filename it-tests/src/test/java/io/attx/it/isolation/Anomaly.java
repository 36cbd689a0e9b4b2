package io.attx.it.isolation;

/** What can go wrong between two transactions, and the schedule that makes it happen. */
enum Anomaly {
  DIRTY_WRITE(
      "dirty write", "overwrites what an undecided global transaction wrote, and commits first") {
    @Override
    boolean happens(Scene scene) throws Exception {
      scene.writer().write(scene.east(), scene.row(), 200);
      scene.writer().commitLocally();
      scene.observer().read(scene.east(), scene.row());
      scene.observer().write(scene.east(), scene.row(), 300);
      scene.observer().commit();
      scene.writer().commit(); // A rollback would meet a dirty row.
      return true;
    }
  },
  DIRTY_READ("dirty read", "reads what an undecided global transaction wrote") {
    @Override
    boolean happens(Scene scene) throws Exception {
      scene.writer().write(scene.east(), scene.row(), 200);
      scene.writer().commitLocally();
      return scene.observer().read(scene.east(), scene.row()) == 200;
    }
  },
  LOST_UPDATE("lost update", "writes a value computed from what another has changed meanwhile") {
    @Override
    boolean happens(Scene scene) throws Exception {
      int seen = scene.observer().read(scene.east(), scene.row());
      scene.writer().write(scene.east(), scene.row(), 110);
      scene.writer().commit();
      scene.observer().write(scene.east(), scene.row(), seen + 5);
      scene.observer().commit();
      return true;
    }
  },
  NON_REPEATABLE_READ(
      "non-repeatable read", "reads a row twice in one local transaction and sees two values") {
    @Override
    boolean happens(Scene scene) throws Exception {
      int first = scene.observer().read(scene.east(), scene.row());
      scene.writer().write(scene.east(), scene.row(), 110);
      scene.writer().commit();
      return scene.observer().read(scene.east(), scene.row()) != first;
    }
  },
  WRITE_SKEW("write skew", "two read the same two rows, each writes another one, both commit") {
    @Override
    boolean happens(Scene scene) throws Exception {
      for (Actor each : new Actor[] {scene.observer(), scene.rival()}) {
        each.read(scene.east(), scene.row());
        each.read(scene.east(), scene.row() + 1);
      }
      scene.observer().write(scene.east(), scene.row(), 0);
      scene.rival().write(scene.east(), scene.row() + 1, 0);
      scene.observer().commit();
      scene.rival().commit();
      return true;
    }
  },
  FRACTURED_READ(
      "fractured read", "sees one database after, the other before a global transaction") {
    @Override
    boolean happens(Scene scene) throws Exception {
      scene.writer().write(scene.east(), scene.row(), 200);
      scene.writer().commitLocally();
      int east = scene.observer().read(scene.east(), scene.row());
      int west = scene.observer().read(scene.west(), scene.row());
      return east == 200 && west == 100;
    }
  };

  final String title;
  final String meaning;

  Anomaly(String title, String meaning) {
    this.title = title;
    this.meaning = meaning;
  }

  /**
   * Plays the schedule; every step runs to its end or fails by a lock time-out.
   *
   * @return whether the anomaly was seen
   * @throws Exception what stopped one of the transactions
   */
  abstract boolean happens(Scene scene) throws Exception;
}
