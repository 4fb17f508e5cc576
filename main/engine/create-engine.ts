/** Wires the queue, the intake, the media workers and the uploader of the signed-in owner behind main's calls. */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EngineLimits, Problem, RunReport, Summary } from '../../preload/contract/model.ts';
import { createIntake, type Intake } from '../intake/intake.ts';
import { clearSkippedLists } from '../intake/skipped-list.ts';
import { createPasted, isPng, type Pasted } from '../intake/pasted.ts';
import { createScanner, type Scanner } from '../intake/scanner.ts';
import type { Clock } from '../lib/clock.ts';
import type { EngineControl, EngineSession, HostCalls } from '../lib/engine-protocol.ts';
import { errorCode, type Log } from '../lib/log.ts';
import { ProblemError, type Handlers } from '../lib/rpc.ts';
import { throttle } from '../lib/throttle.ts';
import { createConnections, type NetworkHost } from '../network/connections.ts';
import { createHttpFetch } from '../network/http-fetch.ts';
import { createMediaPool, type MediaPool } from '../media/media-pool.ts';
import { openDatabase, type OpenedDatabase } from '../queue/database.ts';
import { createOutcomeAt } from '../queue/outcome-at.ts';
import { createPages, type Pages, type RowMarks } from '../queue/pages.ts';
import { createPhotoQueue, type PhotoQueue } from '../queue/photo-queue.ts';
import { createSelection, type SelectionKeeper } from '../queue/selection.ts';
import { createSettings, type Settings } from '../queue/settings.ts';
import { createBackendClient } from '../upload/backend-client.ts';
import { TokenRefused } from '../upload/failures.ts';
import { relocate } from '../upload/relocate.ts';
import { createStore } from '../upload/store.ts';
import { createUpkeep, type Upkeep } from '../queue/upkeep.ts';
import { createUploader, type Uploader } from '../upload/uploader.ts';
import { createArchiving, type Archiving } from './archiving.ts';
import { createDatabaseTrouble, tellingTrouble } from './database-trouble.ts';
import { createDecodeCheck, type DecodeCheck } from './decode-check.ts';
import { chunkRows, createRowHandlers } from './row-handlers.ts';
import { diagnose } from './diagnosis.ts';
import { createDetails, type Details } from './details.ts';
import { endedRun } from './run-watch.ts';
import { emptySummary, summaryOf } from './summary.ts';
import { thumbnailOf } from './thumbnails.ts';

export interface EngineDeps {
  clock: Clock;
  random: () => number;
  network: NetworkHost;
  /** The modules `media-worker` and `scan-worker`. */
  workerUrls: { media: URL; scan: URL };
  createLog: (source: string, file?: string) => Log;
  token: HostCalls['auth.token'];
  onChange: (summary: Summary) => void;
  /** Once for each run, when it has ended. */
  onRun: (run: RunReport) => void;
  /** Work rests because of the queue's database; null when it goes on. */
  onProblem: (problem: Problem | null) => void;
}

/** The window hears of changes at most that often: figures that change faster cannot be read, and each is a picture. */
const changeIntervalMs = 400;
const inspections = 2;
/** Sockets to the store: one for each request that the concurrency may allow, and for housekeeping. */
const maxSockets = 18;

interface Opened {
  database: OpenedDatabase;
  queue: PhotoQueue;
  pages: Pages;
  selection: SelectionKeeper;
  details: Details;
  settings: Settings;
  media: MediaPool;
  scanner: Scanner;
  upkeep: Upkeep;
  archiving: Archiving;
  intake: Intake;
  pasted: Pasted;
  log: Log;
}

