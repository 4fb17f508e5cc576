import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { importScript, scriptFile } from '../support/script.ts';

const { takeLock } = await importScript<{ takeLock(folder: string): Promise<() => void> }>('setup/lock.mjs');

/** A program that takes the lock and then does `work`. */
const program = (folder: string, work: string): string[] => [
  '--input-type=module',
  '-e',
  `import fs from 'node:fs';
   import { takeLock } from ${JSON.stringify(pathToFileURL(scriptFile('setup/lock.mjs')).href)};
   const folder = ${JSON.stringify(folder)};
   const release = await takeLock(folder);
   ${work}`,
];

it('lets one process in at a time', async () => {
  const folder = tempDir();
  // Each adds a line when it enters and when it leaves: never two entries in a row.
  const work = `
    fs.appendFileSync(folder + '/log', 'in\\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
    fs.appendFileSync(folder + '/log', 'out\\n');
    release();`;
  const all = Array.from({ length: 4 }, () =>
    spawn(process.execPath, program(folder, work), { stdio: 'ignore' }),
  );
  const codes = await Promise.all(all.map(async (child) => ((await once(child, 'exit')) as [number])[0]));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(fs.readFileSync(path.join(folder, 'log'), 'utf8')).toBe('in\nout\n'.repeat(4));
  expect(fs.readdirSync(folder)).toEqual(['log']);
});

it('takes over from a process that was killed', async () => {
  const folder = tempDir();
  const killed = spawnSync(process.execPath, program(folder, "process.kill(process.pid, 'SIGKILL');"));
  expect(killed.signal).toBe('SIGKILL');
  expect(fs.existsSync(path.join(folder, 'setup.lock'))).toBe(true);
  const release = await takeLock(folder);
  release();
  expect(fs.existsSync(path.join(folder, 'setup.lock'))).toBe(false);
});
