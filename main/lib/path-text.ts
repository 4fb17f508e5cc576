/**
 * Paths as text that keeps every byte.
 *
 * A POSIX file name is any byte string; only most of them are UTF-8. A path that is UTF-8 is stored as it is, any
 * other as `bytes:` and base64url: no absolute path begins like that, so the two never meet.
 */
import { dirname, sep } from 'node:path';

const escaped = 'bytes:';

/** The text under which a path from `readdir({ encoding: 'buffer' })` is kept. */
export function encodePath(path: string | Buffer): string {
  if (typeof path === 'string') return path;
  const text = path.toString('utf8');
  return Buffer.from(text, 'utf8').equals(path) ? text : escaped + path.toString('base64url');
}

/** What the file system is asked with: a string, or the bytes of a path that is not UTF-8. */
export function decodePath(text: string): string | Buffer {
  return text.startsWith(escaped) ? Buffer.from(text.slice(escaped.length), 'base64url') : text;
}

/** For people: undecodable bytes become U+FFFD. */
export function displayPath(text: string): string {
  const path = decodePath(text);
  return typeof path === 'string' ? path : path.toString('utf8');
}

/** The folder that this is in; null for a root. */
export function parentPath(text: string): string | null {
  const decoded = decodePath(text);
  // latin1 keeps every byte, and only those of ASCII mean anything in a path.
  const above = typeof decoded === 'string' ? dirname(decoded) : dirname(decoded.toString('latin1'));
  const parent = typeof decoded === 'string' ? above : encodePath(Buffer.from(above, 'latin1'));
  return parent === text ? null : parent;
}

/** Something in a folder. @param name one name, or the rest of a path. */
export function childPath(folder: string, name: string): string {
  return encodePath(Buffer.concat([folderBytes(folder), Buffer.from(decodePath(name))]));
}

/** The rest of a path below a folder; null when it is not below it. */
export function restBelow(text: string, folder: string): string | null {
  const path = Buffer.from(decodePath(text));
  const above = folderBytes(folder);
  if (path.length <= above.length || !path.subarray(0, above.length).equals(above)) return null;
  return encodePath(path.subarray(above.length));
}

/** The bytes of a folder's path, with the separator that follows them. */
function folderBytes(folder: string): Buffer {
  const bytes = Buffer.from(decodePath(folder));
  return bytes.at(-1) === sep.charCodeAt(0) ? bytes : Buffer.concat([bytes, Buffer.from(sep)]);
}
