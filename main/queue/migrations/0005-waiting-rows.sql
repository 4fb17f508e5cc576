-- What a row waits for when it is not for its turn: another row with the same content, or the volume of its file.
ALTER TABLE photo ADD COLUMN waits_for INTEGER; -- photo.id
ALTER TABLE photo ADD COLUMN waits_at TEXT; -- volume.root
CREATE INDEX photo_waits_for ON photo (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX photo_waits_at ON photo (owner, waits_at) WHERE waits_at IS NOT NULL;
DROP INDEX photo_ready;
CREATE INDEX photo_ready ON photo (owner, step, large, next_try_at, priority DESC, id)
  WHERE status = 'waiting' AND held = 0 AND waits_for IS NULL AND waits_at IS NULL;

-- Whatever ends a row, halts it or changes its content lets its copies go on: each asks anew what there is.
CREATE TRIGGER photo_copies_freed AFTER UPDATE OF status, held, sha256, waits_at ON photo
  WHEN new.status IN ('done', 'blocked') OR new.held = 1 OR new.waits_at IS NOT NULL
    OR (old.sha256 IS NOT NULL AND new.sha256 IS NOT old.sha256) BEGIN
  UPDATE photo SET waits_for = NULL WHERE waits_for = new.id;
END;
CREATE TRIGGER photo_copies_freed_by_removal AFTER DELETE ON photo BEGIN
  UPDATE photo SET waits_for = NULL WHERE waits_for = old.id;
END;
-- Until now a copy asked again and again.
UPDATE photo SET reason = 'ready', next_try_at = 0 WHERE reason = 'copy_on_its_way';

-- Where volumes were seen mounted: the file of a row is on the one with the longest root that its path begins with.
CREATE TABLE volume (
  root  TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- A person wants this photo uploaded although the library has its content: 1 = ask whether what the library has is
-- sound, 2 = it is not: put this over it.
ALTER TABLE photo ADD COLUMN again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1, 2));
