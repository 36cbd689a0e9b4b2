-- The undo table of attx for H2. Created by itself at start. Safe to repeat.
-- state: 0 UNDO, 1 UNDONE, 2 FENCE; chunk 0 always exists and carries the number of chunks.
CREATE TABLE IF NOT EXISTS undo_log (
  cluster        BIGINT                      NOT NULL,
  branch_session BIGINT                      NOT NULL,
  branch_number  BIGINT                      NOT NULL,
  chunk          INTEGER                     NOT NULL,
  xid_session    BIGINT                      NOT NULL,
  xid_number     BIGINT                      NOT NULL,
  state          SMALLINT                    NOT NULL,
  format         SMALLINT                    NOT NULL,
  chunks         INTEGER                     NOT NULL,
  payload        VARBINARY                   NOT NULL,
  created        TIMESTAMP(3) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
  PRIMARY KEY (cluster, branch_session, branch_number, chunk)
);

CREATE INDEX IF NOT EXISTS undo_log_created ON undo_log (created);

-- One row: the identity of this lock space.
CREATE TABLE IF NOT EXISTS undo_log_identity (
  id            INTEGER  NOT NULL,
  identity      CHAR(36) NOT NULL,
  PRIMARY KEY (id)
);
