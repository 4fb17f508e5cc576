import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Only root on Linux may mount a disk of its own. */
export const maySmallDisk = process.getuid?.() === 0 && process.platform === 'linux';

export interface SmallDisk {
  /** Leaves no byte free. Can be called again while others write and delete. */
  fill(): void;
  free(): void;
  unmount(): void;
}

/** Mounts a small disk of its own at `folder`, which must be there. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr.toString()}`);
  const ballast = path.join(folder, 'ballast');
  return {
    fill: () => {
      const file = fs.openSync(ballast, 'a');
      try {
        for (;;) fs.writeSync(file, Buffer.alloc(4096));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        fs.closeSync(file);
      }
    },
    free: () => {
      fs.rmSync(ballast, { force: true });
    },
    unmount: () => {
      spawnSync('umount', ['--lazy', folder]);
    },
  };
}
