-- Multipart uploads that were asked for and of which no id came back yet: written before the store is asked, gone once
-- its answer is noted. What is left over here may stand open at the store under an id that nobody knows.
CREATE TABLE asked_upload (
  owner       TEXT    NOT NULL,
  object_key  TEXT    NOT NULL,
  times       INTEGER NOT NULL, -- the store was asked
  PRIMARY KEY (owner, object_key)
) STRICT, WITHOUT ROWID;
