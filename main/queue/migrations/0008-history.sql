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

-- Photos that are stored and that the queue has no more to do with, as far as they are looked for: by name, and by
-- whoever drops them again. A row keeps its id.
CREATE TABLE history (
  id            INTEGER PRIMARY KEY, -- photo.id, which is given to no other row
  owner         TEXT    NOT NULL,
  path          TEXT    NOT NULL,
  folded        TEXT,
  volume        INTEGER NOT NULL,
  device        INTEGER NOT NULL,
  inode         INTEGER NOT NULL,
  size          INTEGER NOT NULL,
  mtime_ns      INTEGER NOT NULL,
  content_type  TEXT    NOT NULL,
  sha256        BLOB    NOT NULL CHECK (length(sha256) = 32),
  taken_at      TEXT,
  taken_offset  TEXT,
  taken_source  TEXT,
  camera        TEXT,
  damage        TEXT,
  object_key    TEXT, -- NULL where the library had it already
  photo_id      TEXT, -- what the library calls it
  duplicate_of  TEXT,
  added_at      INTEGER NOT NULL,
  done_at       INTEGER
) STRICT;
CREATE INDEX history_owner ON history (owner, id);
-- Not unique: a file that changed was stored more than once under its path.
CREATE INDEX history_path ON history (owner, path, volume);

CREATE TRIGGER history_counted AFTER INSERT ON history BEGIN
  INSERT INTO counter VALUES (new.owner, 'history', 1, new.size)
    ON CONFLICT DO UPDATE SET count = count + 1, bytes = bytes + new.size;
END;
CREATE TRIGGER history_uncounted AFTER DELETE ON history BEGIN
  UPDATE counter SET count = count - 1, bytes = bytes - old.size WHERE owner = old.owner AND bucket = 'history';
END;
