package io.attx.datasource.dirty;

/** What happened to a row since the branch, as far as its images and its neighbours show it. */
public enum DirtyKind {
  /** Imaged columns have other values. */
  CHANGED("changed by someone else"),
  /** The branch changed the row and it is gone (deleted, or its key was changed). */
  DELETED("deleted by someone else, or its key was changed"),
  /** The branch inserted the row and somebody else changed it. */
  INSERTED_ROW_CHANGED("inserted by the branch and changed by someone else"),
  /** The branch deleted the row and somebody else inserted one with its key. */
  INSERTED_AGAIN("deleted by the branch and inserted again by someone else"),
  /** A unique value that the row needs is another row's. */
  UNIQUE_VALUE_TAKEN("a unique value that it had before now belongs to another row"),
  /** A row that the row must refer to is gone. */
  PARENT_GONE("the row that it referred to before is gone"),
  /** A row of somebody else refers to the row that the branch inserted. */
  CHILD_ADDED("inserted by the branch, and a row of someone else refers to it"),
  /** The database refused the step that takes the row back. */
  REFUSED("the database refused to take it back");

  private final String text;

  DirtyKind(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** Whether the obstacle is another row and not a value of this one. */
  public boolean isObstacle() {
    return this == UNIQUE_VALUE_TAKEN
        || this == PARENT_GONE
        || this == CHILD_ADDED
        || this == REFUSED;
  }
}
