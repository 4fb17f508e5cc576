/** What the backend knows of photos: one record for each owner and content. */
import type { Database, Row } from './database.ts';

export interface NewPhoto {
  /** 64 lower-case hex digits. */
  sha256: string;
  /** Bytes. */
  size: number;
  key: string;
  contentType: string;
  fileName: string;
  takenAt: string | null;
}

export interface PhotoRecord extends NewPhoto {
  photoId: string;
  /** ISO 8601, UTC. */
  storedAt: string;
}

export interface PhotoRecords {
  /** The owner's records with these hashes, by hash. */
  find(owner: string, hashes: readonly string[]): Promise<Map<string, PhotoRecord>>;
  /** Adds what is not there yet, and returns the hashes that were added by this call. */
  add(owner: string, photos: readonly NewPhoto[]): Promise<Set<string>>;
  /** The objects of these photos lie under other keys than those that are recorded. */
  relocate(owner: string, photos: readonly Pick<NewPhoto, 'sha256' | 'key' | 'contentType'>[]): Promise<void>;
  /** Newest first, from below `before`; `next` is where the following page begins, null at the end. */
  page(
    owner: string,
    before: number | null,
    limit: number,
  ): Promise<{ photos: PhotoRecord[]; next: number | null }>;
  totals(owner: string): Promise<{ photos: number; bytes: number }>;
  /** Rejects when the database cannot be asked. */
  ping(): Promise<void>;
}

const columns = `seq::float8 AS position, id::text AS photo_id, encode(sha256, 'hex') AS sha256, size::float8 AS size, key,
  content_type, file_name, taken_at, to_char(stored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS stored_at`;

// One look into the index for each hash. An array in the condition, or a plain join, leaves it to the planner: while it
// has no statistics (a new table, PGlite) it compares every hash with every photo that the owner has.
const findSql = `SELECT found.* FROM unnest($2::text::bytea[]) AS wanted (hash) CROSS JOIN LATERAL (
    SELECT ${columns} FROM photos WHERE owner = $1 AND sha256 = wanted.hash LIMIT 1
  ) AS found`;

// One statement, so the totals are true at every moment. Sorted, so that two batches with the same photos take
// their locks in the same order.
const addSql = `WITH input AS (
    SELECT * FROM json_to_recordset($2::text::json) AS photo (
      "sha256" text, "size" bigint, "key" text, "contentType" text, "fileName" text, "takenAt" text)
  ), inserted AS (
    INSERT INTO photos (owner, sha256, size, key, content_type, file_name, taken_at)
    SELECT $1, decode("sha256", 'hex'), "size", "key", "contentType", "fileName", "takenAt" FROM input ORDER BY 2
    ON CONFLICT (owner, sha256) DO NOTHING
    RETURNING sha256, size
  ), counted AS (
    INSERT INTO owner_totals AS totals (owner, photos, bytes)
    SELECT $1, count(*), sum(size) FROM inserted HAVING count(*) > 0
    ON CONFLICT (owner) DO UPDATE
      SET photos = totals.photos + excluded.photos, bytes = totals.bytes + excluded.bytes
  )
  SELECT encode(sha256, 'hex') AS sha256 FROM inserted`;

const relocateSql = `UPDATE photos SET key = photo."key", content_type = photo."contentType"
  FROM json_to_recordset($2::text::json) AS photo ("sha256" text, "key" text, "contentType" text)
  WHERE photos.owner = $1 AND photos.sha256 = decode(photo."sha256", 'hex')`;

const pageSql = `SELECT ${columns} FROM photos WHERE owner = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`;

const totalsSql =
  'SELECT photos::float8 AS photos, bytes::float8 AS bytes FROM owner_totals WHERE owner = $1';

/** The records in a migrated database. */
export function createPhotoRecords(database: Database): PhotoRecords {
  return {
    async find(owner, hashes) {
      const rows = await database.query(findSql, [owner, byteaArray(hashes)]);
      return new Map(rows.map((row) => [String(row['sha256']), toRecord(row)]));
    },
    async add(owner, photos) {
      const rows = await database.query(addSql, [owner, JSON.stringify(photos)]);
      return new Set(rows.map((row) => String(row['sha256'])));
    },
    async relocate(owner, photos) {
      const changes = photos.map(({ sha256, key, contentType }) => ({ sha256, key, contentType }));
      await database.query(relocateSql, [owner, JSON.stringify(changes)]);
    },
    async page(owner, before, limit) {
      // One more than asked for tells whether there is a next page.
      const rows = await database.query(pageSql, [owner, before ?? Number.MAX_SAFE_INTEGER, limit + 1]);
      const shown = rows.slice(0, limit);
      return {
        photos: shown.map(toRecord),
        next: rows.length > limit ? Number(shown.at(-1)?.['position']) : null,
      };
    },
    async totals(owner) {
      const [row] = await database.query(totalsSql, [owner]);
      return { photos: Number(row?.['photos'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) };
    },
    async ping() {
      await database.query('SELECT 1');
    },
  };
}

/** PostgreSQL's text form of an array of bytea. */
function byteaArray(hashes: readonly string[]): string {
  return `{${hashes.map((hash) => `"\\\\x${hash}"`).join(',')}}`;
}

function toRecord(row: Row): PhotoRecord {
  return {
    photoId: String(row['photo_id']),
    sha256: String(row['sha256']),
    size: Number(row['size']),
    key: String(row['key']),
    contentType: String(row['content_type']),
    fileName: String(row['file_name']),
    takenAt: typeof row['taken_at'] === 'string' ? row['taken_at'] : null,
    storedAt: String(row['stored_at']),
  };
}
