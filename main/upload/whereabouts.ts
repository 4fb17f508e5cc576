/**
 * Finds out what has become of a file that is not at its path.
 *
 * [Note: A moved file] A file that is renamed or moved on its volume keeps its inode, size and mtime. So it is looked
 * for by these, in the folders around its old path and in those that the queue's other files are in: there it is when
 * somebody has renamed it or a folder above it. What is found must read the same as what was inspected before it takes
 * the place of the old path; of a file that was never read, its stat is all that is known.
 */
import fs from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import { fileStat, hasCoarseClock, sameStatAtPath } from '../lib/file-stat.ts';
import type { Log } from '../lib/log.ts';
import { childPath, decodePath, displayPath, encodePath, parentPath } from '../lib/path-text.ts';
import { identityAt, maySame } from '../lib/volume.ts';
import type { MediaPool } from '../media/media-pool.ts';
import type { Inspected, Photo, PhotoQueue } from '../queue/photo-queue.ts';
import { classify } from './failures.ts';
import { recall } from './recall.ts';
import { read, type Move } from './steps.ts';

export interface Whereabouts {
  /** The same work, but where it fails because a file is elsewhere or its volume is not there, that is its outcome. */
  orElsewhere(work: Work): Work;
  stop(): void;
}

type Work = (photo: Photo, signal: AbortSignal) => Promise<Move>;

export interface WhereaboutsDeps {
  owner: string;
  queue: Pick<PhotoQueue, 'volumes' | 'folders' | 'idAt' | 'hashCache'>;
  media: Pick<MediaPool, 'inspect'>;
  clock: Clock;
  /** Whether the store verifies MD5. */
  md5: () => boolean;
  log: Log;
}

/** Files and folders that one search looks at: a fraction of a second, also where a folder above is all of a home. */
const maxLooks = 30_000;
/** Of the folders that the queue knows, so many are looked into. */
const maxFolders = 50;
/** When a folder of thousands was renamed or emptied, one search serves them all. */
const keptMs = 10_000;

/** A volume is not looked at for each of its files. */
const recentMs = 1_000;

/** Where the files of a volume are, by inode. */
type Index = ReadonlyMap<string, readonly string[]>;

export function createWhereabouts({ owner, queue, media, clock, md5, log }: WhereaboutsDeps): Whereabouts {
  const searches = new Map<string, Promise<Index>>();
  const timers = new Set<() => void>();
  let recent: { root: string; at: number; identity: Promise<string | null> } | null = null;

  const kept = (key: string, look: () => Promise<Index>): Promise<Index> => {
    const known = searches.get(key);
    if (known !== undefined) return known;
    const started = look();
    searches.set(key, started);
    const callOff = clock.after(keptMs, () => {
      timers.delete(callOff);
      searches.delete(key);
    });
    timers.add(callOff);
    return started;
  };
  /** Where a file may be that was in or below this folder, the nearest first. */
  const places = (folder: string): (() => Promise<Index>)[] => {
    const above = parentPath(folder);
    // Not from the root of all: photos that were moved are rarely that far away.
    const around = above === null || parentPath(above) === null ? folder : above;
    return [
      () => kept(`in ${folder}`, () => search([folder], 0)),
      () => kept(`around ${around}`, () => search([around, ...queue.folders(owner, maxFolders)], maxLooks)),
    ];
  };

  const find = async (photo: Photo, signal: AbortSignal): Promise<Move | null> => {
    const folder = nearestFolder(photo.path);
    // Some network file systems number no files.
    if (folder === null || photo.stat.inode === '0') return null;
    for (const place of places(folder)) {
      for (const path of (await place()).get(photo.stat.inode) ?? []) {
        signal.throwIfAborted();
        const move = await moveTo(path, photo, signal);
        if (move !== null) return move;
      }
    }
    return null;
  };

  /** What follows for the row if this is its file; null when it is not. */
  const moveTo = async (path: string, photo: Photo, signal: AbortSignal): Promise<Move | null> => {
    // A row of its own has that file.
    const { id, sha256, volume } = photo;
    const place = { path, volume };
    if (queue.idAt(owner, place) !== null || !looksLike(path, photo)) return null;
    if (sha256 === null) {
      const event = { type: 'restarted', reason: 'ready', nextTryAt: 0, strike: false } as const;
      return { id, event, facts: { place } };
    }
    const inspected = await readAs(path, photo, signal);
    if (inspected?.sha256 !== sha256) return null;
    return { id, event: { type: 'advanced', to: 'checking' }, facts: { place, inspected } };
  };

  const readAs = async (path: string, photo: Photo, signal: AbortSignal): Promise<Inspected | null> => {
    const options = { md5: md5(), signal };
    try {
      const moved = { ...photo, path };
      // Of a folder that was renamed, the files themselves are as they were.
      return (await recall(moved, queue.hashCache, options)) ?? (await read(moved, media, options));
    } catch (error) {
      if (signal.aborted) throw error;
      // Gone again, or being written to: then this is not it.
      return null;
    }
  };

  /** What follows for a row whose volume is not where it was; null when it is. */
  const waitFor = async (photo: Photo, identity: (root: string) => Promise<string | null>) => {
    const volume = photo.volume === 0 ? null : queue.volumes.get(photo.volume);
    if (volume === null) return null;
    const there = await identity(volume.root);
    if (there !== null && maySame(there, volume.identity)) return null;
    const event = { type: 'parked', reason: 'volume_missing' } as const;
    return { id: photo.id, event, facts: { waitsAt: volume.root } };
  };
  const recently = (root: string): Promise<string | null> => {
    if (recent?.root !== root || clock.now() - recent.at > recentMs)
      recent = { root, at: clock.now(), identity: identityAt(root) };
    return recent.identity;
  };

  /** What follows for a row whose file could not be read; null when the failure says all there is. */
  const moveFor = async (photo: Photo, error: unknown, signal: AbortSignal): Promise<Move | null> => {
    const failure = classify(error);
    const isGone = failure.kind === 'blocked' && failure.reason === 'missing';
    if (!isGone && failure.kind !== 'local_io') return null;
    return (await waitFor(photo, identityAt)) ?? (isGone ? find(photo, signal) : null);
  };

  return {
    orElsewhere: (work) => async (photo, signal) => {
      try {
        // Of another card there may be a file at the same path: that is not the one that was dropped.
        const wait = photo.volume === 0 || isThere(photo) ? null : await waitFor(photo, recently);
        return wait ?? (await work(photo, signal));
      } catch (error) {
        const move = signal.aborted ? null : await moveFor(photo, error, signal);
        if (move === null) throw error;
        log('upload.file_elsewhere', { step: photo.step, event: move.event.type });
        return move;
      }
    },
    stop: () => {
      for (const callOff of timers) callOff();
      searches.clear();
    },
  };
}

