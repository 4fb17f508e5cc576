/** Aborts multipart uploads that nobody wants any more, so that nobody pays for their parts. */
import type { Log } from '../lib/log.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';
import type { BackendClient, Grant } from './backend-client.ts';
import { classify } from './failures.ts';
import type { Multipart } from './multipart.ts';

export interface SweepDeps {
  owner: string;
  queue: Pick<PhotoQueue, 'ledger' | 'knowsHash'>;
  store: Pick<Multipart, 'abortUpload'>;
  backend: Pick<BackendClient, 'openUploads'>;
  grant: () => Promise<Grant>;
  signal: AbortSignal;
}

/** Aborts what this computer has given up. */
export async function sweepAbandoned({
  owner,
  queue,
  store,
  grant,
  signal,
}: Omit<SweepDeps, 'backend'>): Promise<number> {
  const abandoned = queue.ledger.abandoned(owner);
  for (const { key, uploadId } of abandoned) {
    await store.abortUpload(await grant(), key, uploadId, signal);
    queue.ledger.forget(uploadId);
  }
  return abandoned.length;
}

/**
 * Aborts what this computer began and forgot: it died between the store's answer and the note of it.
 *
 * Other computers of the same person use the same prefix, so only uploads of content that is in this queue are ours,
 * and only those that were begun before this run. Should another computer be sending the very same photo, it begins
 * again; nothing is lost.
 *
 * @param startedAt when this run began, Unix milliseconds.
 */
export async function sweepOrphans(
  { owner, queue, store, backend, grant, signal }: SweepDeps,
  startedAt: number,
): Promise<number> {
  let aborted = 0;
  for (const upload of await backend.openUploads(signal)) {
    const sha256 = /([0-9a-f]{64})\.[a-z0-9]+$/.exec(upload.key)?.[1];
    if (sha256 === undefined || upload.startedAt >= startedAt) continue;
    if (queue.ledger.knows(upload.uploadId) || !queue.knowsHash(owner, sha256)) continue;
    await store.abortUpload(await grant(), upload.key, upload.uploadId, signal);
    aborted++;
  }
  return aborted;
}

export interface Sweeper {
  /** Something may have been given up: looks, unless it is looking already. */
  poke(): void;
  /** Resolves when no sweep runs. */
  ended(): Promise<void>;
}

/**
 * Sweeps whenever it is poked; what fails is tried at the next poke. Orphans are looked for once a run.
 *
 * @param deps.startedAt when this run began, Unix milliseconds.
 */
export function createSweeper(
  deps: SweepDeps & { startedAt: number; mayRun: () => boolean; log: Log },
): Sweeper {
  let orphansSwept = false;
  let sweeping: Promise<void> | null = null;

  const sweep = async (): Promise<void> => {
    try {
      const abandoned = await sweepAbandoned(deps);
      const orphans = orphansSwept ? 0 : await sweepOrphans(deps, deps.startedAt);
      orphansSwept = true;
      if (abandoned + orphans > 0) deps.log('upload.swept', { abandoned, orphans });
    } catch (error) {
      const failure = classify(error);
      // A library that cannot tell now is asked again by the next run, not after every photo of this one.
      if (['blocked', 'server', 'throttled'].includes(failure.kind)) orphansSwept = true;
      if (failure.kind !== 'cancelled') deps.log('upload.sweep_failed', { kind: failure.kind });
    }
  };
  return {
    poke: () => {
      if (sweeping !== null || !deps.mayRun()) return;
      sweeping = sweep().finally(() => {
        sweeping = null;
      });
    },
    ended: async () => {
      await sweeping;
    },
  };
}
