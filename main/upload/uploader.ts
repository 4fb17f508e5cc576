/**
 * Runs one owner's queue: inspect → check → send → confirm, each a stage of its own that takes its rows from SQLite
 * and puts them back there. Nothing about a row is kept here but its progress.
 */
import type { EngineLimits, EnginePause, Stall, Step } from '../../preload/contract/model.ts';
import { steady, type Clock } from '../lib/clock.ts';
import { errorCode, type Log } from '../lib/log.ts';
import type { MediaPool } from '../media/media-pool.ts';
import type { Lane, Photo, PhotoQueue } from '../queue/photo-queue.ts';
import type { Settings } from '../queue/settings.ts';
import type { BackendClient, Grant } from './backend-client.ts';
import type { RowEvent } from '../queue/transition.ts';
import { createBandwidth } from './bandwidth.ts';
import { createBreaker, type Breaker, type Outage } from './breaker.ts';
import { createConcurrency } from './concurrency.ts';
import { createConnectivity, type Connectivity } from './connectivity.ts';
import { classify } from './failures.ts';
import { createGrants } from './grants.ts';
import { createOutbox } from './outbox.ts';
import { createPipeline, type Pipeline, type Service } from './pipeline.ts';
import { pauseFor } from './policy.ts';
import { createSlots } from './slots.ts';
import { createFlow } from './speed.ts';
import { stagesOf } from './stages.ts';
import { createStallWatch, type StallWatch } from './stall.ts';
import { check, confirm, inspect, send, type Move } from './steps.ts';
import type { Store } from './store.ts';
import { createSweeper } from './sweep.ts';
import { createVolumeWatch } from './volume-watch.ts';
import { createWhereabouts } from './whereabouts.ts';
import { createWork } from './work.ts';

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
  /** Files hashed at a time. */
  inspections: number;
  limits: EngineLimits;
  settings: Pick<Settings, 'checksum' | 'setChecksum'>;
}

export interface Uploader {
  /** New or retried rows are there. */
  wake(): void;
  pause(reason: EnginePause): void;
  resume(reason: EnginePause): void;
  /** The first of the reasons to pause; null while it runs. */
  paused(): EnginePause | null;
  /** Why a service is left alone for a while; null while none is. */
  outage(): Outage | null;
  nextProbeAt(): number | null;
  /** How far the library's clock is ahead of this computer's, milliseconds; 0 when they agree. */
  aheadMs(): number;
  /** Takes effect at once. */
  limit(limits: EngineLimits): void;
  /** Ends work on these rows at once: they were removed or put on hold. What is left of them goes back to the queue. */
  interrupt(ids: readonly number[]): void;
  bytesSent(id: number): number;
  /** As {@link StallWatch}. */
  stall(): Stall | null;
  /** Bytes per second. */
  speed(): number;
  /** Bytes per second over a longer time, to judge the time left by; null while nothing can be said. */
  steadySpeed(): number | null;
  /** Bytes sent in each of the last seconds, the oldest first. */
  traffic(): number[];
  /** Bytes of rows under way that are sent already. */
  bytesUnderWay(): number;
  /** The network may have changed, and its connections are dropped: begin anew, find out where we are. */
  refresh(): void;
  /** The order of the queue is another one: what is not begun takes its place in it. */
  reorder(): void;
  /** A person wants another try now: no wait that a service has earned holds it up. */
  tryNow(): void;
  /** Gives running work back to the queue; resolves when all of it has ended. */
  stop(): Promise<void>;
}

/** What a person or the system asked for counts before what the network does. */
const pauseOrder = [
  'suspended',
  'user',
  'battery',
  'signedOut',
  'proxyAuth',
  'captivePortal',
  'certificate',
  'proxy',
  'offline',
] as const satisfies readonly EnginePause[];

/** Where rows can wait; the other steps know no lanes. */
const waitingPlaces = [
  ['inspecting', 'small'],
  ['inspecting', 'large'],
  ['checking', 'small'],
  ['sending', 'small'],
  ['sending', 'large'],
  ['confirming', 'small'],
] as const satisfies readonly (readonly [Step, Lane])[];

/** Also the work that needs no network. */
const restsAll = (reason: EnginePause): boolean =>
  reason === 'user' || reason === 'suspended' || reason === 'battery';

