import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileStat } from '../../../main/lib/file-stat.ts';
import { systemClock } from '../../../main/lib/clock.ts';
import { createMediaPool, type MediaPool } from '../../../main/media/media-pool.ts';
import { openDatabase } from '../../../main/queue/database.ts';
import { createPages } from '../../../main/queue/pages.ts';
import { createPhotoQueue, type PhotoQueue } from '../../../main/queue/photo-queue.ts';
import { createSettings } from '../../../main/queue/settings.ts';
import { createBackendClient, type BackendClient } from '../../../main/upload/backend-client.ts';
import { createStore, type PutRequest } from '../../../main/upload/store.ts';
import { createUploader, type Uploader } from '../../../main/upload/uploader.ts';
import type { PhotoRow } from '../../../preload/contract/model.ts';
import type { LogFields } from '../../../main/lib/log.ts';
import { deferred } from '../../support/deferred.ts';
import { sha256 } from '../../support/files.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { directFetch, plainConnections } from '../../support/network.ts';
import { pageNow } from '../../support/queue.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openTestSandbox, subOf, type TestSandbox } from '../../support/test-sandbox.ts';

/** The pipeline on the real parts: SQLite, media workers, backend, object store. Only the engine's wiring is left out. */

let sandbox: TestSandbox;
let media: MediaPool;
beforeAll(async () => {
  sandbox = await openTestSandbox();
  media = createMediaPool({
    workerUrl: new URL('../../support/media-worker.mjs', import.meta.url),
    size: 1,
  });
});
afterAll(async () => {
  await media.close();
  await sandbox.stop();
});

const owner = subOf('demo');
/** Every photo of this file has a content of its own: the library keeps what an earlier test stored. */
let seed = 1;
let pipelines: Pipeline[] = [];
beforeEach(() => sandbox.faults());
afterEach(async () => {
  await Promise.all(pipelines.map((pipeline) => pipeline.close()));
  pipelines = [];
});

class Pipeline {
  readonly folder = tempDir();
  readonly database = openDatabase(path.join(this.folder, 'queue.sqlite'));
  readonly queue: PhotoQueue = createPhotoQueue(this.database.db, Date.now);
  readonly pages = createPages(this.database.db);
  readonly settings = createSettings(this.database.db);
  readonly uploader: Uploader;
  readonly events: { event: string; fields: LogFields }[] = [];
  /** What was put, how much of it has not ended, and how often a grant was asked for. */
  readonly puts: string[] = [];
  underWay = 0;
  grants = 0;
  /** Called before each PUT goes out. */
  beforePut: (request: PutRequest) => void | Promise<void> = () => undefined;
  /** Called with the hashes of each lookup, before its reply is handed on. */
  afterLookup: (hashes: readonly string[]) => void | Promise<void> = () => undefined;
  readonly #watchers = new Set<() => void>();
  readonly #end = new AbortController();

