/**
 * Walks what was dropped: every regular file below the given paths, in path order, each once.
 *
 * Our own walk, folder by folder: Node's recursive readdir stops at the first unreadable folder, and its opendir lost
 * files on Node 20 (nodejs/node#48820). Folders are read as bytes, so that a name that is not UTF-8 is not lost.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { SkipReason } from '../../preload/contract/model.ts';
import { errorCode } from '../lib/log.ts';
import { encodePath } from '../lib/path-text.ts';
import { seenFile, type SeenFile } from '../lib/file-stat.ts';

export type Walked =
  { kind: 'file'; path: string; stat: SeenFile } | { kind: 'skipped'; path: string; reason: SkipReason };

/** Path and stat of each file; what cannot be walked comes as skipped, with the reason. Never throws. */
export function* walk(roots: readonly string[]): Generator<Walked> {
  const seen = new Set<string>();
  for (const root of roots) yield* visit(Buffer.from(path.resolve(root)), seen);
}

function* visit(target: Buffer, seen: Set<string>): Generator<Walked> {
  let stat: fs.BigIntStats;
  try {
    // Follows links: what the person sees behind a link is what they dropped.
    stat = fs.statSync(target, { bigint: true });
  } catch (error) {
    yield { kind: 'skipped', path: encodePath(target), reason: reasonOf(error) };
    return;
  }
  if (stat.isFile()) {
    // One file reached by two roots or a link and its target is one photo; hard links are told apart by their paths.
    const real = stat.nlink === 1n && stat.ino !== 0n ? `${stat.dev}:${stat.ino}` : pathIdentity(target);
    if (seen.has(real)) return;
    seen.add(real);
    yield { kind: 'file', path: encodePath(target), stat: seenFile(stat) };
  } else if (stat.isDirectory()) {
    // A link back to a folder above it would never end.
    const identity = `${stat.ino === 0n ? pathIdentity(target) : `${stat.dev}:${stat.ino}`}/`;
    if (seen.has(identity)) return;
    seen.add(identity);
    yield* visitFolder(target, seen);
  } else {
    yield { kind: 'skipped', path: encodePath(target), reason: 'special_file' };
  }
}

function* visitFolder(folder: Buffer, seen: Set<string>): Generator<Walked> {
  let names: Buffer[];
  try {
    names = fs.readdirSync(folder, { encoding: 'buffer' });
  } catch (error) {
    yield { kind: 'skipped', path: encodePath(folder), reason: reasonOf(error) };
    return;
  }
  const separator = Buffer.from(path.sep);
  for (const name of names.sort((a, b) => Buffer.compare(a, b))) {
    yield* visit(
      Buffer.concat([folder, folder.at(-1) === separator[0] ? Buffer.alloc(0) : separator, name]),
      seen,
    );
  }
}

/** Some network file systems number no files: there only the path tells two apart. */
function pathIdentity(target: Buffer): string {
  try {
    return fs.realpathSync(target, { encoding: 'buffer' }).toString('latin1');
  } catch {
    // Gone since it was looked at; whoever opens it will find that out.
    return target.toString('latin1');
  }
}

/** Why a path could not be looked at, by the system's code. */
export function reasonOf(error: unknown): SkipReason {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return 'permission_denied';
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'vanished' : 'unreadable';
}