/** The folder that the file was in, or the nearest above it that is still there. */
function nearestFolder(path: string): string | null {
  for (let folder = parentPath(path); folder !== null; folder = parentPath(folder)) {
    if (statOf(folder)?.isDirectory() === true) return folder;
  }
  return null;
}

/** Whether the row's file is at its path, as it was. */
function isThere({ path, stat }: Photo): boolean {
  const found = statOf(path);
  return found !== null && sameStatAtPath(fileStat(found), stat);
}

/** Whether this may be the row's file under another path. */
function looksLike(path: string, { path: before, stat, sha256 }: Photo): boolean {
  const found = statOf(path);
  if (found?.isFile() !== true) return false;
  const { inode, size, mtimeNs } = fileStat(found);
  if (inode !== stat.inode || size !== stat.size || mtimeNs !== stat.mtimeNs) return false;
  // FAT makes its inode numbers up: where no hash will tell, the name has to.
  return sha256 !== null || !hasCoarseClock(stat) || nameOf(path) === nameOf(before);
}

function nameOf(path: string): string {
  return basename(displayPath(path));
}

/**
 * The files in these folders that are on the volume of the first.
 *
 * @param looks how many files and folders are looked at below them: near ones first, and not many more than that.
 */
async function search(folders: readonly string[], looks: number): Promise<Index> {
  const index = new Map<string, string[]>();
  const device = deviceOf(folders[0] ?? '');
  const seen = new Set<string>();
  const line = [...folders];
  let looked = 0;
  for (let folder = line.shift(); folder !== undefined; folder = line.shift()) {
    if (seen.has(folder) || deviceOf(folder) !== device) continue;
    seen.add(folder);
    for (const entry of entriesOf(folder)) {
      if (++looked % 64 === 0) await nextTurn();
      // Caches and the like, where nobody keeps photos.
      if (entry.name[0] === dot) continue;
      const path = childPath(folder, encodePath(entry.name));
      if (entry.isFile()) note(index, path);
      else if (entry.isDirectory() && looked < looks) line.push(path);
    }
    if (looked >= looks && seen.size >= folders.length) break;
  }
  return index;
}

const dot = '.'.charCodeAt(0);

function note(index: Map<string, string[]>, path: string): void {
  const stat = statOf(path);
  if (stat === null) return;
  const inode = stat.ino.toString();
  const others = index.get(inode);
  if (others === undefined) index.set(inode, [path]);
  else others.push(path);
}

function entriesOf(folder: string): fs.Dirent<Buffer>[] {
  try {
    return fs.readdirSync(decodePath(folder), { withFileTypes: true, encoding: 'buffer' });
  } catch {
    // Not ours to read, or gone: the file is not found there.
    return [];
  }
}

function deviceOf(folder: string): bigint | null {
  return statOf(folder)?.dev ?? null;
}

function statOf(path: string): fs.BigIntStats | null {
  try {
    return fs.statSync(decodePath(path), { bigint: true });
  } catch {
    return null;
  }
}