  constructor({
    stallAfterMs = 20_000,
    transfers = 4,
    bytesPerSecond = null as number | null,
    checksum = null as 'MD5' | null,
    clock = systemClock,
    beforeGrant = (): Promise<void> => Promise.resolve(),
  } = {}) {
    if (checksum !== null) this.settings.setChecksum(owner, checksum);
    const backend: BackendClient = createBackendClient({
      apiUrl: sandbox.apiUrl,
      token: () => sandbox.token('demo'),
      fetch: directFetch,
      signal: this.#end.signal,
    });
    const store = createStore({
      clock,
      connections: plainConnections(transfers),
      stallAfterMs,
    });
    this.uploader = createUploader({
      owner,
      queue: this.queue,
      media,
      backend: {
        ...backend,
        lookup: async (...args) => {
          const found = await backend.lookup(...args);
          await this.afterLookup(args[0]);
          return found;
        },
        grant: async () => {
          this.grants++;
          await beforeGrant();
          return backend.grant();
        },
      },
      store: {
        ...store,
        put: async (grant, request, options) => {
          await this.beforePut(request);
          this.puts.push(path.basename(request.path));
          this.underWay++;
          return store.put(grant, request, options).finally(() => this.underWay--);
        },
      },
      clock,
      // No wait after a failure but what a server or the policy fixes: the jitter has its own test.
      random: () => 0,
      onChange: () => {
        for (const watch of this.#watchers) watch();
      },
      onFailure: (error) => {
        throw error;
      },
      log: (event, fields = {}) => this.events.push({ event, fields }),
      inspections: 1,
      limits: { bytesPerSecond, transfers },
      settings: this.settings,
    });
    pipelines.push(this);
  }

  /** Writes photos and queues them; returns their contents. */
  async add(names: string[], edge = 64): Promise<Buffer[]> {
    const contents = await Promise.all(
      names.map((name) => writePhoto(path.join(this.folder, name), seed++, edge)),
    );
    this.enqueue(names);
    return contents;
  }

  enqueue(names: string[]): void {
    const photos = names.map((name) => {
      const file = path.join(this.folder, name);
      const stat = fileStat(fs.statSync(file, { bigint: true }));
      return { path: file, stat, contentType: 'image/jpeg', extension: 'jpg' };
    });
    this.queue.add(owner, photos);
    this.uploader.wake();
  }

  rows(): PhotoRow[] {
    return pageNow(
      this.pages,
      { filter: 'all', sort: 'added', offset: 0, limit: 500 },
      this.uploader.bytesSent,
      owner,
    ).rows;
  }

  row(name: string): PhotoRow {
    const row = this.rows().find(({ fileName }) => fileName === name);
    if (row === undefined) throw new Error(`no row ${name}`);
    return row;
  }

  /** Resolves at the first change after which this holds. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        if (!holds()) return;
        this.#watchers.delete(watch);
        resolve();
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  settled(): Promise<void> {
    return this.until(() =>
      this.rows().every(({ state }) => state.kind === 'done' || state.kind === 'blocked'),
    );
  }

  failures(): unknown[] {
    return this.events.filter(({ event }) => event === 'upload.failed').map(({ fields }) => fields['kind']);
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.uploader.stop();
    if (this.database.db.open) this.database.close();
  }
}

/** The stored object with this content's name must have this content. */
async function expectStored(...contents: Buffer[]): Promise<void> {
  const objects = await sandbox.objects('demo');
  for (const content of contents) {
    const object = objects.get(`users/${owner}/photos/${sha256(content)}.jpg`);
    expect(object !== undefined && object.equals(content)).toBe(true);
  }
}

describe('a photo’s way', () => {
  it('ends in the store, byte for byte, with one grant for all', async () => {
    const pipeline = new Pipeline();
    const contents = await pipeline.add(Array.from({ length: 20 }, (_, index) => `${index}.jpg`));
    await pipeline.settled();
    expect(pipeline.rows().map(({ state }) => state)).toEqual(
      contents.map(() => ({ kind: 'done', duplicateOf: null })),
    );
    expect(
      pipeline.rows().every(({ doneAt, lastError, attempts }) => doneAt !== null && !lastError && !attempts),
    ).toBe(true);
    await expectStored(...contents);
    expect([pipeline.grants, pipeline.puts.length, pipeline.failures()]).toEqual([1, 20, []]);
  });

  it('sends one of several copies, and the others name it', async () => {
    const pipeline = new Pipeline();
    pipeline.uploader.pause('user');
    await pipeline.add(['original.jpg']);
    for (const copy of ['copy 1.jpg', 'copy 2.jpg']) {
      fs.copyFileSync(path.join(pipeline.folder, 'original.jpg'), path.join(pipeline.folder, copy));
    }
    pipeline.enqueue(['copy 1.jpg', 'copy 2.jpg']);
    pipeline.uploader.resume('user');
    await pipeline.settled();
    expect(pipeline.puts).toEqual(['original.jpg']);
    expect(pipeline.rows().map(({ state }) => state)).toEqual([
      { kind: 'done', duplicateOf: null },
      { kind: 'done', duplicateOf: 'original.jpg' },
      { kind: 'done', duplicateOf: 'original.jpg' },
    ]);
    expect(pipeline.pages.tallies(owner)).toMatchObject({ done: { count: 3 }, duplicate: { count: 2 } });
  });

  it('sends one of two copies also when the first is on its way since this very moment', async () => {
    // Outcomes wait here for seconds until they are written, as on a computer that is busy with something else.
    const clock = {
      ...systemClock,
      after: (ms: number, callback: () => void) => systemClock.after(ms === 25 ? 2_000 : ms, callback),
    };
    const pipeline = new Pipeline({ clock });
    const copyQueued = deferred<undefined>();
    pipeline.afterLookup = async () => {
      pipeline.afterLookup = () => undefined;
      fs.copyFileSync(path.join(pipeline.folder, 'original.jpg'), path.join(pipeline.folder, 'copy.jpg'));
      pipeline.enqueue(['copy.jpg']);
      await pipeline.until(() => pipeline.queue.get(2)?.step === 'checking');
      copyQueued.resolve(undefined);
    };
    await pipeline.add(['original.jpg']);
    await copyQueued.promise;
    await pipeline.settled();
    expect(pipeline.puts).toEqual(['original.jpg']);
    expect(pipeline.row('copy.jpg').state).toEqual({ kind: 'done', duplicateOf: 'original.jpg' });
  });

  it('is read for the checksum that the store was known to verify, and another one is learnt', async () => {
    const pipeline = new Pipeline({ checksum: 'MD5' });
    await pipeline.add(['a.jpg']);
    await pipeline.settled();
    expect(pipeline.queue.get(1)?.md5).not.toBeNull();
    expect(pipeline.settings.checksum(owner)).toBe('SHA256');
    await pipeline.add(['b.jpg']);
    await pipeline.settled();
    expect(pipeline.queue.get(2)?.md5).toBeNull();
    expect(pipeline.settings.checksum('somebody else')).toBeNull();
  });

  it('is read once for either checksum while nobody knows which the store verifies', async () => {
    const told = deferred<undefined>();
    const pipeline = new Pipeline({ beforeGrant: () => told.promise });
    expect(pipeline.settings.checksum(owner)).toBeNull();
    await pipeline.add(['a.jpg']);
    await pipeline.until(() => typeof pipeline.queue.get(1)?.sha256 === 'string');
    told.resolve(undefined);
    await pipeline.settled();
    expect(pipeline.queue.get(1)?.md5).not.toBeNull();
  });

  it('reports progress and speed while it sends', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'slow', bytesPerSecond: 4_000_000, match: { operation: 'PutObject' } });
    const [content] = await pipeline.add(['large.jpg'], 1500);
    await pipeline.until(() => pipeline.uploader.bytesUnderWay() > 0);
    const { id, state, bytesSent } = pipeline.row('large.jpg');
    expect(state).toEqual({ kind: 'active', step: 'sending' });
    expect(bytesSent).toBeGreaterThan(0);
    expect(bytesSent).toBeLessThanOrEqual(content?.length ?? 0);
    expect(pipeline.uploader.speed()).toBeGreaterThan(0);
    await pipeline.settled();
    expect([pipeline.uploader.bytesSent(id), pipeline.uploader.bytesUnderWay()]).toEqual([0, 0]);
  });
});

