/** Spares the reading of a file that was read before. */
import fs from 'node:fs/promises';
import { seenFile, type SeenFile } from '../lib/file-stat.ts';
import { partSizeFor } from '../lib/part-size.ts';
import { decodePath } from '../lib/path-text.ts';
import type { HashCache } from '../queue/hash-cache.ts';
import type { Inspected, Photo } from '../queue/photo-queue.ts';

/**
 * What an earlier inspection found in this row's file, for the price of a stat; null when it must be read. A row whose
 * bytes turned out wrong is read in any case: whether they read the same again is the question.
 *
 * @param md5 whether the MD5 is needed, of the parts where there are any.
 */
export async function recall(
  photo: Photo,
  hashCache: HashCache,
  { md5 }: { md5: boolean },
): Promise<Inspected | null> {
  if (photo.strikes > 0 || !hashCache.mayKnow(photo.stat)) return null;
  const file = await look(photo.path);
  const found = file === null ? null : hashCache.find(photo.path, file);
  if (file === null || found === null) return null;
  if (partSizeFor(file.size) !== (found.parts[0]?.size ?? null)) return null;
  const digests = found.parts.length === 0 ? [found] : found.parts;
  if (md5 && digests.some((digest) => digest.md5 === null)) return null;
  const { ctimeNs: _remembered, ...stat } = file;
  return { ...found, stat, remember: null };
}

async function look(path: string): Promise<SeenFile | null> {
  try {
    return seenFile(await fs.stat(decodePath(path), { bigint: true }));
  } catch {
    // Whoever reads it finds out what is wrong, and says so.
    return null;
  }
}
