/**
 * Paths as text that keeps every byte.
 *
 * A POSIX file name is any byte string; only most of them are UTF-8. A path that is UTF-8 is stored as it is, any
 * other as `bytes:` and base64url: no absolute path begins like that, so the two never meet.
 */
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