describe('a store that fails', () => {
  const put = { operation: 'PutObject' };

  it('resets connections: tried again, online all the while', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'reset', times: 3, match: put });
    const contents = await pipeline.add(['a.jpg', 'b.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
    expect(pipeline.failures()).toEqual(['network', 'network', 'network']);
    expect(pipeline.uploader.paused()).toBeNull();
  });

  it('resets connections in the middle of a photo', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'reset', times: 2, afterBytes: 500_000, match: put });
    const contents = await pipeline.add(['a.jpg'], 1200);
    await pipeline.settled();
    await expectStored(...contents);
    expect(pipeline.failures()).toEqual(['network', 'network']);
  });

  it('stalls: given up after the limit, and sent on a new connection', async () => {
    const pipeline = new Pipeline({ stallAfterMs: 400 });
    await sandbox.faults({ kind: 'stall', times: 1, match: put });
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
    expect(
      pipeline.events.filter(({ event }) => event === 'upload.failed').map(({ fields }) => fields),
    ).toMatchObject([{ kind: 'network', detail: 'stalled' }]);
  });

  it('asks for time: the row says until when, and it comes back no earlier', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({
      kind: 'status',
      status: 503,
      code: 'SlowDown',
      retryAfterSeconds: 2,
      times: 1,
      match: put,
    });
    const askedAt = Date.now();
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.until(
      () => pipeline.failures().length === 1 && pipeline.row('a.jpg').state.kind === 'waiting',
    );
    const { state, attempts, lastError } = pipeline.row('a.jpg');
    expect(state).toMatchObject({ kind: 'waiting', step: 'sending', reason: 'throttled' });
    expect([attempts, lastError]).toEqual([1, 'store 503 SlowDown']);
    const dueAt = (state.kind === 'waiting' ? state.nextTryAt : null) ?? 0;
    expect(dueAt - askedAt).toBeGreaterThanOrEqual(2_000);
    await pipeline.until(() => pipeline.puts.length === 2);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt);
    await pipeline.settled();
    await expectStored(...contents);
    expect(pipeline.row('a.jpg')).toMatchObject({ attempts: 0, lastError: null });
  });

  it('has an internal error', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'status', status: 500, code: 'InternalError', times: 2, match: put });
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
    expect(pipeline.failures()).toEqual(['server', 'server']);
  });

  it('says that the grant has expired: renewed at once, and nobody’s attempt', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'expiredToken', times: 1, match: put });
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
    expect([pipeline.grants, pipeline.puts.length, pipeline.failures()]).toEqual([2, 2, []]);
  });

  it('stores the photo and loses the reply: 412 tells, and the backend confirms', async () => {
    const pipeline = new Pipeline({ stallAfterMs: 400 });
    await sandbox.faults({ kind: 'lostReply', times: 1, match: put });
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
    expect([pipeline.puts.length, pipeline.row('a.jpg').state]).toEqual([
      2,
      { kind: 'done', duplicateOf: null },
    ]);
  });

  it('refuses the checksum once: the file is read again', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'wrongChecksum', times: 1, match: put });
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
    expect(pipeline.failures()).toEqual(['mismatch']);
  });

  it('refuses the checksum again and again: the disk is suspected, until a person asks for another try', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'wrongChecksum', match: put });
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.settled();
    expect(pipeline.row('a.jpg').state).toEqual({ kind: 'blocked', reason: 'disk_suspected' });
    expect(pipeline.puts).toHaveLength(3);
    await sandbox.faults();
    pipeline.queue.retry(owner, pipeline.queue.retriable(owner));
    pipeline.uploader.wake();
    await pipeline.settled();
    await expectStored(...contents);
  });

  it('is not taken for well again because files are gone that it was not asked about', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'status', status: 500, code: 'InternalError', match: put });
    const names = Array.from({ length: 8 }, (_, index) => `${index}.jpg`);
    await pipeline.add(names);
    await pipeline.until(() => pipeline.uploader.outage() !== null);
    for (const name of names) fs.rmSync(path.join(pipeline.folder, name));
    await pipeline.settled();
    expect(pipeline.rows().map(({ state }) => state)).toEqual(
      names.map(() => ({ kind: 'blocked', reason: 'missing' })),
    );
    expect(pipeline.uploader.outage()?.reason).toBe('server_error');
  });

  it('is a captive portal: a page with status 200 is no stored photo', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'htmlReply', times: 2, match: put });
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
    expect(pipeline.failures()).toEqual(['captive_portal', 'captive_portal']);
  });

  it('has another time: the clock’s difference is corrected, and nobody’s attempt', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'clockSkew', ms: 1_200_000, match: put });
    const contents = await pipeline.add(['a.jpg', 'b.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
    expect(pipeline.failures()).toEqual([]);
  });
});

