/** The person's photos, and what they truly held at every time: known from the scenario itself, never from the app. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assertNever } from '../../main/lib/assert-never.ts';
import { makePhotos, sha256 } from '../e2e/photos.ts';
import type { FileChange, Scenario } from './scenario.ts';

export interface Content {
  sha256: string;
  size: number;
}

export interface Album {
  /** What is dropped on the window. */
  dir: string;
  /** Every content that any of the files has ever held. */
  held: ReadonlySet<string>;
  /** What lies at this path now; null when nothing does. */
  now(file: string): Content | null;
  /** Paths at which a photo lies now. */
  paths(): string[];
  /** Where this photo of the scenario lies, or lay last. */
  pathOf(photo: number): string;
  /** Does to a photo what other programs do; a photo that is gone is left alone. */
  change(photo: number, change: FileChange): Promise<void>;
  /** What is not as the person left it: bytes or times that changed, files that are gone or new. */
  touched(): string[];
}

interface Kept extends Content {
  mtimeNs: bigint;
}

/** So that a program that writes a little at a time is met in the middle of it. */
const growSteps = 5;
const growPauseMs = 60;

/**
 * Makes the scenario's photos.
 *
 * @param dir a new folder for them; what is on its way to it lies beside it.
 */
export async function makeAlbum(dir: string, { sizes, copied }: Scenario): Promise<Album> {
  const files = new Map<string, Kept>();
  const held = new Set<string>();
  const note = (file: string, { sha256: hash, size }: Content): void => {
    files.set(file, { sha256: hash, size, mtimeNs: fs.statSync(file, { bigint: true }).mtimeNs });
    held.add(hash);
  };
  const look = (file: string): void => {
    const bytes = fs.readFileSync(file);
    note(file, { sha256: sha256(bytes), size: bytes.length });
  };
  const photos = await makePhotos(dir, sizes.length, { bytes: (index) => sizes[index] ?? 0 });
  for (const photo of photos) note(photo.path, photo);
  for (const index of copied) {
    const original = photos[index]?.path ?? '';
    const copy = path.join(dir, `Copy of ${path.basename(original)}`);
    fs.copyFileSync(original, copy);
    look(copy);
  }
  const places = photos.map((photo) => photo.path);
  const pathOf = (photo: number): string => places[photo] ?? '';

  const change = async (photo: number, how: FileChange): Promise<void> => {
    const file = pathOf(photo);
    const size = files.get(file)?.size;
    if (size === undefined) return;
    switch (how) {
      case 'overwritten': {
        const handle = fs.openSync(file, 'r+');
        fs.writeSync(handle, randomBytes(16), 0, 16, Math.floor(size / 2));
        fs.closeSync(handle);
        break;
      }
      case 'grown':
        for (let step = 0; step < growSteps; step++) {
          fs.appendFileSync(file, randomBytes(1000));
          look(file);
          await pause(growPauseMs);
        }
        break;
      case 'replaced': {
        const next = `${dir}.next`;
        fs.writeFileSync(next, Buffer.concat([fs.readFileSync(file), randomBytes(16)]));
        fs.renameSync(next, file);
        break;
      }
      case 'truncated':
        fs.truncateSync(file, Math.floor(size / 2));
        break;
      case 'emptied':
        fs.truncateSync(file, 0);
        break;
      case 'touched':
        fs.utimesSync(file, new Date(), new Date());
        break;
      case 'renamed': {
        const renamed = path.join(dir, `Renamed ${path.basename(file)}`);
        fs.renameSync(file, renamed);
        files.delete(file);
        places[photo] = renamed;
        break;
      }
      case 'deleted':
        fs.rmSync(file);
        files.delete(file);
        return;
      default:
        assertNever(how);
    }
    look(pathOf(photo));
  };

  return {
    dir,
    held,
    now: (file) => files.get(file) ?? null,
    paths: () => [...files.keys()],
    pathOf,
    change,
    touched: () => {
      const here = fs.readdirSync(dir, { encoding: 'utf8' }).map((name) => path.join(dir, name));
      const strange = here.filter((file) => !files.has(file)).map((file) => `${file} is not the person's`);
      const changed = [...files].flatMap(([file, kept]) => {
        const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
        if (stat === undefined) return [`${file} is gone`];
        if (stat.mtimeNs !== kept.mtimeNs) return [`${file} has another time`];
        return sha256(fs.readFileSync(file)) === kept.sha256 ? [] : [`${file} has other bytes`];
      });
      return [...strange, ...changed];
    },
  };
}
