-- What a search looks at where the path itself will not do: paths that are more than plain ASCII, folded by
-- queue/search-text.ts. SQLite's LIKE sees no case in ASCII, so the others need no second copy.
ALTER TABLE photo ADD COLUMN folded TEXT;
UPDATE photo SET folded = searchable(path) WHERE path GLOB '*[^ -~]*' OR path GLOB 'bytes:*';
