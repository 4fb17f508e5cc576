-- A row is a promise: the object under `key` was in the store, with this size and checksum, at `stored_at`.
CREATE TABLE photos (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  owner text NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  size bigint NOT NULL CHECK (size > 0),
  key text NOT NULL,
  content_type text NOT NULL,
  file_name text NOT NULL,
  -- As the camera said it, with its offset where it is known: local time must not be lost in UTC.
  taken_at text,
  stored_at timestamptz NOT NULL DEFAULT now(),
  -- By owner first, and no index on seq alone: a page must never walk through everybody's photos.
  PRIMARY KEY (owner, seq),
  UNIQUE (owner, sha256)
);

-- Kept by the statement that inserts photos, so that nobody has to count them.
CREATE TABLE owner_totals (
  owner text PRIMARY KEY,
  photos bigint NOT NULL,
  bytes bigint NOT NULL
);
