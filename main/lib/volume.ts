/**
 * Volumes, as far as the file system tells of them.
 *
 * [Note: Which volume] A volume is mounted where a folder is on another device than the folder above it. That place is
 * remembered, for device numbers are handed out anew at each plug; when the volume is gone, its place is gone too, or is
 * a plain folder. But cards of one make take turns at one place. They are told apart by the identity that their file
 * system was given when it was made: on Windows it is the device number that Node tells, on Linux the name of the device
 * below /dev/disk/by-uuid; elsewhere the time of birth of the outermost folder has to do, and on Linux without that
 * name nothing tells: there the place alone counts.
 */
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import path from 'node:path';
import { decodePath, parentPath } from './path-text.ts';

export interface Volume {
  /** Where it is mounted; see lib/path-text.ts. */
  root: string;
  /** How it was told, a colon, and what it was told by. */
  identity: string;
}

/**
 * The volume of this file or folder; null for the one that everything else is on.
 *
 * @throws the system's error when that cannot be looked at.
 */
export function volumeOf(file: string): Volume | null {
  const { dev } = statOf(file);
  let place = file;
  for (;;) {
    const above = parentPath(place);
    // A drive of Windows has nothing above it, and can be pulled out all the same.
    if (above === null && process.platform !== 'win32') return null;
    if (above === null || statOf(above).dev !== dev)
      return { root: place, identity: identityOf(statOf(place)) };
    place = above;
  }
}

/** The identity of the volume that is mounted at this place now; null while none is. Never rejects. */
export async function identityAt(root: string): Promise<string | null> {
  try {
    const stat = await fsPromises.stat(decodePath(root), { bigint: true });
    const above = parentPath(root);
    if (above !== null && (await fsPromises.stat(decodePath(above), { bigint: true })).dev === stat.dev)
      return null;
    return identityOf(stat);
  } catch {
    return null;
  }
}

/** Whether two identities may be of one volume: they are, unless they were told in the same way and differ. */
export function maySame(one: string, other: string): boolean {
  return one === other || one.split(':', 1)[0] !== other.split(':', 1)[0];
}

function identityOf({ dev, ino, birthtimeNs }: fs.BigIntStats): string {
  if (process.platform === 'win32') return `serial:${dev}`;
  if (process.platform === 'linux') {
    const uuid = uuidOf(dev);
    return uuid === null ? 'place:' : `uuid:${uuid}`;
  }
  return `born:${ino}:${birthtimeNs}`;
}

const uuids = '/dev/disk/by-uuid';

function uuidOf(device: bigint): string | null {
  try {
    return (
      fs.readdirSync(uuids).find((name) => {
        const stat = fs.statSync(path.join(uuids, name), { bigint: true, throwIfNoEntry: false });
        return stat?.rdev === device;
      }) ?? null
    );
  } catch {
    return null;
  }
}

function statOf(place: string): fs.BigIntStats {
  return fs.statSync(decodePath(place), { bigint: true });
}
