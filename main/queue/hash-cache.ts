/**
 * What inspection found in a file, remembered for as long as the file stays as it is.
 *
 * [Note: When a file is the same file] Inode, size, mtime and ctime must all be what they were. mtime alone can be set
 * back by whoever writes the file (`exiftool -P`, `rsync -t`); ctime cannot. Two cases are left in which these four
 * can agree for different files, and both are told apart by more than a stat:
 * - A card with a FAT file system has no inode numbers of its own; the system makes some up each time it is mounted,
 *   and its clock ticks in 10 ms or 2 s, so that two pictures of a burst can have all four in common. Where the ctime
 *   is that coarse the path must be the same too.
 * - Device numbers are handed out anew when a disk is plugged in or a computer starts. So an entry counts by its path
 *   (on whatever device) or by its device (under whatever path), and one of the two must be the same.
 */
import crypto from 'node:crypto';
import { signed64, type SeenFile } from '../lib/file-stat.ts';
import type { PartDigest } from '../lib/part-digest.ts';
import { bindStat } from './bind-stat.ts';
import type { Sqlite } from './database.ts';

/** What inspection found out about the content of a file. */
export interface Findings {
  contentType: string;
  extension: string;
  /** Lower-case hex. */
  sha256: string;
  /** Base64; null where nobody asked for it. */
  md5: string | null;
  takenAt: string | null;
  takenOffset: string | null;
  takenSource: string | null;
  camera: string | null;
  /** Why it looks damaged; null when it does not. */
  damage: string | null;
  /** The whole picture was decoded, so that `damage` is the last word. */
  decoded: boolean;
  /** Empty for a file that is sent in one piece. */
  parts: readonly PartDigest[];
}

export interface HashCache {
  /** What was found when a file that looked like this was read; null = it must be read. */
  find(path: string, file: SeenFile): Findings | null;
  /** Whether `find` may know a file with this inode number: spares a stat of files that nobody has read. */
  mayKnow(file: Pick<SeenFile, 'inode'>): boolean;
  /**
   * Whether this very file was read, and may have been written to since: its mtime does not tell. (Nor is it known that
   * it was: a new name or mode changes the ctime too.)
   */
  mayHaveChanged(file: SeenFile): boolean;
  /** Part of the transaction in which the row learns the same. */
  remember(path: string, file: SeenFile, findings: Findings): void;
  /** The picture of this content was decoded; `damage` null leaves what is known. */
  decoded(file: Pick<SeenFile, 'device' | 'inode'>, sha256: string, damage: string | null): void;
}

/**
 * Entries that are kept, the newest: 45 MB of SQLite. An entry that is not there costs a read, nothing else.
 */
const maxEntries = 250_000;
/** The oldest are dropped that often. */
const trimEvery = 1_000;

/** A coarser clock than this (exFAT; FAT is coarser still) cannot tell two files apart. */
const coarseNs = 10_000_000n;

interface Entry extends Omit<Findings, 'sha256' | 'md5' | 'decoded' | 'parts'> {
  size: number;
  sha256: Buffer;
  md5: Buffer | null;
  decoded: number;
  partSize: number | null;
  partSha256: Buffer | null;
  partMd5: Buffer | null;
}

/** Every query of the cache, so that a test can EXPLAIN each. */
export const cacheSql = {
  find: `SELECT size, content_type AS contentType, extension, sha256, md5, taken_at AS takenAt,
      taken_offset AS takenOffset, taken_source AS takenSource, camera, damage, decoded, part_size AS partSize,
      part_sha256 AS partSha256, part_md5 AS partMd5
    FROM known_file
    WHERE inode = @inode AND size = @size AND mtime_ns = @mtimeNs AND ctime_ns = @ctimeNs
      AND (path_digest = @pathDigest OR (device = @device AND NOT @coarse)) LIMIT 1`,
  mayKnow: 'SELECT 1 FROM known_file WHERE inode = @inode LIMIT 1',
  changed: 'SELECT 1 FROM known_file WHERE inode = @inode AND device = @device AND ctime_ns <> @ctimeNs',
  decoded: `UPDATE known_file SET decoded = 1, damage = coalesce(damage, @damage)
    WHERE inode = @inode AND device = @device AND sha256 = @sha256`,
  trim: 'DELETE FROM known_file WHERE id <= (SELECT max(id) FROM known_file) - @limit',
} as const;

