-- What inspection found in files that were read, so that a file is not read again while it stays as it is. It belongs
-- to no owner and holds no names: a path is in it as eight bytes of its digest. See queue/hash-cache.ts.
CREATE TABLE known_file (
  id            INTEGER PRIMARY KEY, -- age: a file that is read again gets a new one
  device        INTEGER NOT NULL,
  inode         INTEGER NOT NULL,
  size          INTEGER NOT NULL,
  mtime_ns      INTEGER NOT NULL,
  ctime_ns      INTEGER NOT NULL,
  path_digest   BLOB    NOT NULL CHECK (length(path_digest) = 8),
  content_type  TEXT    NOT NULL,
  extension     TEXT    NOT NULL,
  sha256        BLOB    NOT NULL CHECK (length(sha256) = 32),
  md5           BLOB    CHECK (length(md5) = 16),
  taken_at      TEXT,
  taken_offset  TEXT,
  taken_source  TEXT,
  camera        TEXT,
  damage        TEXT,
  decoded       INTEGER NOT NULL DEFAULT 0 CHECK (decoded IN (0, 1)),
  -- Of a large file: the size of its parts (the last may be smaller) and their digests, one behind the other.
  part_size     INTEGER,
  part_sha256   BLOB,
  part_md5      BLOB
) STRICT;
CREATE UNIQUE INDEX known_file_inode ON known_file (inode, device);
