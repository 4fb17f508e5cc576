/**
 * Runs one owner's queue: inspect → check → send → confirm, each a stage of its own that takes its rows from SQLite
 * and puts them back there. Nothing about a row is kept here but its progress.
 */
import type { EnginePause, Step } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';
import { errorCode, type Log } from '../lib/log.ts';
import type { MediaPool } from '../media/media-pool.ts';
import { codeOf } from '../queue/database.ts';
import type { Photo, PhotoQueue } from '../queue/photo-queue.ts';
import type { BackendClient } from './backend-client.ts';
import { createConnectivity, type Connectivity } from './connectivity.ts';
import { classify, type Failure } from './failures.ts';
import { createGrants } from './grants.ts';
import { eventFor } from './policy.ts';
import { createSlots } from './slots.ts';
import { createSpeedometer } from './speed.ts';
import { createStage, type Stage } from './stage.ts';
import { check, confirm, inspect, send, type Move } from './steps.ts';
import type { Store } from './store.ts';
import { sweepAbandoned, sweepOrphans } from './sweep.ts';

export interface UploaderDeps {
  owner: string;
  queue: PhotoQueue;
  media: Pick<MediaPool, 'inspect'>;
  backend: BackendClient;
  store: Store;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Rows, progress or pause have changed. */
  onChange: () => void;
  /** The queue could not be read or written: nothing goes on before somebody has called `stop`. */
  onFailure: (error: unknown) => void;
  log: Log;
  /** Files hashed at a time, and files sent at a time. */
  inspections: number;
  transfers: number;
}

export interface Uploader {
  /** New or retried rows are there. */
  wake(): void;
  pause(reason: EnginePause): void;
  resume(reason: EnginePause): void;
  /** The first of the reasons to pause; null while it runs. */
  paused(): EnginePause | null;
  nextProbeAt(): number | null;
  /** Ends work on these rows at once; they were taken out of the queue. */
  abandon(ids: readonly number[]): void;
  bytesSent(id: number): number;
  /** Bytes per second. */
  speed(): number;
  /** Bytes of rows under way that are sent already. */
  bytesUnderWay(): number;
  /** The network may have changed: forget connections, find out where we are. */
  refresh(): void;
  /** Gives running work back to the queue; resolves when all of it has ended. */
  stop(): Promise<void>;
}

const lookupBatch = 500;
const confirmBatch = 100;
/** A batch may gather that long: it saves requests and is not noticed. */
const batchLingerMs = 50;
/** What a person or the system asked for counts before what the network does. */
const pauseOrder = ['suspended', 'user', 'signedOut', 'offline'] as const satisfies readonly EnginePause[];