export function createEngine(deps: EngineDeps): { handlers: Handlers<EngineControl> } {
  const connections = createConnections({ maxSockets, host: deps.network, clock: deps.clock });
  let userDataDir = '';
  let opened: Opened | null = null;
  let session: EngineSession | null = null;
  let uploader: Uploader | null = null;
  let decodeCheck: DecodeCheck | null = null;
  let endSession = new AbortController();
  /** Whether the person of the session has paused everything; null until it is read from what is kept. */
  let userPaused: boolean | null = null;
  let suspended = false;
  let sparingBattery = false;
  let limits: EngineLimits = { bytesPerSecond: null, transfers: null };
  /** Sessions change one after the other: the old uploader must have let go of its rows before the new one starts. */
  let switching = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = switching.then(work);
    // A change that failed is its caller's to report; the next one must still be possible.
    switching = done.catch(() => undefined);
    return done;
  };

  const trouble = createDatabaseTrouble({
    clock: deps.clock,
    rest: () => {
      // At once, so that nothing more is claimed; what runs ends in its turn.
      uploader?.stop().catch(onFailure);
      inTurn(endWork).catch(onFailure);
    },
    recover: () =>
      inTurn(async () => {
        if (opened === null) return start();
        opened.database.probe();
        opened.queue.releaseAll('ready');
        startWork(opened);
      }),
    onProblem: (problem) => {
      opened?.log('database.trouble', { problem: problem?.code ?? null, detail: problem?.detail ?? null });
      deps.onProblem(problem);
      changes.poke();
    },
  });
  /** An error that is not the database's ends the process: main starts it again. */
  const onFailure = (error: unknown): void => {
    if (trouble.meet(error) === null) throw error;
  };

  const need = (): Opened => {
    if (opened === null) throw new ProblemError({ code: 'engine_failed', detail: 'not started' });
    return opened;
  };
  const owner = (): string => {
    if (session === null) throw new ProblemError({ code: 'bad_request', detail: 'nobody is signed in' });
    return session.sub;
  };
  const summary = (): Summary => {
    if (opened === null || session === null) return emptySummary;
    return summaryOf(opened.pages.tallies(session.sub), {
      intake: opened.intake.report(session.sub),
      uploader,
      userPaused: userPaused === true,
      decoding: decodeCheck?.pending() ?? false,
      limits,
      running: opened.queue.runs.isOpen(session.sub),
      lastRun: opened.queue.runs.last(session.sub),
    });
  };
  const changes = throttle(changeIntervalMs, deps.clock, () => {
    try {
      const run = opened === null || session === null ? null : endedRun(opened, session.sub);
      deps.onChange(summary());
      if (session !== null) opened?.pasted.tidy(session.sub);
      if (run !== null) deps.onRun(run);
      decodeCheck?.poke();
      opened?.upkeep.poke();
      opened?.archiving.poke();
    } catch (error) {
      onFailure(error);
    }
  });

  /** Nothing is worked on, and nothing will be soon. */
  const isIdle = (sub: string): boolean => {
    const { pages, queue } = need();
    const { active, waiting, held } = pages.tallies(sub);
    if (active.count > 0) return false;
    // What waits for a volume may wait for days.
    return waiting.count <= held.count || uploader?.paused() !== null || !queue.hasDue(sub);
  };

  const start = (): void => {
    const log = deps.createLog('engine', path.join(userDataDir, 'logs', 'engine.log'));
    const databaseFile = path.join(userDataDir, 'queue.sqlite');
    const database = openDatabase(databaseFile);
    let queue: PhotoQueue;
    try {
      queue = createPhotoQueue(database.db, deps.clock.now);
      const released = queue.releaseAll('ready');
      log('engine.started', { released, recovered: database.recovered });
    } catch (error) {
      database.close(false);
      throw error;
    }
    const listsDir = path.join(userDataDir, 'skipped');
    clearSkippedLists(listsDir);
    const scanner = createScanner({
      workerUrl: deps.workerUrls.scan,
      databaseFile,
    });
    const pages = createPages(database.db, {
      clock: deps.clock,
      onListed: () => {
        changes.poke();
      },
    });
    opened = {
      database,
      queue,
      log,
      pages,
      selection: createSelection(database.db, pages),
      details: createDetails(database.db, pages, queue.attempts),
      settings: createSettings(database.db),
      media: createMediaPool({
        workerUrl: deps.workerUrls.media,
        size: inspections,
      }),
      scanner,
      pasted: createPasted({
        folder: path.join(userDataDir, 'pasted'),
        outcomeAt: createOutcomeAt(database.db),
        now: deps.clock.now,
        log,
      }),
      upkeep: createUpkeep({
        db: database.db,
        clock: deps.clock,
        idle: () => session === null || isIdle(session.sub),
        onFailure,
      }),
      archiving: createArchiving({
        queue,
        clock: deps.clock,
        resting: () => (session !== null && isIdle(session.sub) ? session.sub : null),
        onMoved: changes.poke,
        onDone: () => {
          pages.forget();
          changes.poke();
        },
        onFailure,
      }),
      intake: createIntake({
        queue,
        scan: scanner.scan,
        listsDir,
        log,
        onProgress: () => {
          uploader?.wake();
          changes.poke();
        },
      }),
    };
  };

  const createOwnersUploader = (
    { queue, media, settings, log }: Opened,
    { sub, apiUrl }: EngineSession,
  ): Uploader => {
    const backend = createBackendClient({
      apiUrl,
      fetch: createHttpFetch(connections.agentFor),
      signal: endSession.signal,
      clock: deps.clock,
      onClock: changes.poke,
      token: async (options) => {
        const answer = await deps.token(options);
        if (!answer.ok) throw new TokenRefused(answer.refusal);
        // Between two people's sessions a token of the wrong one must never be used.
        if (answer.token.sub !== sub) throw new TokenRefused('sign_in_needed');
        return answer.token;
      },
    });
    return createUploader({
      owner: sub,
      queue,
      media,
      backend,
      store: createStore({ clock: deps.clock, connections, likelyAheadMs: backend.time.aheadMs }),
      clock: deps.clock,
      random: deps.random,
      onChange: changes.poke,
      onFailure,
      log,
      inspections,
      limits,
      settings,
    });
  };

  const switchTo = async (next: EngineSession | null): Promise<void> => {
    const known = need();
    if (next !== null && session !== null && next.sub === session.sub && next.apiUrl === session.apiUrl) {
      session = next;
      if (next.expired) uploader?.pause('signedOut');
      else uploader?.resume('signedOut');
    } else {
      await endWork();
      known.selection.clear();
      session = next;
      userPaused = null;
      if (trouble.problem() === null) startWork(known);
    }
    changes.poke();
  };

  /** Begins the work of the present session, if there is one. */
  const startWork = (known: Opened): void => {
    if (session === null) return;
    const { sub, expired } = session;
    endSession = new AbortController();
    uploader = createOwnersUploader(known, session);
    const lost = known.pasted.recover(sub);
    if (lost.length > 0) known.intake.add(sub, lost);
    decodeCheck = createDecodeCheck({
      owner: sub,
      queue: known.queue,
      media: known.media,
      idle: () => isIdle(sub),
      onChange: changes.poke,
      onFailure,
    });
    if (expired) uploader.pause('signedOut');
    if (suspended) uploader.pause('suspended');
    if (sparingBattery) uploader.pause('battery');
    const kept = known.settings.paused(sub);
    userPaused ??= kept;
    // The disk was full when it was said.
    if (userPaused !== kept) known.settings.setPaused(sub, userPaused);
    if (userPaused) uploader.pause('user');
  };

  /** Takes effect at once, and is kept for the next engine; one that cannot be kept for now still holds in this one. */
  const setUserPaused = (paused: boolean): void => {
    const who = owner();
    userPaused = paused;
    if (paused) uploader?.pause('user');
    else uploader?.resume('user');
    changes.poke();
    try {
      need().settings.setPaused(who, paused);
    } catch (error) {
      onFailure(error);
    }
  };

  const endWork = async (): Promise<void> => {
    endSession.abort();
    decodeCheck?.stop();
    await uploader?.stop();
    uploader = null;
    decodeCheck = null;
  };

  const stop = async (): Promise<void> => {
    if (opened === null) return;
    const { database, media, upkeep, archiving, scanner, intake, queue, pages } = opened;
    changes.stop();
    upkeep.stop();
    archiving.stop();
    trouble.stop();
    pages.stop();
    await intake.stop();
    await endWork();
    connections.drop();
    await Promise.all([media.close(), scanner.close()]);
    opened = null;
    const sound = trouble.problem() === null;
    try {
      // With trouble, the next start gives the rows back.
      if (sound) queue.releaseAll('ready');
    } finally {
      database.close(sound);
    }
  };

  /** The network may be another one: what is known of it goes, and a probe says how things stand. */
  const refresh = (): void => {
    connections.drop();
    uploader?.refresh();
  };

  const marks = (): RowMarks => ({
    bytesSent: (id) => uploader?.bytesSent(id) ?? 0,
    selected: need().selection.has,
    pasted: need().pasted.holds,
  });

  const handlers: Handlers<EngineControl> = {
    'engine.start': (started) => {
      ({ userDataDir } = started);
      start();
    },
    'engine.session': (next) => {
      return inTurn(() => switchTo(next));
    },
    'engine.limit': (next) => {
      limits = next;
      uploader?.limit(limits);
      changes.poke();
    },
    'engine.spareBattery': (spare) => {
      sparingBattery = spare;
      if (spare) uploader?.pause('battery');
      else uploader?.resume('battery');
    },
    'engine.diagnose': () => {
      const { database, queue, pages } = need();
      const { db, recovered } = database;
      const owners = pages.owners();
      return diagnose({ db, queue, recovered, owners, tallies: pages.tallies }, session?.sub ?? null);
    },
    'engine.suspend': () => {
      suspended = true;
      uploader?.pause('suspended');
    },
    'engine.wake': () => {
      suspended = false;
      refresh();
      uploader?.resume('suspended');
    },
    'engine.refresh': () => {
      refresh();
    },
    'engine.stop': () => inTurn(stop),
    'media.thumbnail': async (id) =>
      session === null ? null : thumbnailOf(session.sub, id, { ...need(), onChange: changes.poke }),
    'media.place': (id) => need().details.place(owner(), id),
    'intake.add': (paths) => need().intake.add(owner(), paths),
    'intake.paste': async (png) => {
      const who = owner();
      const { pasted, intake } = need();
      if (!isPng(png)) throw new ProblemError({ code: 'bad_request', detail: 'no picture' });
      const file = await pasted.keep(who, png).catch((error: unknown) => {
        throw new ProblemError({ code: 'paste_failed', detail: errorCode(error) });
      });
      return intake.add(who, [file]);
    },
    'intake.report': () => (session === null ? null : need().intake.report(session.sub)),
    'intake.export': async (file, words) => {
      const list = need().intake.skipped(owner());
      if (list === null) throw new ProblemError({ code: 'bad_request', detail: 'nothing was added' });
      await list.save(file, words);
    },
    'queue.page': (request) => {
      if (session === null) return { rows: [], total: 0 };
      return need().pages.page(session.sub, request, marks());
    },
    'queue.summary': summary,
    'queue.traffic': () => uploader?.traffic() ?? [],
    'queue.details': (id) => need().details.of(owner(), id, marks()),
    ...createRowHandlers({
      need,
      owner,
      uploader: () => uploader,
      onChange: () => {
        changes.poke();
      },
    }),
    'queue.pause': () => {
      setUserPaused(true);
    },
    'queue.resume': () => {
      setUserPaused(false);
    },
    'queue.relocate': async (id, place) => {
      const { queue, media, settings } = need();
      const who = owner();
      return relocate(id, place, {
        owner: who,
        queue,
        media,
        md5: settings.checksum(who) === 'MD5',
        signal: endSession.signal,
        onFound: () => {
          uploader?.wake();
          changes.poke();
        },
      });
    },
    'queue.archive': () => need().archiving.now(owner()),
    'queue.owners': () => need().pages.owners(),
    'queue.removeOwner': async (sub) => {
      let removed = 0;
      // After a sign-out that is still under way: its uploader has to let go first.
      await inTurn(async () => {
        const { queue, settings, pasted } = need();
        if (session?.sub === sub) throw new ProblemError({ code: 'bad_request', detail: 'still signed in' });
        settings.forget(sub);
        queue.runs.forget(sub);
        for (let ids = queue.someOf(sub, chunkRows); ids.length > 0; ids = queue.someOf(sub, chunkRows)) {
          queue.remove(sub, ids);
          removed += ids.length;
          await nextTurn();
        }
        const { archive } = queue;
        for (let ids = archive.someOf(sub, chunkRows); ids.length > 0; ids = archive.someOf(sub, chunkRows)) {
          archive.remove(sub, ids);
          await nextTurn();
        }
        pasted.forget(sub);
      });
      return removed;
    },
  };
  return { handlers: tellingTrouble(handlers, trouble) };
}