describe('a file', () => {
  it('that changed between inspection and sending is stored as it is now, never torn', async () => {
    const pipeline = new Pipeline();
    let changed: Buffer | null = null;
    pipeline.beforePut = async (request) => {
      changed ??= await writePhoto(request.path, seed++, 100);
    };
    const [before] = await pipeline.add(['a.jpg']);
    await pipeline.settled();
    const after = changed as unknown as Buffer;
    await expectStored(after);
    expect(pipeline.failures()).toEqual(['file_changed']);
    expect((await sandbox.objects('demo')).has(`users/${owner}/photos/${sha256(before as Buffer)}.jpg`)).toBe(
      false,
    );
  });

  it('that changes while it is sent is stored as it is then', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({
      kind: 'slow',
      // So slow that the change below comes before the end, whatever else this computer does.
      bytesPerSecond: 500_000,
      times: 1,
      match: { operation: 'PutObject' },
    });
    await pipeline.add(['a.jpg'], 1500);
    await pipeline.until(() => pipeline.uploader.bytesUnderWay() > 0);
    const after = await writePhoto(path.join(pipeline.folder, 'a.jpg'), seed++, 1500);
    await pipeline.settled();
    await expectStored(after);
    const objects = await sandbox.objects('demo');
    for (const [key, bytes] of objects) expect(key).toContain(sha256(bytes));
  });

  it('that is gone waits for a person, also when it goes right before it is sent', async () => {
    const pipeline = new Pipeline();
    pipeline.uploader.pause('user');
    await pipeline.add(['a.jpg', 'b.jpg']);
    fs.rmSync(path.join(pipeline.folder, 'a.jpg'));
    pipeline.beforePut = (request) => {
      fs.rmSync(request.path);
    };
    pipeline.uploader.resume('user');
    await pipeline.settled();
    for (const { state } of pipeline.rows()) expect(state).toEqual({ kind: 'blocked', reason: 'missing' });
  });

  it('that is empty waits for a person, and goes when it has been filled', async () => {
    const pipeline = new Pipeline();
    fs.writeFileSync(path.join(pipeline.folder, 'empty.jpg'), '');
    pipeline.enqueue(['empty.jpg']);
    await pipeline.settled();
    expect(pipeline.row('empty.jpg').state).toEqual({ kind: 'blocked', reason: 'empty_file' });
    const content = await writePhoto(path.join(pipeline.folder, 'empty.jpg'), seed++);
    pipeline.queue.retry(owner, [pipeline.row('empty.jpg').id]);
    pipeline.uploader.wake();
    await pipeline.settled();
    await expectStored(content);
    expect(pipeline.row('empty.jpg').size).toBe(content.length);
  });
});

