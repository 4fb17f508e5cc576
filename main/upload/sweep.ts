/** Aborts multipart uploads that nobody wants any more, so that nobody pays for their parts. */
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';
import type { BackendClient, Grant } from './backend-client.ts';
import { classify } from './failures.ts';
import type { Multipart } from './multipart.ts';

export interface SweepDeps {
  owner: string;
  queue: Pick<PhotoQueue, 'ledger'>;
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
  await eachOnItsOwn(abandoned, async ({ key, uploadId }) => {
    await store.abortUpload(await grant(), key, uploadId, signal);
    queue.ledger.forget(uploadId);
  });
  return abandoned.length;
}

/**
 * Aborts what this computer may have begun and was never told of: the reply was lost, or the process died before it
 * could note it. Should another computer of this person be sending the very same photo, it begins again; nothing is
 * lost.
 */
export async function sweepUnanswered({
  owner,
  queue,
  store,
  backend,
  grant,
  signal,
}: SweepDeps): Promise<number> {
  const unanswered = queue.ledger.unanswered(owner);
  if (unanswered.length === 0) return 0;
  const open = await backend.openUploads(signal);
  let aborted = 0;
  await eachOnItsOwn(unanswered, async (one) => {
    for (const { key, uploadId } of open) {
      if (key !== one.key || queue.ledger.knows(uploadId)) continue;
      await store.abortUpload(await grant(), key, uploadId, signal);
      aborted++;
    }
    queue.ledger.answered(owner, one);
  });
  return aborted;
}

/**
 * One after the other. An upload that the store will not abort holds up no other; an outage ends them all.
 *
 * @throws the first failure, at the end.
 */
async function eachOnItsOwn<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      failures.push(error);
      if (classify(error).kind !== 'blocked') break;
    }
  }
  if (failures.length > 0) throw failures[0];
}

export interface Sweeper {
  /** Something may have been given up: looks, once more where it is looking already. */
  poke(): void;
  /** Looks no more by itself; resolves when no sweep runs. */
  stop(): Promise<void>;
}

/** After a sweep that failed, milliseconds: an outage must not be asked after every photo. */
const restMs = 60_000;

/** Sweeps whenever it is poked; what fails is tried again, also when nothing else happens. */
export function createSweeper(
  deps: SweepDeps & { clock: Pick<Clock, 'after'>; mayRun: () => boolean; log: Log },
): Sweeper {
  let sweeping: Promise<void> | null = null;
  let pokedMeanwhile = false;
  /** Ends the rest after a failure. */
  let callOff: (() => void) | null = null;

  const sweep = async (): Promise<void> => {
    try {
      const abandoned = await sweepAbandoned(deps);
      const unanswered = await sweepUnanswered(deps);
      if (abandoned + unanswered > 0) deps.log('upload.swept', { abandoned, unanswered });
    } catch (error) {
      const { kind } = classify(error);
      if (kind === 'cancelled') return;
      callOff = deps.clock.after(restMs, () => {
        callOff = null;
        poke();
      });
      deps.log('upload.sweep_failed', { kind });
    }
  };
  const poke = (): void => {
    pokedMeanwhile = sweeping !== null;
    if (sweeping !== null || callOff !== null || !deps.mayRun()) return;
    sweeping = sweep().finally(() => {
      sweeping = null;
      if (pokedMeanwhile) poke();
    });
  };
  return {
    poke,
    stop: async () => {
      callOff?.();
      await sweeping;
      callOff?.();
    },
  };
}
