-- Two cards may be mounted at one place one after the other, with files of the same names: a row is of a path on its
-- volume.
DROP TABLE volume;
CREATE TABLE volume (
  id        INTEGER PRIMARY KEY,
  root      TEXT NOT NULL, -- where it was seen mounted
  identity  TEXT NOT NULL, -- see lib/volume.ts
  UNIQUE (root, identity)
) STRICT;

ALTER TABLE photo ADD COLUMN volume INTEGER NOT NULL DEFAULT 0; -- volume.id; 0 = the one that everything else is on
DROP INDEX photo_path;
CREATE UNIQUE INDEX photo_path ON photo (owner, path, volume);

-- Those that waited find out anew for what.
UPDATE photo SET waits_at = NULL, reason = 'ready' WHERE waits_at IS NOT NULL;
