/** From dropped paths to batches for the queue: walks, tells photos by their content, says why others are none. */
import fs from 'node:fs';
import type { SkipReason } from '../../preload/contract/model.ts';
import { decodePath, displayPath } from '../lib/path-text.ts';
import { HEAD_BYTES, sniff } from '../media/sniff.ts';
import type { HashCache } from '../queue/hash-cache.ts';
import type { NewPhoto } from '../queue/photo-queue.ts';
import { reasonOf, walk, type Walked } from './walk.ts';

export interface Skipped {
  /** See lib/path-text.ts. */
  path: string;
  reason: SkipReason;
}

export interface ScanBatch {
  photos: NewPhoto[];
  skipped: Skipped[];
}

/** Files per batch; the first is small, so that rows appear at once. */
const firstBatch = 50;
const fullBatch = 1000;
/** A slow disk fills no batch in that time: what there is goes. */
const batchWithinMs = 250;

export interface ScanOptions {
  /** Knows files that were read before: these need not be opened. */
  known?: Pick<HashCache, 'find' | 'mayHaveChanged'>;
  /** True ends the scan, with what it has. */
  stopped?: () => boolean;
  /** Milliseconds of any clock. */
  now?: () => number;
}

export function* scan(
  roots: readonly string[],
  { known, stopped, now = () => performance.now() }: ScanOptions = {},
): Generator<ScanBatch> {
  let batch: ScanBatch = { photos: [], skipped: [] };
  let size = firstBatch;
  let begunAt = now();
  for (const walked of walk(roots, stopped)) {
    const found = recall(walked, known) ?? recognise(walked, known);
    if ('reason' in found) batch.skipped.push(found);
    else batch.photos.push(found);
    const count = batch.photos.length + batch.skipped.length;
    if (count < size && now() - begunAt < batchWithinMs) continue;
    yield batch;
    batch = { photos: [], skipped: [] };
    size = fullBatch;
    begunAt = now();
  }
  if (batch.photos.length + batch.skipped.length > 0) yield batch;
}

/** A file that was a photo when it was read, and has not changed since. */
function recall(walked: Walked, known: ScanOptions['known']): NewPhoto | null {
  const found = walked.kind === 'skipped' ? undefined : known?.find(walked.path, walked.stat);
  if (walked.kind === 'skipped' || found === undefined || found === null) return null;
  return {
    path: walked.path,
    stat: walked.stat,
    contentType: found.contentType,
    extension: found.extension,
  };
}

/** Of every file the first bytes are read into this one: new memory for each would cost as much as reading. */
const head = Buffer.alloc(HEAD_BYTES);

/** What a walked path is: a photo or video by its first bytes, or the reason why it is none. */
function recognise(walked: Walked, known: ScanOptions['known']): NewPhoto | Skipped {
  if (walked.kind === 'skipped') return { path: walked.path, reason: walked.reason };
  let length: number;
  try {
    const file = fs.openSync(decodePath(walked.path), 'r');
    try {
      length = fs.readSync(file, head, 0, head.length, 0);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    return { path: walked.path, reason: reasonOf(error) };
  }
  const { kind, contentType, extension } = sniff(head.subarray(0, length), displayPath(walked.path));
  if (kind === 'other') return { path: walked.path, reason: 'not_a_photo' };
  const photo = { path: walked.path, stat: walked.stat, contentType, extension };
  return known?.mayHaveChanged(walked.stat) === true ? { ...photo, rewritten: true } : photo;
}
