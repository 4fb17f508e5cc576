/** A person shows where a file is that was not found: it is taken only when it is the same photo. */
import fs from 'node:fs/promises';
import { basename } from 'node:path';
import { seenFile } from '../lib/file-stat.ts';
import { childPath, decodePath, displayPath, parentPath, restBelow } from '../lib/path-text.ts';
import { ProblemError } from '../lib/rpc.ts';
import type { MediaPool } from '../media/media-pool.ts';
import type { Inspected, Photo, PhotoQueue } from '../queue/photo-queue.ts';
import { recall } from './recall.ts';
import { read } from './steps.ts';

export interface RelocateDeps {
  owner: string;
  queue: Pick<PhotoQueue, 'get' | 'idAt' | 'missingBelow' | 'move' | 'hashCache' | 'volumes'>;
  media: Pick<MediaPool, 'inspect'>;
  /** Whether the store verifies MD5. */
  md5: boolean;
  signal: AbortSignal;
  /** A row has its file again. */
  onFound: () => void;
}

type Verdict = 'found' | 'other_photo' | 'already_queued' | 'not_there';

/**
 * Gives the row the file that was chosen. A folder stands for the one that the row's file was in, or for one above
 * that: then every file that was lost with it is looked for there as well.
 *
 * @returns how many rows have their files again.
 * @throws ProblemError `locate_other_photo`, `locate_already_queued` or `locate_not_there` when none has.
 */
export async function relocate(id: number, chosen: string, deps: RelocateDeps): Promise<number> {
  const photo = missing(id, deps);
  if (photo === null)
    throw new ProblemError({ code: 'bad_request', detail: 'the file of this row is not missing' });
  const folder = await oldFolderFor(photo, chosen);
  const wanted: { id: number; path: string }[] = [];
  if (folder === null) wanted.push({ id, path: chosen });
  else {
    for (const other of new Set([id, ...deps.queue.missingBelow(deps.owner, folder)])) {
      const rest = restBelow(deps.queue.get(other)?.path ?? '', folder);
      if (rest !== null) wanted.push({ id: other, path: childPath(chosen, rest) });
    }
  }
  let found = 0;
  let worst: Exclude<Verdict, 'found'> = 'not_there';
  for (const { id: other, path } of wanted) {
    const verdict = await takeUp(other, path, deps);
    if (verdict === 'found') found++;
    else if (worst === 'not_there') worst = verdict;
  }
  if (found > 0) return found;
  throw new ProblemError({ code: `locate_${worst}` });
}

async function takeUp(id: number, path: string, deps: RelocateDeps): Promise<Verdict> {
  const { owner, queue } = deps;
  const photo = missing(id, deps);
  if (photo === null) return 'not_there';
  const there = await look(path);
  if (there?.isFile() !== true) return 'not_there';
  if (there.size !== BigInt(photo.stat.size)) return 'other_photo';
  const [volume = 0] = queue.volumes.idsOf([{ path, device: there.dev.toString() }]);
  const place = { path, volume };
  const row = queue.idAt(owner, place);
  if (row !== null && row !== id) return 'already_queued';
  const moved = { ...photo, path };
  let inspected: Inspected | null = null;
  if (photo.sha256 !== null) {
    const options = { md5: deps.md5, signal: deps.signal };
    inspected = (await recall(moved, queue.hashCache, options)) ?? (await readable(moved, deps));
    if (inspected?.sha256 !== photo.sha256) return 'other_photo';
  } else if (seenFile(there).mtimeNs !== photo.stat.mtimeNs && nameOf(path) !== nameOf(photo.path)) {
    // It was gone before it was ever read: its time or its name has to speak for it.
    return 'other_photo';
  }
  // Meanwhile somebody may have removed the row or tried it again.
  if (missing(id, deps) === null) return 'not_there';
  queue.move([
    { id, event: { type: 'retried' }, facts: { place, ...(inspected === null ? {} : { inspected }) } },
  ]);
  deps.onFound();
  return 'found';
}

async function readable(photo: Photo, { media, md5, signal }: RelocateDeps): Promise<Inspected | null> {
  try {
    return await read(photo, media, { md5, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

function missing(id: number, { owner, queue }: RelocateDeps): Photo | null {
  const photo = queue.get(id);
  return photo?.owner === owner && photo.status === 'blocked' && photo.reason === 'missing' ? photo : null;
}

/**
 * The folder that the chosen one was, by where in it a file of the same size lies under the end of the old path; null
 * when a file was chosen.
 *
 * @throws ProblemError `locate_not_there` when no such file does.
 */
async function oldFolderFor({ path, stat }: Photo, chosen: string): Promise<string | null> {
  const place = await look(chosen);
  if (place?.isFile() === true) return null;
  for (let folder = parentPath(path); place !== null && folder !== null; folder = parentPath(folder)) {
    const rest = restBelow(path, folder);
    const there = rest === null ? null : await look(childPath(chosen, rest));
    if (there?.isFile() === true && there.size === BigInt(stat.size)) return folder;
  }
  throw new ProblemError({ code: 'locate_not_there' });
}

async function look(path: string) {
  try {
    return await fs.stat(decodePath(path), { bigint: true });
  } catch {
    return null;
  }
}

function nameOf(path: string): string {
  return basename(displayPath(path));
}
