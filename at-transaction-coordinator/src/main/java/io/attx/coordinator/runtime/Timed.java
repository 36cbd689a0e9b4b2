package io.attx.coordinator.runtime;

/** Something that happens at a time unless cancelled. Belongs to one {@link TimerQueue}. */
abstract class Timed {
  /** When, on the clock of the event loop. */
  long at;

  /** Its place in the heap; negative when it is not armed. */
  int place = -1;

  /** Time is up; it is no longer armed. */
  abstract void fire();
}
