-- Large files have a lane of their own in the steps that take long: neither kind of file waits for the other.
ALTER TABLE photo ADD COLUMN large INTEGER
  GENERATED ALWAYS AS (size > 16777216 AND step IN ('inspecting', 'sending')) VIRTUAL;
DROP INDEX photo_ready;
CREATE INDEX photo_ready ON photo (owner, step, large, next_try_at, priority DESC, id)
  WHERE status = 'waiting' AND held = 0;

-- How many rows a person has paused: one more bucket of the counters.
CREATE TRIGGER photo_held_added AFTER UPDATE OF held ON photo WHEN old.held <> new.held BEGIN
  INSERT INTO counter VALUES (new.owner, 'held', iif(new.held = 1, 1, -1), iif(new.held = 1, new.size, -new.size))
    ON CONFLICT DO UPDATE SET count = count + excluded.count, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER photo_held_removed AFTER DELETE ON photo WHEN old.held = 1 BEGIN
  UPDATE counter SET count = count - 1, bytes = bytes - old.size WHERE owner = old.owner AND bucket = 'held';
END;

-- To find the front of the queue, and what a person moved there.
CREATE INDEX photo_priority ON photo (owner, priority DESC) WHERE priority > 0;

-- What a person has chosen for the engine, as JSON.
CREATE TABLE setting (
  name   TEXT NOT NULL PRIMARY KEY,
  value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
