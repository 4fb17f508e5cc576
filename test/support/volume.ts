/** Disks of one's own that can be pulled out and plugged in again: real mounts, for which one has to be root. */
import { spawnSync } from 'node:child_process';
import { afterEach } from 'vitest';
import { tempDir } from './temp-dir.ts';

/** Why no disk can be mounted here; null when it can. To be printed by a test that is skipped for it. */
export const cannotMount: string | null =
  process.platform === 'linux' && process.getuid?.() === 0 ? null : 'only root on Linux may mount a disk';

const mounted = new Set<string>();

// Hooks run last to first, so this comes before the removal of the folders.
afterEach(() => {
  for (const folder of mounted) spawnSync('umount', ['--lazy', folder]);
  mounted.clear();
});

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout.trim();
}

/** A folder with a file system in memory on it, until the test ends. @param options as for `mount -o`. */
export function memoryDisk(options: string): string {
  const folder = tempDir();
  run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder);
  mounted.add(folder);
  return folder;
}
