import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';
import { importScript, root, scriptFile } from './support/script.ts';

interface WithDisplay {
  withDesktop<T>(
    env: NodeJS.ProcessEnv,
    use: (env: NodeJS.ProcessEnv) => T | Promise<T>,
    options?: { keyringFolder?: string },
  ): Promise<T>;
}
const { withDesktop } = await importScript<WithDisplay>('with-display.mjs');

const keytar = path.join(root, 'node_modules', 'keytar');
const bare: NodeJS.ProcessEnv = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** What of this display's session runs: its programs have its folder in their arguments. */
function processesOf(folder: string): string[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // it ended since
      }
    })
    .filter((command) => command.includes(folder));
}

function node(env: NodeJS.ProcessEnv, program: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.trim();
}

const remember = `require(${JSON.stringify(keytar)}).setPassword('tintype-test', 'somebody', 'a secret')`;
const recall = `require(${JSON.stringify(keytar)}).getPassword('tintype-test', 'somebody').then(console.log)`;

describe.skipIf(process.platform !== 'linux')('withDesktop', () => {
  it('brings a display and a keyring, and ends them with all that they left', async () => {
    const folder = await withDesktop(bare, (env) => {
      expect(env['DISPLAY']).toMatch(/^:\d+$/);
      node(env, remember);
      expect(node(env, recall)).toBe('a secret');
      const session = path.dirname(env['XAUTHORITY'] ?? '');
      expect(fs.statSync(session).mode & 0o077).toBe(0);
      expect(processesOf(session)).toHaveLength(4); // Xvfb, bus, keyring, guard
      return session;
    });
    expect(processesOf(folder)).toEqual([]);
    expect(fs.existsSync(folder)).toBe(false);
  });

  it('passes on what there is already', async () => {
    await withDesktop(bare, async (outer) => {
      await withDesktop(outer, (inner) => {
        expect(inner).toEqual(outer);
      });
      await withDesktop({ ...outer, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }, (inner) => {
        expect(inner['DISPLAY']).toBe(outer['DISPLAY']);
        expect(node(inner, recall)).toBe('null');
      });
    });
  });

  it('keeps secrets in a folder that it is given', async () => {
    const keyringFolder = path.join(tempDir(), 'keyring');
    await withDesktop(bare, (env) => node(env, remember), { keyringFolder });
    expect(await withDesktop(bare, (env) => node(env, recall), { keyringFolder })).toBe('a secret');
  });

  it('ends everything when the program fails', async () => {
    let folder = '';
    const failure = new Error('as expected');
    const use = (env: NodeJS.ProcessEnv): void => {
      folder = path.dirname(env['XAUTHORITY'] ?? '');
      throw failure;
    };
    await expect(withDesktop(bare, use)).rejects.toBe(failure);
    expect(processesOf(folder)).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('leaves nothing behind after %s', async (signal) => {
    const program = 'console.log(process.env.XAUTHORITY); process.stdin.resume()';
    const command = spawn(
      process.execPath,
      [scriptFile('with-display.mjs'), process.execPath, '-e', program],
      {
        env: bare,
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const [authority] = (await once(readline.createInterface(command.stdout), 'line')) as [string];
    const folder = path.dirname(authority);
    expect(processesOf(folder)).toHaveLength(4);
    command.kill(signal);
    await once(command, 'exit');
    command.stdin.end();
    await vi.waitFor(() => {
      expect(processesOf(folder)).toEqual([]);
      expect(fs.existsSync(folder)).toBe(false);
    }, 5_000);
  });
});