export function createHashCache(db: Sqlite, limit = maxEntries): HashCache {
  const statements = {
    find: db.prepare<[Record<string, unknown>], Entry>(cacheSql.find),
    mayKnow: db.prepare(cacheSql.mayKnow).pluck(),
    changed: db.prepare(cacheSql.changed).pluck(),
    insert:
      db.prepare(`INSERT OR REPLACE INTO known_file (device, inode, size, mtime_ns, ctime_ns, path_digest,
        content_type, extension, sha256, md5, taken_at, taken_offset, taken_source, camera, damage, decoded,
        part_size, part_sha256, part_md5)
      VALUES (@device, @inode, @size, @mtimeNs, @ctimeNs, @pathDigest, @contentType, @extension, @sha256, @md5,
        @takenAt, @takenOffset, @takenSource, @camera, @damage, @decoded, @partSize, @partSha256, @partMd5)`),
    decoded: db.prepare(cacheSql.decoded),
    trim: db.prepare(cacheSql.trim),
  };
  let untilTrim = 0;
  const mayKnow = ({ inode }: Pick<SeenFile, 'inode'>): boolean =>
    statements.mayKnow.get({ inode: signed64(inode) }) !== undefined;

  return {
    mayKnow,
    find: (path, file) => {
      // Most files are new: their paths need no digest.
      if (!mayKnow(file)) return null;
      const coarse = BigInt(file.ctimeNs) % coarseNs === 0n;
      const found = statements.find.get({
        ...bindStat(file),
        ctimeNs: file.ctimeNs,
        pathDigest: digestOf(path),
        coarse: coarse ? 1 : 0,
      });
      return found === undefined ? null : toFindings(found);
    },
    mayHaveChanged: ({ inode, device, ctimeNs }) =>
      statements.changed.get({ inode: signed64(inode), device: signed64(device), ctimeNs }) !== undefined,
    remember: (path, file, { parts, sha256, md5, decoded, ...rest }) => {
      // Some network file systems number no files.
      if (file.inode === '0') return;
      if (untilTrim-- <= 0) {
        statements.trim.run({ limit });
        untilTrim = Math.min(trimEvery, limit);
      }
      statements.insert.run({
        ...rest,
        ...bindStat(file),
        ctimeNs: file.ctimeNs,
        pathDigest: digestOf(path),
        sha256: Buffer.from(sha256, 'hex'),
        md5: md5 === null ? null : Buffer.from(md5, 'base64'),
        decoded: decoded ? 1 : 0,
        ...bindParts(parts),
      });
    },
    decoded: ({ device, inode }, sha256, damage) => {
      statements.decoded.run({
        device: signed64(device),
        inode: signed64(inode),
        sha256: Buffer.from(sha256, 'hex'),
        damage,
      });
    },
  };
}

function digestOf(path: string): Buffer {
  return Buffer.from(crypto.hash('sha256', path, 'hex').slice(0, 16), 'hex');
}

function bindParts(parts: readonly PartDigest[]): {
  partSize: number | null;
  partSha256: Buffer | null;
  partMd5: Buffer | null;
} {
  if (parts.length === 0) return { partSize: null, partSha256: null, partMd5: null };
  const md5 = parts.map((part) => part.md5).filter((digest) => digest !== null);
  return {
    partSize: parts[0]?.size ?? null,
    partSha256: Buffer.concat(parts.map((part) => Buffer.from(part.sha256, 'hex'))),
    partMd5:
      md5.length < parts.length ? null : Buffer.concat(md5.map((digest) => Buffer.from(digest, 'base64'))),
  };
}

function toFindings({ size, sha256, md5, decoded, partSize, partSha256, partMd5, ...rest }: Entry): Findings {
  const parts: PartDigest[] = [];
  for (let offset = 0; partSize !== null && partSha256 !== null && offset < size; offset += partSize) {
    const index = parts.length;
    parts.push({
      size: Math.min(partSize, size - offset),
      sha256: partSha256.subarray(32 * index, 32 * (index + 1)).toString('hex'),
      md5: partMd5 === null ? null : partMd5.subarray(16 * index, 16 * (index + 1)).toString('base64'),
    });
  }
  return {
    ...rest,
    sha256: sha256.toString('hex'),
    md5: md5 === null ? null : md5.toString('base64'),
    decoded: decoded === 1,
    parts,
  };
}
