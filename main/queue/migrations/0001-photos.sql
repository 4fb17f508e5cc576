-- One row per path and owner. Times are Unix milliseconds, mtime_ns nanoseconds; the device and inode numbers and
-- mtime_ns use all 64 bits, so they are read as text.
CREATE TABLE photo (
  id            INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: a worker may still hold the id of a removed row
  owner         TEXT    NOT NULL,
  path          TEXT    NOT NULL,
  device        INTEGER NOT NULL,
  inode         INTEGER NOT NULL,
  size          INTEGER NOT NULL,
  mtime_ns      INTEGER NOT NULL,
  content_type  TEXT    NOT NULL,
  extension     TEXT    NOT NULL,
  sha256        BLOB    CHECK (length(sha256) = 32),
  md5           BLOB    CHECK (length(md5) = 16),
  taken_at      TEXT,
  taken_offset  TEXT,
  taken_source  TEXT,
  camera        TEXT,
  damage        TEXT,
  -- The whole picture was decoded once: only that finds damage behind a sound head.
  decoded       INTEGER NOT NULL DEFAULT 0 CHECK (decoded IN (0, 1)),
  status        TEXT    NOT NULL CHECK (status IN ('waiting', 'active', 'done', 'blocked')),
  step          TEXT    NOT NULL CHECK (step IN ('inspecting', 'checking', 'sending', 'confirming')),
  reason        TEXT    NOT NULL DEFAULT '',
  next_try_at   INTEGER NOT NULL DEFAULT 0,
  held          INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  priority      INTEGER NOT NULL DEFAULT 0,
  attempts      INTEGER NOT NULL DEFAULT 0,
  strikes       INTEGER NOT NULL DEFAULT 0,
  object_key    TEXT,
  photo_id      TEXT,
  duplicate_of  TEXT,
  last_error    TEXT,
  added_at      INTEGER NOT NULL,
  done_at       INTEGER
) STRICT;

CREATE UNIQUE INDEX photo_path ON photo (owner, path);
CREATE INDEX photo_status ON photo (owner, status, id);
CREATE INDEX photo_owner ON photo (owner, id);
-- What a step may claim now has next_try_at = 0; what is due later is found by the same index and set to 0.
CREATE INDEX photo_ready ON photo (owner, step, next_try_at, priority DESC, id) WHERE status = 'waiting' AND held = 0;
CREATE INDEX photo_undecoded ON photo (owner, id) WHERE decoded = 0 AND sha256 IS NOT NULL;
CREATE INDEX photo_hash ON photo (owner, sha256) WHERE sha256 IS NOT NULL;

-- The window's summary is read from here: no query of it counts rows.
CREATE TABLE counter (
  owner   TEXT    NOT NULL,
  bucket  TEXT    NOT NULL,
  count   INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  PRIMARY KEY (owner, bucket)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER photo_counted AFTER INSERT ON photo BEGIN
  INSERT INTO counter VALUES (new.owner, new.status, 1, new.size)
    ON CONFLICT DO UPDATE SET count = count + 1, bytes = bytes + new.size;
END;

CREATE TRIGGER photo_uncounted AFTER DELETE ON photo BEGIN
  UPDATE counter SET count = count - 1, bytes = bytes - old.size WHERE owner = old.owner AND bucket = old.status;
  UPDATE counter SET count = count - 1, bytes = bytes - old.size
    WHERE owner = old.owner AND bucket = 'damaged' AND old.damage IS NOT NULL;
  UPDATE counter SET count = count - 1, bytes = bytes - old.size
    WHERE owner = old.owner AND bucket = 'duplicate' AND old.status = 'done' AND old.duplicate_of IS NOT NULL;
END;

CREATE TRIGGER photo_recounted AFTER UPDATE OF status, size ON photo
  WHEN old.status <> new.status OR old.size <> new.size BEGIN
  UPDATE counter SET count = count - 1, bytes = bytes - old.size WHERE owner = old.owner AND bucket = old.status;
  INSERT INTO counter VALUES (new.owner, new.status, 1, new.size)
    ON CONFLICT DO UPDATE SET count = count + 1, bytes = bytes + new.size;
END;

CREATE TRIGGER photo_damaged AFTER UPDATE OF damage ON photo
  WHEN (old.damage IS NULL) <> (new.damage IS NULL) BEGIN
  INSERT INTO counter VALUES (new.owner, 'damaged', iif(new.damage IS NULL, -1, 1), iif(new.damage IS NULL, -new.size, new.size))
    ON CONFLICT DO UPDATE SET count = count + excluded.count, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER photo_duplicate AFTER UPDATE OF status ON photo
  WHEN (old.status = 'done' AND old.duplicate_of IS NOT NULL) <> (new.status = 'done' AND new.duplicate_of IS NOT NULL) BEGIN
  INSERT INTO counter VALUES (new.owner, 'duplicate', iif(new.status = 'done', 1, -1), iif(new.status = 'done', new.size, -new.size))
    ON CONFLICT DO UPDATE SET count = count + excluded.count, bytes = bytes + excluded.bytes;
END;

-- The parts of a large photo as inspection saw them, and the ETag of each that the store has taken.
CREATE TABLE part (
  photo_id  INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
  number    INTEGER NOT NULL,
  size      INTEGER NOT NULL,
  sha256    BLOB    NOT NULL CHECK (length(sha256) = 32),
  md5       BLOB    CHECK (length(md5) = 16),
  etag      TEXT,
  PRIMARY KEY (photo_id, number)
) STRICT, WITHOUT ROWID;

-- Multipart uploads that this computer has begun and not ended. photo_id becomes NULL when the row no longer wants
-- it: then the upload is to be aborted.
CREATE TABLE multipart (
  upload_id   TEXT    NOT NULL PRIMARY KEY,
  owner       TEXT    NOT NULL,
  object_key  TEXT    NOT NULL,
  photo_id    INTEGER UNIQUE REFERENCES photo (id) ON DELETE SET NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX multipart_abandoned ON multipart (owner) WHERE photo_id IS NULL;

-- Whether the last run ended by closing the database: an integrity check follows an unclean exit.
CREATE TABLE lifecycle (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  clean  INTEGER NOT NULL CHECK (clean IN (0, 1))
) STRICT;
INSERT INTO lifecycle VALUES (1, 1);
