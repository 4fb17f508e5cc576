/**
 * An embedded database takes seconds to make from nothing and none to copy: the first sandbox of a checkout makes
 * an empty one and keeps it, every later one begins with a copy.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** Makes sure that `dir` holds a database of the embedded kind; one that is there stays as it is. */
export async function prepareRecords(dir: string): Promise<void> {
  if (existsSync(dir)) return;
  const template = await makeTemplate();
  const unfinished = `${dir}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(template, unfinished, { recursive: true });
  await rename(unfinished, dir);
}

async function makeTemplate(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8')) as {
    version: string;
  };
  const cache = fileURLToPath(new URL('../node_modules/.cache/tintype/', import.meta.url));
  const template = join(cache, `records-pglite-${version}`);
  if (existsSync(template)) return template;
  await mkdir(cache, { recursive: true });
  const unfinished = `${template}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  // In a process of its own: the WebAssembly memory would stay with this one.
  await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { PGlite } = await import(${JSON.stringify(pathToFileURL(entry).href)});
     const database = await PGlite.create(${JSON.stringify(unfinished)});
     await database.close();`,
  ]);
  try {
    await rename(unfinished, template);
  } catch (error) {
    // Another sandbox was faster.
    if (!existsSync(template)) throw error;
    await rm(unfinished, { recursive: true, force: true });
  }
  return template;
}
