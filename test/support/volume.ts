/** Disks of one's own that can be pulled out and plugged in again: real mounts, for which one has to be root. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach } from 'vitest';
import { tempDir } from './temp-dir.ts';

/** Why no disk can be mounted here; null when it can. To be printed by a test that is skipped for it. */
export const cannotMount: string | null =
  process.platform === 'linux' && process.getuid?.() === 0 ? null : 'only root on Linux may mount a disk';

const mounted = new Set<string>();
const loops = new Set<string>();
const links = new Set<string>();

// Hooks run last to first, so this comes before the removal of the folders.
afterEach(() => {
  for (const folder of mounted) spawnSync('umount', ['--lazy', folder]);
  mounted.clear();
  for (const device of loops) spawnSync('losetup', ['--detach', device]);
  loops.clear();
  for (const link of links) fs.rmSync(link, { force: true });
  links.clear();
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

/** Why no disk can be unplugged here; null when it can. */
export const cannotPlug: string | null =
  cannotMount ??
  (fs.existsSync('/dev/loop-control') && spawnSync('mke2fs', ['-V']).status === 0
    ? null
    : 'needs loop devices and mke2fs');

export interface PluggableDisk {
  /** Where it is mounted; an empty folder while it is not. */
  folder: string;
  unplug(): void;
  /** Mounts it again, under another device number than the last time. */
  plug(): void;
}

/** What udev does where it runs; in a container nobody does. */
const uuids = '/dev/disk/by-uuid';

/**
 * A disk of 64 MiB with a file system that keeps inode numbers and nanoseconds, plugged in.
 *
 * @param folder where it is mounted each time.
 */
export function pluggableDisk(folder = tempDir()): PluggableDisk {
  const image = path.join(tempDir(), 'disk.img');
  fs.writeFileSync(image, '');
  fs.truncateSync(image, 64 * 1024 * 1024);
  run('mke2fs', '-q', '-t', 'ext4', '-I', '256', image);
  const link = path.join(uuids, run('blkid', '-p', '-s', 'UUID', '-o', 'value', image));
  let device = '';
  const plug = (): void => {
    const before = device;
    device = run('losetup', '--find', '--show', image);
    if (device === before) {
      // Keep the old number taken while a new one is asked for.
      const next = run('losetup', '--find', '--show', image);
      run('losetup', '--detach', device);
      device = next;
    }
    fs.mkdirSync(uuids, { recursive: true });
    fs.rmSync(link, { force: true });
    fs.symlinkSync(device, link);
    links.add(link);
    run('mount', device, folder);
    mounted.add(folder);
    loops.add(device);
  };
  plug();
  return {
    folder,
    plug,
    unplug: () => {
      run('umount', '--lazy', folder);
      mounted.delete(folder);
      run('losetup', '--detach', device);
      loops.delete(device);
      fs.rmSync(link, { force: true });
    },
  };
}
