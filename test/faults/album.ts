/** The person's photos, and what they truly held at every time: known from the scenario itself, never from the app. */
import fs from 'node:fs';
import path from 'node:path';
import { makePhotos, sha256 } from '../e2e/photos.ts';
import type { Scenario } from './scenario.ts';

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
  /** What is not as the person left it: bytes or times that changed, files that are gone or new. */
  touched(): string[];
}

interface Kept extends Content {
  mtimeNs: bigint;
}

/** Makes the scenario's photos in `dir`. */
export async function makeAlbum(dir: string, { sizes, copied }: Scenario): Promise<Album> {
  const files = new Map<string, Kept>();
  const held = new Set<string>();
  const note = (file: string, { sha256: hash, size }: Content): void => {
    files.set(file, { sha256: hash, size, mtimeNs: fs.statSync(file, { bigint: true }).mtimeNs });
    held.add(hash);
  };
  const photos = await makePhotos(dir, sizes.length, { bytes: (index) => sizes[index] ?? 0 });
  for (const photo of photos) note(photo.path, photo);
  for (const index of copied) {
    const photo = photos[index];
    if (photo === undefined) continue;
    const copy = path.join(dir, `Copy of ${path.basename(photo.path)}`);
    fs.copyFileSync(photo.path, copy);
    note(copy, photo);
  }

  return {
    dir,
    held,
    now: (file) => files.get(file) ?? null,
    paths: () => [...files.keys()],
    touched: () => {
      const here = fs
        .readdirSync(dir, { recursive: true, encoding: 'utf8' })
        .map((name) => path.join(dir, name));
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
