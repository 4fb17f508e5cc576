/**
 * Pictures that were pasted: they are nowhere else.
 *
 * [Note: The only copy] A picture from the clipboard becomes a file of ours, in a folder of the user data, before it is
 * taken into the queue like any other file. The file goes when its row says that the library has confirmed it, and SQLite has
 * that on the disk for good. When a person takes the row out of the queue it is set aside for thirty days, for nobody
 * removes the only copy of something with a click. In doubt it stays: one without a row, of an engine that died in
 * between, is taken into the queue when its owner is back.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { errorCode, type Log } from '../lib/log.ts';
import type { Outcome } from '../queue/outcome-at.ts';

const unfinished = '.partial';
/** Of pictures whose rows a person took out of the queue. */
const asideFolder = 'removed';
const asideMs = 30 * 24 * 60 * 60_000;
const signature = Buffer.from('89504e470d0a1a0a', 'hex');

export interface Pasted {
  /**
   * Writes a picture down, for good, and returns its path.
   *
   * @throws what the file system says.
   */
  keep(owner: string, png: Uint8Array): Promise<string>;
  /** Looks at what earlier engines have left; returns the paths that the owner's queue lacks. */
  recover(owner: string): string[];
  /** Removes files whose rows are stored, and sets those aside whose rows are gone. */
  tidy(owner: string): void;
  /** Whether files of ours are in this folder. */
  holds(folder: string): boolean;
  /** Removes all files of this owner, whose queue is gone. */
  forget(owner: string): void;
}

export interface PastedDeps {
  /** Where the files of all owners go. */
  folder: string;
  /** What has become of the file at this path; null when no row has it. */
  outcomeAt: (owner: string, path: string) => Outcome | null;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/** What Chromium makes of every picture that it finds in the clipboard. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.equals(bytes.subarray(0, signature.length));
}

export function createPasted({ folder, outcomeAt, now, log }: PastedDeps): Pasted {
  /** Of each owner: path → whether its row has been seen. */
  const known = new Map<string, Map<string, boolean>>();
  const filesOf = (owner: string): Map<string, boolean> => {
    const files = known.get(owner) ?? new Map<string, boolean>();
    known.set(owner, files);
    return files;
  };
  // An owner's name may be anything, a folder's may not.
  const placeOf = (owner: string): string =>
    path.join(folder, createHash('sha256').update(owner).digest('hex').slice(0, 16));

  const newPath = (owner: string): string => {
    const place = placeOf(owner);
    const files = filesOf(owner);
    const stem = `Pasted image ${localTime(now())}`;
    for (let copy = 1; ; copy += 1) {
      const file = path.join(place, `${stem}${copy === 1 ? '' : ` (${copy})`}.png`);
      if (!files.has(file) && !fs.existsSync(file)) return file;
    }
  };

  const remove = (file: string): boolean => {
    try {
      fs.rmSync(file, { force: true });
      return true;
    } catch (error) {
      // Somebody has it open, as Windows minds; the next look may succeed.
      log('pasted.stays', { code: errorCode(error) });
      return false;
    }
  };

  const setAside = (file: string): boolean => {
    const aside = path.join(path.dirname(file), asideFolder);
    const since = new Date(now());
    try {
      fs.mkdirSync(aside, { recursive: true, mode: 0o700 });
      fs.renameSync(file, path.join(aside, path.basename(file)));
      fs.utimesSync(path.join(aside, path.basename(file)), since, since);
      return true;
    } catch (error) {
      const code = errorCode(error);
      log('pasted.stays', { code });
      // Somebody else has taken it away.
      return code === 'ENOENT';
    }
  };
  const dropOld = (aside: string): void => {
    for (const name of fs.existsSync(aside) ? fs.readdirSync(aside) : []) {
      const file = path.join(aside, name);
      if (fs.statSync(file).mtimeMs < now() - asideMs) remove(file);
    }
  };

  return {
    keep: async (owner, png) => {
      const file = newPath(owner);
      const files = filesOf(owner);
      files.set(file, false);
      try {
        await fs.promises.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        await fs.promises.writeFile(file + unfinished, png, { mode: 0o600, flush: true });
        await fs.promises.rename(file + unfinished, file);
        await flushFolder(path.dirname(file));
        return file;
      } catch (error) {
        files.delete(file);
        fs.rmSync(file + unfinished, { force: true });
        throw error;
      }
    },

    recover: (owner) => {
      const place = placeOf(owner);
      const files = filesOf(owner);
      const lost: string[] = [];
      dropOld(path.join(place, asideFolder));
      for (const name of fs.existsSync(place) ? fs.readdirSync(place) : []) {
        if (name === asideFolder) continue;
        const file = path.join(place, name);
        if (files.has(file) || files.has(file.slice(0, -unfinished.length))) continue;
        const outcome = outcomeAt(owner, file);
        // What the queue says at the start is on the disk, also of copies.
        if (name.endsWith(unfinished) || outcome === 'stored' || outcome === 'duplicate') remove(file);
        else {
          files.set(file, outcome !== null);
          if (outcome === null) lost.push(file);
        }
      }
      return lost;
    },

    tidy: (owner) => {
      const files = known.get(owner);
      for (const [file, queued] of files ?? []) {
        const outcome = outcomeAt(owner, file);
        if (outcome !== null) files?.set(file, true);
        // Without a row it is either still being taken in, or a person has taken it out.
        const gone = outcome === null ? queued && setAside(file) : outcome === 'stored' && remove(file);
        if (gone) files?.delete(file);
      }
    },

    holds: (place) => path.dirname(place) === folder,

    forget: (owner) => {
      known.delete(owner);
      fs.rmSync(placeOf(owner), { recursive: true, force: true });
    },
  };
}

/** `2026-11-25 18.20.05`, as this computer's clock has it; file names take no colons. */
function localTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('.')}`;
}

/** So that the name outlives a power cut, too; Windows has no such thing. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.promises.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
