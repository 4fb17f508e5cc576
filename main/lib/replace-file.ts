import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a small file in one step: whoever reads it at any moment, also after a power cut, finds the old one or the new
 * one. Only this user may read it. Rejects with the system's error. Two at once must not be about the same file.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  const next = `${file}.next`;
  const handle = await fs.open(next, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(next, file);
}
