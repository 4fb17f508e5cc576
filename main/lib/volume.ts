/**
 * Volumes, as far as the file system tells of them.
 *
 * [Note: Where a volume is] A volume is mounted where a folder is on another device than the folder above it. That is
 * looked at while the volume is there, and its place is remembered: device numbers are handed out anew at each plug, so
 * a place is what a volume is known by later. When it is gone, its place is gone too, or is a plain folder.
 */
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { decodePath, parentPath } from './path-text.ts';

/**
 * The place where the volume of this file or folder is mounted; null for the volume that everything else is on.
 *
 * @throws the system's error when that cannot be looked at.
 */
export function volumeRoot(path: string): string | null {
  const { dev } = fs.statSync(decodePath(path));
  let place = path;
  for (;;) {
    const above = parentPath(place);
    // A drive of Windows has nothing above it, and can be pulled out all the same.
    if (above === null) return process.platform === 'win32' ? place : null;
    if (fs.statSync(decodePath(above)).dev !== dev) return place;
    place = above;
  }
}

/** Whether a volume is mounted at this place. Never rejects. */
export async function isMounted(root: string): Promise<boolean> {
  try {
    const { dev } = await fsPromises.stat(decodePath(root));
    const above = parentPath(root);
    return above === null || (await fsPromises.stat(decodePath(above))).dev !== dev;
  } catch {
    return false;
  }
}