describe('pauses', () => {
  it('ends requests under way at once, and goes on without an attempt lost', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({
      kind: 'slow',
      bytesPerSecond: 200_000,
      times: 2,
      match: { operation: 'PutObject' },
    });
    const contents = await pipeline.add(['a.jpg', 'b.jpg'], 1000);
    await pipeline.until(() => pipeline.puts.length === 2 && pipeline.uploader.bytesUnderWay() > 0);
    const pausedAt = Date.now();
    pipeline.uploader.pause('user');
    await pipeline.until(() => pipeline.rows().every(({ state }) => state.kind === 'waiting'));
    expect(Date.now() - pausedAt).toBeLessThan(1000);
    // What had been let to its end would wait for its confirmation.
    expect(pipeline.rows().map(({ attempts, state }) => [attempts, state])).toEqual(
      contents.map(() => [0, { kind: 'waiting', step: 'sending', reason: 'ready', nextTryAt: null }]),
    );
    pipeline.uploader.resume('user');
    await pipeline.settled();
    await expectStored(...contents);
  });

  it('by more than one reason ends with the last of them', async () => {
    const pipeline = new Pipeline();
    pipeline.uploader.pause('offline');
    pipeline.uploader.pause('user');
    expect(pipeline.uploader.paused()).toBe('user');
    pipeline.uploader.resume('user');
    expect(pipeline.uploader.paused()).toBe('offline');
    const contents = await pipeline.add(['a.jpg']);
    // Offline, it is still inspected.
    await pipeline.until(() => {
      const { state } = pipeline.row('a.jpg');
      return state.kind === 'waiting' && state.step === 'checking';
    });
    pipeline.uploader.resume('offline');
    await pipeline.settled();
    await expectStored(...contents);
  });

  it('a row that is removed while it is sent is not sent on', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({
      kind: 'slow',
      bytesPerSecond: 100_000,
      times: 1,
      match: { operation: 'PutObject' },
    });
    const [removed] = await pipeline.add(['a.jpg'], 1000);
    await pipeline.until(() => pipeline.uploader.bytesUnderWay() > 0);
    const { id } = pipeline.row('a.jpg');
    pipeline.queue.remove(owner, [id]);
    pipeline.uploader.interrupt([id]);
    await pipeline.until(() => pipeline.underWay === 0);
    expect([pipeline.rows(), pipeline.failures()]).toEqual([[], []]);
    const key = `users/${owner}/photos/${sha256(removed as Buffer)}.jpg`;
    expect((await sandbox.objects('demo')).has(key)).toBe(false);
    const contents = await pipeline.add(['b.jpg']);
    await pipeline.settled();
    await expectStored(...contents);
  });

  it('stops with every row back in the queue', async () => {
    const pipeline = new Pipeline();
    await sandbox.faults({ kind: 'slow', bytesPerSecond: 100_000, match: { operation: 'PutObject' } });
    await pipeline.add(['a.jpg', 'b.jpg', 'c.jpg'], 600);
    await pipeline.until(() => pipeline.uploader.bytesUnderWay() > 0);
    await pipeline.uploader.stop();
    expect(pipeline.pages.tallies(owner).active.count).toBe(0);
    expect(pipeline.pages.tallies(owner).waiting.count).toBe(3);
  });
});

