-- What became of the queue from the moment that something could go on until nothing was left that can by itself. See
-- queue/runs.ts.
CREATE TABLE run (
  id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: whoever was told of one knows the next from it
  owner       TEXT    NOT NULL,
  started_at  INTEGER NOT NULL,
  ended_at    INTEGER, -- NULL while it goes on
  stored      INTEGER NOT NULL DEFAULT 0,
  duplicates  INTEGER NOT NULL DEFAULT 0,
  attention   INTEGER NOT NULL DEFAULT 0,
  waiting     INTEGER NOT NULL DEFAULT 0, -- left over at its end: paused by a person, or on a volume that is away
  bytes       INTEGER NOT NULL DEFAULT 0 -- of what was stored
) STRICT;
CREATE UNIQUE INDEX run_open ON run (owner) WHERE ended_at IS NULL;
CREATE INDEX run_owner ON run (owner, id);

-- The run in which a blocked row came to need somebody: only there is it taken back.
ALTER TABLE photo ADD COLUMN blocked_in INTEGER; -- run.id

-- Counted where it happens, in the same transaction: no row is looked at again when a run ends.
CREATE TRIGGER photo_run_done AFTER UPDATE OF status ON photo
  WHEN new.status = 'done' AND old.status <> 'done' BEGIN
  UPDATE run SET stored = stored + (new.duplicate_of IS NULL), duplicates = duplicates + (new.duplicate_of IS NOT NULL),
    bytes = bytes + iif(new.duplicate_of IS NULL, new.size, 0) WHERE owner = new.owner AND ended_at IS NULL;
END;
CREATE TRIGGER photo_run_blocked AFTER UPDATE OF status ON photo
  WHEN new.status = 'blocked' AND old.status <> 'blocked' BEGIN
  UPDATE run SET attention = attention + 1 WHERE owner = new.owner AND ended_at IS NULL;
  UPDATE photo SET blocked_in = (SELECT id FROM run WHERE owner = new.owner AND ended_at IS NULL) WHERE id = new.id;
END;
CREATE TRIGGER photo_run_freed AFTER UPDATE OF status ON photo
  WHEN old.status = 'blocked' AND new.status <> 'blocked' BEGIN
  UPDATE run SET attention = attention - 1 WHERE id = old.blocked_in AND ended_at IS NULL;
END;
CREATE TRIGGER photo_run_removed AFTER DELETE ON photo WHEN old.status = 'blocked' BEGIN
  UPDATE run SET attention = attention - 1 WHERE id = old.blocked_in AND ended_at IS NULL;
END;

-- How a photo's steps have failed, or what they had to wait for; its newest ones. How it ended is in its row.
CREATE TABLE attempt (
  photo_id     INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
  number       INTEGER NOT NULL, -- counts up
  at           INTEGER NOT NULL,
  step         TEXT    NOT NULL,
  blocked      INTEGER NOT NULL CHECK (blocked IN (0, 1)),
  reason       TEXT    NOT NULL, -- a WaitReason, or a BlockReason where it was blocked
  next_try_at  INTEGER, -- NULL where it waits for something else than a time
  took_ms      INTEGER,
  bytes        INTEGER, -- sent in it
  detail       TEXT,
  status       INTEGER, -- of HTTP
  request_id   TEXT,
  host         TEXT,
  PRIMARY KEY (photo_id, number)
) STRICT, WITHOUT ROWID;
