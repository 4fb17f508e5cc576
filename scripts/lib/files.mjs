import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** A name beside `target` that nobody else uses, for work that is renamed into place when it is whole. */
export function besides(target) {
  return `${target}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
}

/** Whether a file or folder of this name is such work. */
export const isTemporary = (name) => name.endsWith('.tmp');

/** Writes a file so that a reader, or a crash, sees the old or the new content and nothing between. */
export function writeWhole(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = besides(file);
  fs.writeFileSync(temporary, content);
  fs.renameSync(temporary, file);
}

/**
 * Makes a folder that is either absent or complete: `fill(temporary)` works beside it, then it is renamed
 * into place. Should somebody else have put it there meanwhile, theirs stays.
 */
export async function makeFolderWhole(folder, fill) {
  const temporary = besides(folder);
  try {
    fs.mkdirSync(temporary, { recursive: true });
    await fill(temporary);
    if (!fs.existsSync(folder)) fs.renameSync(temporary, folder);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** The JSON in a file, or undefined when the file is absent or was cut short. */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** SHA-256 in hex of some values, for keys of caches and stamps. */
export function digest(...values) {
  const hash = createHash('sha256');
  for (const value of values)
    hash.update(typeof value === 'string' ? value : JSON.stringify(value)).update('\0');
  return hash.digest('hex');
}
