/**
 * Walks what was dropped: every regular file below the given paths, in path order, each once.
 *
 * Our own walk, folder by folder: Node's recursive readdir stops at the first unreadable folder, and its opendir lost
 * files on Node 20 (nodejs/node#48820). Names are read as bytes, one to a character (Latin-1), so that one that is not
 * UTF-8 is not lost; as strings they take a quarter of the memory of as many Buffers.
 *
 * [Note: Once, in little memory] A file in a folder is met once when the folder is listed once, so nothing of it is
 * kept. Only what was met by itself, as a root or behind a link, is remembered, and such a file is left to its own
 * folder where that one is listed. A million files cost the memory of their folders.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { SkipReason } from '../../preload/contract/model.ts';
import { errorCode } from '../lib/log.ts';
import { encodePath } from '../lib/path-text.ts';
import { seenFile, type SeenFile } from '../lib/file-stat.ts';

export type Walked =
  { kind: 'file'; path: string; stat: SeenFile } | { kind: 'skipped'; path: string; reason: SkipReason };

interface Listing {
  /** With the separator at its end. */
  folder: string;
  names: readonly string[];
  next: number;
}

/**
 * Path and stat of each file; what cannot be walked comes as skipped, with the reason. Never throws.
 *
 * @param stopped asked before each step, also where nothing is found: true ends the walk.
 */
export function* walk(roots: readonly string[], stopped: () => boolean = () => false): Generator<Walked> {
  const walker = createWalker();
  for (const root of roots) {
    const found = walker.visit(toBytes(Buffer.from(path.resolve(root))), true);
    if (found !== null) yield found;
    if (stopped()) return;
    // Not by recursion: a value would be handed up through every level.
    for (let listing = walker.open.at(-1); listing !== undefined; listing = walker.open.at(-1)) {
      const name = listing.names[listing.next++];
      if (name === undefined) {
        walker.open.pop();
        continue;
      }
      const walked = walker.visit(listing.folder + name, false);
      if (walked !== null) yield walked;
      if (stopped()) return;
    }
  }
}

/** Everything below works on paths as bytes, one to a character. */
function createWalker(): {
  /** The folders under way, innermost last. */
  open: Listing[];
  /** Null for a folder, which is put on `open`, and for what was met before. */
  visit(target: string, byItself: boolean): Walked | null;
} {
  const open: Listing[] = [];
  const seenFolders = new Set<string>();
  /** A folder may be seen that nobody may list. */
  const listedFolders = new Set<string>();
  const metByThemselves = new Set<string>();

  const list = (folder: string, identity: string): Walked | null => {
    // A link back to a folder above it would never end.
    if (seenFolders.has(identity)) return null;
    seenFolders.add(identity);
    try {
      const names = fs.readdirSync(ask(folder), { encoding: 'latin1' });
      open.push({
        folder: folder.endsWith(path.sep) ? folder : folder + path.sep,
        names: names.sort(byBytes),
        next: 0,
      });
      listedFolders.add(identity);
      return null;
    } catch (error) {
      return { kind: 'skipped', path: textOf(folder), reason: reasonOf(error) };
    }
  };

  /** One file reached by two roots, or by a link and its folder, is one photo. */
  const isMetElsewhere = (
    target: string,
    stat: fs.BigIntStats,
    byItself: boolean,
    linked: boolean,
  ): boolean => {
    if (!byItself && !linked)
      return metByThemselves.size > 0 && metByThemselves.has(identityOf(target, stat));
    const folder = path.dirname(linked ? realPath(target) : target);
    if (listedFolders.size > 0 && listedFolders.has(folderIdentity(folder))) return true;
    const identity = identityOf(target, stat);
    if (metByThemselves.has(identity)) return true;
    metByThemselves.add(identity);
    return false;
  };

  return {
    open,
    visit: (target, byItself) => {
      let stat: fs.BigIntStats;
      let linked = false;
      try {
        stat = fs.lstatSync(ask(target), { bigint: true });
        // Followed: what the person sees behind a link is what they dropped.
        linked = stat.isSymbolicLink();
        if (linked) stat = fs.statSync(ask(target), { bigint: true });
      } catch (error) {
        return { kind: 'skipped', path: textOf(target), reason: reasonOf(error) };
      }
      if (stat.isDirectory()) return list(target, folderKey(target, stat));
      if (!stat.isFile()) return { kind: 'skipped', path: textOf(target), reason: 'special_file' };
      if (isMetElsewhere(target, stat, byItself, linked)) return null;
      return { kind: 'file', path: textOf(target), stat: seenFile(stat) };
    },
  };
}

/** Hard links are told apart by their paths. Some network file systems number no files: there only the path tells. */
function identityOf(target: string, stat: fs.BigIntStats): string {
  return stat.nlink === 1n && stat.ino !== 0n ? `${stat.dev}:${stat.ino}` : realPath(target);
}

function folderKey(target: string, stat: fs.BigIntStats): string {
  return stat.ino === 0n ? realPath(target) : `${stat.dev}:${stat.ino}`;
}

function folderIdentity(folder: string): string {
  try {
    return folderKey(folder, fs.statSync(ask(folder), { bigint: true }));
  } catch {
    return folder;
  }
}

function realPath(target: string): string {
  try {
    return toBytes(fs.realpathSync(ask(target), { encoding: 'buffer' }));
  } catch {
    // Gone since it was looked at; whoever opens it will find that out.
    return target;
  }
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function toBytes(buffer: Buffer): string {
  return buffer.toString('latin1');
}

const beyondAscii = /[\x80-\xff]/;

/** What the file system is asked with: ASCII is the same in every encoding, and a string is asked with faster. */
function ask(target: string): string | Buffer {
  return beyondAscii.test(target) ? Buffer.from(target, 'latin1') : target;
}

function textOf(target: string): string {
  return encodePath(ask(target));
}

/** Why a path could not be looked at, by the system's code. */
export function reasonOf(error: unknown): SkipReason {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return 'permission_denied';
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'vanished' : 'unreadable';
}
