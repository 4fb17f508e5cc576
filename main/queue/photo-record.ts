/** How a photo stands in the database. */
import type { Step } from '../../preload/contract/model.ts';
import { unsigned64 } from '../lib/file-stat.ts';
import { bindStat } from './bind-stat.ts';
import type { Again, Inspected, Photo } from './photo-queue.ts';
import type { RowCore } from './transition.ts';

export interface PhotoRecord {
  id: number;
  owner: string;
  path: string;
  volume: number;
  device: string;
  inode: string;
  size: number;
  mtimeNs: string;
  contentType: string;
  extension: string;
  sha256: Buffer | null;
  md5: Buffer | null;
  takenAt: string | null;
  takenOffset: string | null;
  objectKey: string | null;
  damage: string | null;
  again: Again;
  status: RowCore['status'];
  step: Step;
  reason: RowCore['reason'];
  nextTryAt: number;
  attempts: number;
  strikes: number;
}

/** What is read of a row. */
export const columns = `id, owner, path, volume, CAST(device AS TEXT) AS device, CAST(inode AS TEXT) AS inode, size,
  CAST(mtime_ns AS TEXT) AS mtimeNs, content_type AS contentType, extension, sha256, md5, taken_at AS takenAt,
  taken_offset AS takenOffset, object_key AS objectKey, damage, again, status, step, reason, next_try_at AS nextTryAt, attempts, strikes`;

export function toPhoto(record: PhotoRecord): Photo {
  const { device, inode, size, mtimeNs, sha256, md5, ...rest } = record;
  return {
    ...rest,
    stat: { device: unsigned64(device), inode: unsigned64(inode), size, mtimeNs },
    sha256: sha256 === null ? null : sha256.toString('hex'),
    md5: md5 === null ? null : md5.toString('base64'),
  };
}

export function coreOf({ status, step, reason, nextTryAt, attempts, strikes }: RowCore): RowCore {
  return { status, step, reason, nextTryAt, attempts, strikes };
}

export function bindInspected(inspected: Inspected): Record<string, unknown> {
  const { stat, sha256, md5, decoded, parts: _parts, remember: _remember, ...rest } = inspected;
  return {
    ...rest,
    ...bindStat(stat),
    decoded: decoded ? 1 : 0,
    sha256: Buffer.from(sha256, 'hex'),
    md5: md5 === null ? null : Buffer.from(md5, 'base64'),
  };
}