// Servers are started again here, which takes a while on a busy machine.
describe('an outage', { timeout: 90_000 }, () => {
  it('of the backend is a pause: no attempt is spent, and it goes on by itself', async () => {
    const pipeline = new Pipeline();
    await sandbox.stopPart('backend');
    const names = Array.from({ length: 10 }, (_, index) => `${index}.jpg`);
    const contents = await pipeline.add(names);
    await pipeline.until(
      () =>
        pipeline.uploader.paused() === 'offline' &&
        pipeline.rows().every(({ state }) => state.kind === 'waiting' && state.step === 'checking'),
    );
    expect(pipeline.uploader.nextProbeAt()).toBeGreaterThan(Date.now() - 1000);
    expect(pipeline.rows().map(({ attempts }) => attempts)).toEqual(names.map(() => 0));
    await sandbox.startPart('backend');
    await pipeline.settled();
    await expectStored(...contents);
    expect(pipeline.events.filter(({ event }) => event === 'upload.paused')).toHaveLength(1);
  });

  it('of the store is one too: the backend says that it is not ready', async () => {
    const pipeline = new Pipeline();
    // With a grant in hand, so that it is the transfer that fails.
    await pipeline.add(['first.jpg']);
    await pipeline.settled();
    await sandbox.stopPart('store');
    const contents = await pipeline.add(['a.jpg']);
    await pipeline.until(
      () => pipeline.uploader.paused() === 'offline' && pipeline.row('a.jpg').state.kind === 'waiting',
    );
    expect(pipeline.row('a.jpg').attempts).toBe(0);
    await sandbox.startPart('store');
    await pipeline.settled();
    await expectStored(...contents);
  });
});
