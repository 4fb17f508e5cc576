import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const root = path.resolve(import.meta.dirname, '../../..');

/** The path of a file under scripts/. */
export const scriptFile = (name: string): string => path.join(root, 'scripts', name);

/** Imports a file under scripts/. They are plain JavaScript, so the caller says what it takes them for. */
export async function importScript<T>(name: string): Promise<T> {
  const loaded: unknown = await import(pathToFileURL(scriptFile(name)).href);
  return loaded as T;
}
