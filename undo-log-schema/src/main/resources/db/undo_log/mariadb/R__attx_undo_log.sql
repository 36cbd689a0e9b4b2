-- The undo table of attx for MariaDB 10.5 and newer. Run it once in every schema that holds tables changed in global
-- transactions. Safe to repeat.
-- state: 0 UNDO, 1 UNDONE, 2 FENCE; chunk 0 always exists and carries the number of chunks; created is UTC.
CREATE TABLE IF NOT EXISTS undo_log (
  cluster        BIGINT      NOT NULL,
  branch_session BIGINT      NOT NULL,
  branch_number  BIGINT      NOT NULL,
  chunk          INT         NOT NULL,
  xid_session    BIGINT      NOT NULL,
  xid_number     BIGINT      NOT NULL,
  state          TINYINT     NOT NULL,
  format         SMALLINT    NOT NULL,
  chunks         INT         NOT NULL,
  payload        LONGBLOB    NOT NULL,
  created        DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
  PRIMARY KEY (cluster, branch_session, branch_number, chunk),
  KEY undo_log_created (created)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4;

-- One row: the identity of this lock space, the same whatever host name a service reaches it by.
CREATE TABLE IF NOT EXISTS undo_log_identity (
  id       INT      NOT NULL,
  identity CHAR(36) NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4;
