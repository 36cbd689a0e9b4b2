-- The undo table of attx for PostgreSQL. Run it once in every database that holds tables changed in global
-- transactions, in a schema that the application finds by its search_path. Safe to repeat.
-- state: 0 UNDO, 1 UNDONE, 2 FENCE; chunk 0 always exists and carries the number of chunks.
CREATE TABLE IF NOT EXISTS undo_log (
  cluster        BIGINT      NOT NULL,
  branch_session BIGINT      NOT NULL,
  branch_number  BIGINT      NOT NULL,
  chunk          INTEGER     NOT NULL,
  xid_session    BIGINT      NOT NULL,
  xid_number     BIGINT      NOT NULL,
  state          SMALLINT    NOT NULL,
  format         SMALLINT    NOT NULL,
  chunks         INTEGER     NOT NULL,
  payload        BYTEA       NOT NULL,
  created        TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (cluster, branch_session, branch_number, chunk)
);

CREATE INDEX IF NOT EXISTS undo_log_created ON undo_log (created);

-- One row: the identity of this lock space, the same whatever host name a service reaches it by.
CREATE TABLE IF NOT EXISTS undo_log_identity (
  id       INTEGER  NOT NULL,
  identity CHAR(36) NOT NULL,
  PRIMARY KEY (id)
);