/** The steps that have something to do after this event. */
function wokenBy(event: RowEvent, step: Step): Step[] {
  switch (event.type) {
    case 'advanced':
      return [event.to];
    case 'restarted':
      return ['inspecting'];
    case 'failed':
    case 'released':
      return [step];
    default:
      // It is through: a copy may have waited for it.
      return ['checking'];
  }
}

/** What an event means to whoever waits for something to move. */
function outcomeOf(event: RowEvent): Parameters<StallWatch['ended']>[1] {
  switch (event.type) {
    case 'failed':
    case 'restarted':
      return event.reason;
    case 'released':
    case 'parked':
      return 'stopped';
    default:
      return 'further';
  }
}

export function createUploader(deps: UploaderDeps): Uploader {
  const { owner, queue, clock, backend, log } = deps;
  const pauses = new Set<EnginePause>();
  const active = new Map<number, AbortController>();
  /** Those of work on this computer's files alone. */
  const local = new WeakSet<AbortController>();
  const progress = new Map<number, number>();
  /** Rows of which a part has arrived in the present attempt. */
  const progressed = new Set<number>();
  const flow = createFlow(clock.now);
  const bandwidth = createBandwidth(clock);
  const concurrency = createConcurrency({
    now: steady(clock.now),
    onChange: (limit) => {
      slots.resize(limit);
      pipeline?.wake('sending');
    },
  });
  const slots = createSlots(concurrency.limit());
  const stopping = new AbortController();
  const grants = createGrants(backend.grant, backend.time.now);
  /** Known from an earlier run, so that no file is read a second time for it. */
  let checksum = deps.settings.checksum(owner);
  const currentGrant = async (): Promise<Grant> => {
    const grant = await grants.current();
    if (grant.checksum !== checksum) {
      checksum = grant.checksum;
      deps.settings.setChecksum(owner, checksum);
    }
    return grant;
  };
  let pipeline: Pipeline | null = null;

  const connectivity: Connectivity = createConnectivity({
    probe: backend.probe,
    clock,
    random: deps.random,
    pauseFor: (error) => pauseFor(classify(error)),
    onChange: () => {
      const before = obstacle;
      obstacle = connectivity.obstacle();
      if (obstacle !== null) pause(obstacle);
      if (before !== null && before !== obstacle) resume(before);
    },
  });
  let obstacle: EnginePause | null = null;
  const onBreaker = (): void => {
    giveBack();
    pipeline?.wake();
    deps.onChange();
  };
  const breakers: Readonly<Record<Exclude<Service, null>, Breaker>> = {
    store: createBreaker({ clock, random: deps.random, onChange: onBreaker }),
    backend: createBreaker({ clock, random: deps.random, onChange: onBreaker }),
  };
  const outage = (): Outage | null => breakers.backend.outage() ?? breakers.store.outage();

  /** Work that needs no network goes on while that is all that is missing. */
  const abortAll = (networkOnly = false): void => {
    for (const controller of active.values()) if (!networkOnly || !local.has(controller)) controller.abort();
  };
  const pause = (reason: EnginePause): void => {
    if (!pauses.has(reason)) {
      log('upload.paused', { reason });
      pauses.add(reason);
      abortAll(!restsAll(reason));
      giveBack();
    }
    // Also the time of the next probe is news.
    deps.onChange();
  };
  const resume = (reason: EnginePause): void => {
    if (!pauses.delete(reason)) return;
    log('upload.resumed', { reason });
    pipeline?.wake();
    sweeper.poke();
    deps.onChange();
  };

  const sweeper = createSweeper({
    owner,
    queue,
    store: deps.store,
    backend,
    grant: grants.current,
    signal: stopping.signal,
    clock,
    mayRun: () => pauses.size === 0 && outage() === null,
    log,
  });

  const whereabouts = createWhereabouts({
    owner,
    queue,
    media: deps.media,
    clock,
    md5: () => checksum === 'MD5',
    log,
  });
  const volumeWatch = createVolumeWatch({
    owner,
    volumes: queue.volumes,
    clock,
    onReturn: () => {
      pipeline?.wake('inspecting', 'sending');
      deps.onChange();
    },
    onFailure: deps.onFailure,
  });

  const outbox = createOutbox({
    queue,
    clock,
    onFailure: deps.onFailure,
    takes: (step, size) => pipeline?.takes(step, size) ?? false,
    onWritten: (moves, handed) => {
      pipeline?.hand(handed);
      // Only stages that may have got something to do: the others would ask the queue for nothing.
      pipeline?.wake(...new Set(moves.flatMap(({ event, step }) => wokenBy(event, step))));
      if (moves.some(({ facts }) => facts?.waitsAt !== undefined)) volumeWatch.poke();
      sweeper.poke();
      deps.onChange();
    },
  });
  /** Also one that is on its way to be sent since this moment. */
  const findTwin: PhotoQueue['findTwin'] = (...args) => {
    outbox.flush();
    return queue.findTwin(...args);
  };
  let limitedTo = deps.limits.bytesPerSecond;
  const stallWatch = createStallWatch({
    clock,
    hindered: () => pauses.size > 0 || outage() !== null,
    nextDueAt: () => {
      try {
        const times = waitingPlaces.map(([step, lane]) => queue.nextDueAt(owner, step, lane) ?? Infinity);
        const first = Math.min(...times);
        return first === Infinity ? null : first;
      } catch (error) {
        deps.onFailure(error);
        return null;
      }
    },
    bytesPerSecond: () => limitedTo,
    onChange: deps.onChange,
  });
  const settle = (step: Step, moves: readonly Move[]): void => {
    for (const { id, event } of moves) {
      active.delete(id);
      progressed.delete(id);
      stallWatch.ended(id, outcomeOf(event));
      // What is sent and not yet confirmed still shows as sent.
      if (event.type !== 'advanced') progress.delete(id);
    }
    outbox.add(step, moves);
    deps.onChange();
  };

  /** What was handed on and is not begun goes back to the queue: these rows, or what may not run now. */
  const giveBack = (which?: (photo: Photo) => boolean): void => {
    for (const { id, step } of pipeline?.giveBack(which) ?? [])
      settle(step, [{ id, event: { type: 'released', reason: 'ready' } }]);
  };

  const work = createWork({
    clock,
    random: deps.random,
    breakers,
    connectivity,
    attemptOf: (id) => ({ bytes: progress.get(id) ?? 0, progressed: progressed.has(id) }),
    onSignInNeeded: () => {
      pause('signedOut');
    },
    onThrottled: concurrency.throttled,
    settle,
    log,
  });

  const sendOne = async (photo: Photo, signal: AbortSignal): Promise<Move> => {
    const onBytes = (count: number): void => {
      const sent = (progress.get(photo.id) ?? 0) + count;
      progress.set(photo.id, sent);
      stallWatch.sent(photo.id, sent);
      flow.add(count);
      concurrency.progress(count, 0, slots.full());
      deps.onChange();
    };
    for (let firstTry = true; ; firstTry = false) {
      let grant = await currentGrant();
      const inForce = async (): Promise<Grant> => (grant = await currentGrant());
      try {
        return await send(
          photo,
          grant,
          { store: deps.store, ledger: queue.ledger, slots, grant: inForce },
          {
            signal,
            onBytes,
            admit: (wanted) => bandwidth.admit(wanted, signal),
            onResumed: (count) => {
              progress.set(photo.id, (progress.get(photo.id) ?? 0) + count);
            },
            mayAsk: () => breakers.store.allows() > 0,
            onArrived: (count) => {
              // Of a large file this was a part: the attempt has brought something.
              if (count < photo.stat.size) progressed.add(photo.id);
              concurrency.progress(0, 1, slots.full());
              breakers.store.succeeded();
            },
          },
        );
      } catch (error) {
        // A grant may end early (a role's session was revoked, clocks differ): a new one, once, without penalty.
        if (!firstTry || signal.aborted || classify(error).kind !== 'grant_expired') throw error;
        progress.delete(photo.id);
        grants.discard(grant);
      }
    }
  };

  const run =
    (step: Step, service: Service, attempt: (photos: Photo[], signal: AbortSignal) => Promise<Move[]>) =>
    async (photos: Photo[]): Promise<void> => {
      const controller = new AbortController();
      if (service === null) local.add(controller);
      for (const { id } of photos) active.set(id, controller);
      stallWatch.began(
        step,
        photos.map(({ id, stat }) => ({ id, size: stat.size })),
      );
      deps.onChange();
      const { signal } = controller;
      const startedAt = clock.now();
      await work(photos, { step, service, signal, startedAt }, (some) => attempt(some, signal));
    };
  const one =
    (attempt: (photo: Photo, signal: AbortSignal) => Promise<Move>) =>
    (photos: Photo[], signal: AbortSignal): Promise<Move[]> =>
      Promise.all(photos.map((photo) => attempt(photo, signal)));

  pipeline = createPipeline(
    {
      owner,
      queue,
      clock,
      allows: (service) => breakers[service].allows(),
      mayRun: (service) => (service !== null ? pauses.size === 0 : ![...pauses].some(restsAll)),
      onFailure: deps.onFailure,
    },
    stagesOf({
      inspections: deps.inspections,
      transfers: concurrency.limit,
      speed: flow.speed,
      run: {
        inspecting: run(
          'inspecting',
          null,
          one(
            whereabouts.orElsewhere((photo, signal) =>
              inspect(photo, { media: deps.media, hashCache: queue.hashCache }, { checksum, signal }),
            ),
          ),
        ),
        checking: run('checking', 'backend', (photos, signal) =>
          check(photos, owner, { backend, queue: { findTwin } }, signal),
        ),
        sending: run('sending', 'store', one(whereabouts.orElsewhere(sendOne))),
        confirming: run('confirming', 'backend', (photos, signal) =>
          confirm(photos, { backend, ledger: queue.ledger }, signal),
        ),
      },
    }),
  );
  const limit = ({ bytesPerSecond, transfers }: EngineLimits): void => {
    limitedTo = bytesPerSecond;
    bandwidth.set(bytesPerSecond);
    concurrency.fix(transfers);
  };
  limit(deps.limits);
  // Before the first photo is hashed: a digest that nobody verifies takes longer than the one that somebody does.
  if (checksum === null)
    currentGrant().catch((error: unknown) => {
      // Whatever it is, the first photo to be sent meets it again.
      log('upload.grant', { code: errorCode(error) });
    });
  pipeline?.wake();
  volumeWatch.poke();
  sweeper.poke();

  return {
    wake: () => {
      pipeline?.wake();
    },
    pause,
    resume,
    paused: () => pauseOrder.find((reason) => pauses.has(reason)) ?? (outage() === null ? null : 'outage'),
    outage,
    nextProbeAt: () => connectivity.nextProbeAt() ?? outage()?.nextTryAt ?? null,
    aheadMs: backend.time.aheadMs,
    limit,
    interrupt: (ids) => {
      for (const id of ids) {
        active.get(id)?.abort();
        progress.delete(id);
      }
      const all = new Set(ids);
      giveBack(({ id }) => all.has(id));
      // A copy may have waited for one of them.
      pipeline?.wake('checking');
      sweeper.poke();
    },
    bytesSent: (id) => progress.get(id) ?? 0,
    stall: stallWatch.stall,
    speed: flow.speed,
    steadySpeed: flow.steadySpeed,
    traffic: flow.seconds,
    bytesUnderWay: () => [...progress.values()].reduce((sum, bytes) => sum + bytes, 0),
    refresh: () => {
      abortAll(true);
      grants.renew();
      for (const breaker of Object.values(breakers)) breaker.reset();
      // A probe that was under way belongs to the network as it was.
      const look = async (): Promise<boolean> => (await connectivity.check()) || connectivity.check();
      look().catch((error: unknown) => {
        log('upload.probe', { code: errorCode(error) });
      });
    },
    reorder: () => {
      giveBack(() => true);
      pipeline?.wake();
    },
    tryNow: () => {
      for (const breaker of Object.values(breakers)) breaker.reset();
      pipeline?.wake();
    },
    stop: async () => {
      pauses.add('suspended');
      stopping.abort();
      abortAll();
      connectivity.stop();
      stallWatch.stop();
      for (const breaker of Object.values(breakers)) breaker.stop();
      giveBack();
      await Promise.all([pipeline?.stop(), sweeper.stop(), volumeWatch.stop()]);
      whereabouts.stop();
      outbox.flush();
      deps.store.close();
    },
  };
}