export function createUploader(deps: UploaderDeps): Uploader {
  const { owner, queue, clock, backend, log } = deps;
  const pauses = new Set<EnginePause>();
  const active = new Map<number, AbortController>();
  /** Those of work on this computer's files alone. */
  const local = new WeakSet<AbortController>();
  const progress = new Map<number, number>();
  /** Rows of which a part has arrived in the present attempt. */
  const progressed = new Set<number>();
  const speedometer = createSpeedometer();
  const slots = createSlots(deps.transfers);
  const stopping = new AbortController();
  const startedAt = clock.now();
  let orphansSwept = false;
  let sweeping: Promise<void> | null = null;
  const grants = createGrants(backend.grant, clock.now);
  let needsMd5 = false;
  let stages: Readonly<Record<Step, Stage>> | null = null;

  const connectivity: Connectivity = createConnectivity({
    probe: backend.probe,
    clock,
    random: deps.random,
    onChange: () => {
      if (connectivity.online()) resume('offline');
      else pause('offline');
    },
  });

  const wake = (): void => {
    for (const stage of Object.values(stages ?? {})) stage.wake();
  };
  /** Work that needs no network goes on while that is all that is missing. */
  const abortAll = (networkOnly = false): void => {
    for (const controller of active.values()) if (!networkOnly || !local.has(controller)) controller.abort();
  };
  const pause = (reason: EnginePause): void => {
    if (!pauses.has(reason)) {
      log('upload.paused', { reason });
      pauses.add(reason);
      abortAll(reason === 'offline' || reason === 'signedOut');
    }
    // Also the time of the next probe is news.
    deps.onChange();
  };
  const resume = (reason: EnginePause): void => {
    if (!pauses.delete(reason)) return;
    log('upload.resumed', { reason });
    wake();
    deps.onChange();
  };

  const settle = (moves: readonly Move[]): void => {
    queue.move(moves);
    for (const { id, event } of moves) {
      active.delete(id);
      progressed.delete(id);
      // What is sent and not yet confirmed still shows as sent.
      if (event.type !== 'advanced') progress.delete(id);
    }
    wake();
    pokeSweep();
    deps.onChange();
  };

  /** Housekeeping at the store; what fails now is tried after the next piece of work. */
  const sweep = async (): Promise<void> => {
    const { store } = deps;
    const sweepDeps = { owner, queue, store, backend, grant: grants.current, signal: stopping.signal };
    try {
      const abandoned = await sweepAbandoned(sweepDeps);
      const orphans = orphansSwept ? 0 : await sweepOrphans(sweepDeps, startedAt);
      orphansSwept = true;
      if (abandoned + orphans > 0) log('upload.swept', { abandoned, orphans });
    } catch (error) {
      const failure = classify(error);
      // A library that cannot tell now is asked again by the next run, not after every photo of this one.
      if (['blocked', 'server', 'throttled'].includes(failure.kind)) orphansSwept = true;
      if (failure.kind !== 'cancelled') log('upload.sweep_failed', { kind: failure.kind });
    }
  };
  const pokeSweep = (): void => {
    if (pauses.size > 0) return;
    sweeping ??= sweep().finally(() => {
      sweeping = null;
    });
  };

  /** [Note: One place for failures] Steps throw; here a failure becomes a pause, an event of the row, or both. */
  const settleFailure = async (photos: readonly Photo[], error: unknown): Promise<void> => {
    // What the queue itself meets is no failure of a row, nor could one be noted.
    if (codeOf(error) !== 'internal') throw error;
    const aborted = photos.every(({ id }) => active.get(id)?.signal.aborted === true);
    const failure: Failure = aborted ? { kind: 'cancelled' } : classify(error);
    if (failure.kind === 'sign_in') pause('signedOut');
    const offline = failure.kind === 'network' && !(await connectivity.check());
    const detail = 'detail' in failure ? failure.detail : '';
    if (failure.kind !== 'cancelled')
      log('upload.failed', { kind: failure.kind, detail, rows: photos.length });
    settle(
      photos.map((photo) => ({
        id: photo.id,
        event: eventFor(failure, progressed.has(photo.id) ? { ...photo, attempts: 0 } : photo, {
          offline,
          now: clock.now(),
          random: deps.random,
        }),
        ...(detail === '' ? {} : { facts: { lastError: detail } }),
      })),
    );
  };

  /** One photo that the backend will not take must not hold up the rest of its batch: then each goes by itself. */
  const workThrough = async (photos: Photo[], work: (photos: Photo[]) => Promise<Move[]>): Promise<void> => {
    try {
      settle(await work(photos));
    } catch (error) {
      if (photos.length === 1 || classify(error).kind !== 'blocked')
        return await settleFailure(photos, error);
      for (const photo of photos) await workThrough([photo], work);
    }
  };

  const sendOne = async (photo: Photo, signal: AbortSignal): Promise<Move> => {
    const onBytes = (count: number): void => {
      progress.set(photo.id, (progress.get(photo.id) ?? 0) + count);
      speedometer.add(count, clock.now());
      deps.onChange();
    };
    for (let firstTry = true; ; firstTry = false) {
      const grant = await grants.current();
      needsMd5 = grant.checksum === 'MD5';
      try {
        return await send(
          photo,
          grant,
          { store: deps.store, ledger: queue.ledger, slots },
          {
            signal,
            onBytes,
            onResumed: (count) => {
              progress.set(photo.id, (progress.get(photo.id) ?? 0) + count);
            },
            onPart: () => progressed.add(photo.id),
          },
        );
      } catch (error) {
        progress.delete(photo.id);
        // A grant may end early (a role's session was revoked, clocks differ): a new one, once, without penalty.
        if (!firstTry || classify(error).kind !== 'grant_expired') throw error;
        grants.discard(grant);
      }
    }
  };

  const addStage = (
    step: Step,
    options: {
      batch: number;
      parallel: number;
      lingerMs: number;
      needsNetwork: boolean;
      work: (photos: Photo[], signal: AbortSignal) => Promise<Move[]>;
    },
  ): Stage => {
    let inFlight = 0;
    return createStage<Photo>({
      clock,
      lingerMs: options.lingerMs,
      onFailure: deps.onFailure,
      room: () => (inFlight < options.parallel ? options.batch : 0),
      claim: (limit) => queue.claim(owner, step, limit),
      nextDueAt: () => queue.nextDueAt(owner, step),
      mayRun: () =>
        options.needsNetwork ? pauses.size === 0 : !pauses.has('user') && !pauses.has('suspended'),
      run: async (photos) => {
        inFlight++;
        const controller = new AbortController();
        if (!options.needsNetwork) local.add(controller);
        for (const { id } of photos) active.set(id, controller);
        deps.onChange();
        try {
          await workThrough(photos, (some) => options.work(some, controller.signal));
        } finally {
          inFlight--;
        }
      },
    });
  };
  const one =
    (work: (photo: Photo, signal: AbortSignal) => Promise<Move>) =>
    (photos: Photo[], signal: AbortSignal): Promise<Move[]> =>
      Promise.all(photos.map((photo) => work(photo, signal)));

  stages = {
    inspecting: addStage('inspecting', {
      batch: 1,
      parallel: deps.inspections,
      lingerMs: 0,
      needsNetwork: false,
      work: one((photo, signal) => inspect(photo, deps.media, { md5: needsMd5, signal })),
    }),
    checking: addStage('checking', {
      batch: lookupBatch,
      parallel: 1,
      lingerMs: batchLingerMs,
      needsNetwork: true,
      work: (photos, signal) => check(photos, owner, { backend, queue, now: clock.now }, signal),
    }),
    sending: addStage('sending', {
      batch: 1,
      parallel: deps.transfers,
      lingerMs: 0,
      needsNetwork: true,
      work: one(sendOne),
    }),
    confirming: addStage('confirming', {
      batch: confirmBatch,
      parallel: 2,
      lingerMs: batchLingerMs,
      needsNetwork: true,
      work: (photos, signal) => confirm(photos, { backend, ledger: queue.ledger }, signal),
    }),
  };
  wake();

  return {
    wake,
    pause,
    resume,
    paused: () => pauseOrder.find((reason) => pauses.has(reason)) ?? null,
    nextProbeAt: connectivity.nextProbeAt,
    abandon: (ids) => {
      for (const id of ids) {
        active.get(id)?.abort();
        progress.delete(id);
      }
      pokeSweep();
    },
    bytesSent: (id) => progress.get(id) ?? 0,
    speed: () => speedometer.value(clock.now()),
    bytesUnderWay: () => [...progress.values()].reduce((sum, bytes) => sum + bytes, 0),
    refresh: () => {
      abortAll();
      deps.store.close();
      connectivity.check().catch((error: unknown) => {
        log('upload.probe', { code: errorCode(error) });
      });
    },
    stop: async () => {
      pauses.add('suspended');
      stopping.abort();
      abortAll();
      connectivity.stop();
      await Promise.all([...Object.values(stages ?? {}).map((stage) => stage.stop()), sweeping]);
      deps.store.close();
    },
  };
}
