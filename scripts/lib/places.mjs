import os from 'node:os';
import path from 'node:path';

/** The top of the source tree. */
export const root = path.resolve(import.meta.dirname, '..', '..');

/** An absolute path inside the source tree. */
export const inTree = (...parts) => path.join(root, ...parts);

/**
 * Where downloads and native builds are kept between clones: TINTYPE_CACHE, else ~/.cache/tintype.
 * Deleting it costs time at the next set-up, nothing else.
 */
export function cacheFolder(env = process.env) {
  // With HOME set to nothing, homedir() is nothing too.
  const home = os.homedir() || os.userInfo().homedir;
  return path.resolve(env.TINTYPE_CACHE || path.join(home, '.cache', 'tintype'));
}
