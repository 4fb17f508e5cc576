/** Looks whether volumes that rows wait for are back, and lets these rows go on. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import { identityAt, maySame } from '../lib/volume.ts';
import type { Volumes } from '../queue/volumes.ts';

export interface VolumeWatch {
  /** Rows may wait for a volume: looks from now on, until none does. */
  poke(): void;
  /** Resolves when it looks no more. */
  stop(): Promise<void>;
}

export interface VolumeWatchDeps {
  owner: string;
  volumes: Pick<Volumes, 'awaited' | 'at' | 'release'>;
  clock: Clock;
  onReturn: () => void;
  /** The queue could not be read or written. */
  onFailure: (error: unknown) => void;
}

/** Two stats for each volume that is missing cost nothing. */
const everyMs = 2_000;
/** Rows that are set free in one turn: the engine has other work. */
const rowsAtOnce = 1_000;

export function createVolumeWatch({
  owner,
  volumes,
  clock,
  onReturn,
  onFailure,
}: VolumeWatchDeps): VolumeWatch {
  let stopped = false;
  let callOff: (() => void) | null = null;
  let looking: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    for (const root of volumes.awaited(owner)) {
      const identity = await identityAt(root);
      if (identity === null) continue;
      for (const volume of volumes.at(root)) {
        // Another one at that place is not the one that is waited for.
        if (maySame(volume.identity, identity)) await release(root, volume.id);
      }
    }
  };
  const release = async (root: string, id: number): Promise<void> => {
    while (!stopped) {
      const freed = volumes.release(owner, root, id, rowsAtOnce);
      if (freed > 0) onReturn();
      if (freed < rowsAtOnce) return;
      await nextTurn();
    }
  };
  const poke = (): void => {
    if (stopped || callOff !== null || looking !== null || volumes.awaited(owner).length === 0) return;
    callOff = clock.after(everyMs, () => {
      callOff = null;
      looking = look()
        .catch(onFailure)
        .finally(() => {
          looking = null;
          if (!stopped) poke();
        });
    });
  };
  return {
    poke,
    stop: async () => {
      stopped = true;
      callOff?.();
      await looking;
    },
  };
}
