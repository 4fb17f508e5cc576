import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../main/lib/clock.ts';
import { partSizeFor } from '../../../main/lib/part-size.ts';
import { inspectFile } from '../../../main/media/inspect.ts';
import { openDatabase } from '../../../main/queue/database.ts';
import { createPhotoQueue, type Photo, type PhotoQueue } from '../../../main/queue/photo-queue.ts';
import { createBackendClient, type BackendClient, type Grant } from '../../../main/upload/backend-client.ts';
import { FileChanged, StoreError } from '../../../main/upload/failures.ts';
import { createSlots } from '../../../main/upload/slots.ts';
import { confirm, inspect, send } from '../../../main/upload/steps.ts';
import { createStore, type Store } from '../../../main/upload/store.ts';
import { sweepAbandoned, sweepUnanswered } from '../../../main/upload/sweep.ts';
import { deferred } from '../../support/deferred.ts';
import { noise, statOf, writeFile } from '../../support/files.ts';
import { directFetch, plainConnections } from '../../support/network.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openTestSandbox, subOf, type TestSandbox } from '../../support/test-sandbox.ts';

/** Large files on the real store and backend; each test has a queue, and content, of its own. */

const mebibyte = 1024 * 1024;
const size = 41 * mebibyte + 1;
const partSize = 8 * mebibyte;
const owner = subOf('demo');

let sandbox: TestSandbox;
let backend: BackendClient;
let grant: Grant;
beforeAll(async () => {
  sandbox = await openTestSandbox();
  backend = createBackendClient({
    apiUrl: sandbox.apiUrl,
    token: () => sandbox.token('demo'),
    fetch: directFetch,
    signal: new AbortController().signal,
  });
  grant = await backend.grant();
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.faults());

let seed = 100;
const never = new AbortController().signal;
const media = {
  inspect: (file: string | Buffer, options: object) =>
    Promise.resolve(inspectFile(file, { md5: false, partSizeFor, ...options })),
};

interface Bench {
  file: string;
  content: Buffer;
  queue: PhotoQueue;
  store: Store;
  photo: Photo;
  /** One attempt to send; what it sent and what it found there. */
  attempt(signal?: AbortSignal, inForce?: () => Promise<Grant>): Promise<{ sent: number; resumed: number }>;
  /** The same queue, opened by the next run of the app. */
  restart(): Bench;
}

async function largePhoto(): Promise<Bench> {
  const content = noise(size, seed++);
  // A video's head, so that the type does not depend on the name.
  content.write('\0\0\0\x18ftypmp42', 0, 'latin1');
  const folder = tempDir();
  const file = writeFile(path.join(folder, 'long.mp4'), content);
  const database = path.join(folder, 'queue.sqlite');
  const { db, close } = openDatabase(database);
  const queue = createPhotoQueue(db, Date.now);
  queue.add(owner, [{ path: file, stat: statOf(file), contentType: 'video/mp4', extension: 'mp4' }]);
  const [claimed] = queue.claim(owner, 'inspecting', 1, 'large');
  queue.move([
    await inspect(
      claimed as Photo,
      { media, hashCache: queue.hashCache },
      { checksum: 'SHA256', signal: never },
    ),
  ]);
  close();
  return open(database, file, content);
}

function open(database: string, file: string, content: Buffer): Bench {
  const { db, close } = openDatabase(database);
  const queue = createPhotoQueue(db, Date.now);
  const store = createStore({ clock: systemClock, connections: plainConnections(4) });
  let open_ = true;
  const end = (): void => {
    if (open_) close();
    open_ = false;
    store.close();
  };
  onTestFinished(end);
  const photo = queue.get(1) as Photo;
  return {
    file,
    content,
    queue,
    store,
    photo,
    attempt: async (signal = new AbortController().signal, inForce = () => Promise.resolve(grant)) => {
      let sent = 0;
      let resumed = 0;
      const deps = { store, ledger: queue.ledger, slots: createSlots(3), grant: inForce };
      const move = await send(queue.get(1) as Photo, grant, deps, {
        signal,
        onBytes: (count) => (sent += count),
        onResumed: (count) => (resumed += count),
        onArrived: () => undefined,
        mayAsk: () => true,
      });
      expect(move.event).toEqual({ type: 'advanced', to: 'confirming' });
      return { sent, resumed };
    },
    restart: () => {
      end();
      return open(database, file, content);
    },
  };
}

/** What the backend says of the object, once the row claims to be sent. */
async function confirmed({ queue, photo, content }: Bench): Promise<void> {
  const key = `${grant.keyPrefix}${photo.sha256}.mp4`;
  const [move] = await confirm([{ ...photo, objectKey: key }], { backend, ledger: queue.ledger }, never);
  expect(move?.event).toEqual({ type: 'stored' });
  expect((await sandbox.objects('demo')).get(key)?.equals(content)).toBe(true);
}

const openUploads = async ({ photo }: Bench): Promise<string[]> =>
  (await backend.openUploads())
    .filter(({ key }) => key.includes(String(photo.sha256)))
    .map(({ uploadId }) => uploadId);

describe('sendLarge', () => {
  it('sends every part once, verified by the store, and the backend proves the whole', async () => {
    const bench = await largePhoto();
    expect(await bench.attempt()).toEqual({ sent: size, resumed: 0 });
    await confirmed(bench);
    expect(await openUploads(bench)).toEqual([]);
  });

  it('takes for each part the grant that is in force then: a large file outlives many', async () => {
    const bench = await largePhoto();
    const used: Grant[] = [];
    const { putPart, completeUpload } = bench.store;
    bench.store.putPart = (...args) => {
      used.push(args[0]);
      return putPart(...args);
    };
    bench.store.completeUpload = (...args) => {
      used.push(args[0]);
      return completeUpload(...args);
    };
    const second = await backend.grant();
    await bench.attempt(undefined, () => Promise.resolve(used.length < 4 ? grant : second));
    expect([used.slice(0, 4), used.slice(-1)]).toEqual([Array(4).fill(grant), [second]]);
    expect(used.slice(4).every((one) => one === second)).toBe(true);
    await confirmed(bench);
  });

  it('goes on after a restart without sending a byte twice that the store has', async () => {
    const bench = await largePhoto();
    await sandbox.faults({
      kind: 'status',
      status: 500,
      code: 'InternalError',
      match: { operation: 'CompleteMultipartUpload' },
      times: 1,
    });
    await expect(bench.attempt()).rejects.toMatchObject({ code: 'InternalError' });
    const next = bench.restart();
    expect(await next.attempt()).toEqual({ sent: 0, resumed: size });
    await confirmed(next);
  });

  it('sends nothing again that was completed when it died before the row could be moved', async () => {
    const bench = await largePhoto();
    await bench.attempt();
    const next = bench.restart();
    expect(await next.attempt()).toEqual({ sent: 0, resumed: 0 });
    await confirmed(next);
  });

  it('sends all of it again when the library finds that it was not completed after all', async () => {
    const bench = await largePhoto();
    await bench.attempt();
    const key = `${grant.keyPrefix}${bench.photo.sha256}.mp4`;
    const { s3, bucket } = sandbox.owner;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    const next = bench.restart();
    await next.attempt();
    const [move] = await confirm(
      [{ ...next.photo, objectKey: key }],
      { backend, ledger: next.queue.ledger },
      never,
    );
    expect(move?.event).toMatchObject({ type: 'restarted', reason: 'checksum_mismatch' });
    expect((await next.attempt()).sent).toBe(size);
    await confirmed(next);
  });

  it('sends only what is missing after it was cut off in the middle', async () => {
    const bench = await largePhoto();
    const cut = new AbortController();
    const { putPart } = bench.store;
    let arrived = 0;
    bench.store.putPart = async (...args) => {
      const eTag = await putPart(...args);
      if (++arrived === 2) cut.abort();
      return eTag;
    };
    await expect(bench.attempt(cut.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const next = bench.restart();
    const { sent, resumed } = await next.attempt();
    expect(sent + resumed).toBe(size);
    expect(resumed).toBeGreaterThanOrEqual(2 * partSize);
    await confirmed(next);
  });

  it('lets the parts arrive that are on their way when one fails, and begins no other', async () => {
    const bench = await largePhoto();
    const { putPart } = bench.store;
    const begun: number[] = [];
    const threeUnderWay = deferred<undefined>();
    bench.store.putPart = async (...args) => {
      const [, , , { number }] = args;
      begun.push(number);
      if (begun.length === 3) threeUnderWay.resolve(undefined);
      await threeUnderWay.promise;
      if (number === 1) throw new StoreError(503, 'SlowDown', '1', null);
      // After the failure of the first.
      await nextTurn();
      return putPart(...args);
    };
    await expect(bench.attempt()).rejects.toMatchObject({ code: 'SlowDown' });
    expect(begun).toEqual([1, 2, 3]);
    const next = bench.restart();
    expect(await next.attempt()).toEqual({ sent: size - 2 * partSize, resumed: 2 * partSize });
    await confirmed(next);
  });

  it('ends all parts when the file is another one by now', async () => {
    const bench = await largePhoto();
    bench.store.putPart = async (_grant, _request, _uploadId, { number }, { signal }) => {
      if (number === 1) throw new FileChanged('stat_differs');
      // For ever, but for the signal.
      await once(signal, 'abort');
      throw signal.reason;
    };
    await expect(bench.attempt()).rejects.toThrow(FileChanged);
  });

  it('believes the store, not its notes: a part with other bytes is sent again', async () => {
    const bench = await largePhoto();
    const { store, queue, photo } = bench;
    const signal = new AbortController().signal;
    const request = { ...photo, key: `${grant.keyPrefix}${photo.sha256}.mp4`, sha256: String(photo.sha256) };
    const { uploadId } = await queue.ledger.begin(photo, request.key, () =>
      store.createUpload(grant, request, signal),
    );
    const [first, second] = queue.ledger.parts(photo.id);
    // Part 1 filled with the bytes of part 2.
    const wrong = { ...second!, number: 1, range: { offset: partSize, length: partSize } };
    await store.putPart(grant, request, uploadId, wrong, { signal, onBytes: () => undefined });
    queue.ledger.sent(photo.id, 1, String(first!.eTag));
    expect(await bench.attempt()).toEqual({ sent: size, resumed: 0 });
    await confirmed(bench);
  });

  it('takes a lost reply to the last request for what it is', async () => {
    const bench = await largePhoto();
    await sandbox.faults({ kind: 'lostReply', match: { operation: 'CompleteMultipartUpload' }, times: 1 });
    await expect(bench.attempt()).rejects.toThrow();
    const next = bench.restart();
    expect((await next.attempt()).sent).toBe(0);
    await confirmed(next);
  });

  it('starts over when the store has dropped the upload', async () => {
    const bench = await largePhoto();
    // One of them may meet the connection that began the upload, and is tried again for free.
    await sandbox.faults({ kind: 'reset', match: { operation: 'UploadPart' }, times: 2 });
    await expect(bench.attempt()).rejects.toThrow();
    const [uploadId] = await openUploads(bench);
    const key = `${grant.keyPrefix}${bench.photo.sha256}.mp4`;
    await bench.store.abortUpload(grant, key, String(uploadId), new AbortController().signal);
    expect(await bench.attempt()).toEqual({ sent: size, resumed: 0 });
    await confirmed(bench);
  });

  it('refuses a part whose bytes were changed, and never completes', async () => {
    const bench = await largePhoto();
    const handle = fs.openSync(bench.file, 'r+');
    fs.writeSync(handle, 'other bytes', 30 * mebibyte);
    fs.closeSync(handle);
    await expect(bench.attempt()).rejects.toBeInstanceOf(FileChanged);
    expect([...(await sandbox.objects('demo')).keys()].join()).not.toContain(String(bench.photo.sha256));
  });

  it('leaves an object alone that somebody else completed meanwhile, and frees its own parts', async () => {
    const bench = await largePhoto();
    await bench.attempt();
    const again = await largePhoto();
    fs.copyFileSync(bench.file, again.file);
    const other = await reinspected(again);
    expect((await other.attempt()).sent).toBe(size);
    expect(other.queue.ledger.abandoned(owner)).toHaveLength(1);
    await sweepAbandoned(sweepDeps(other));
    expect(await openUploads(other)).toEqual([]);
  });
});

const sweepDeps = ({ queue, store }: Bench) => ({
  owner,
  queue,
  store,
  backend,
  grant: () => Promise.resolve(grant),
  signal: new AbortController().signal,
});

/** The same row after its file was replaced and inspected again. */
async function reinspected(bench: Bench): Promise<Bench> {
  bench.queue.claim(owner, 'checking', 1);
  bench.queue.move([
    { id: 1, event: { type: 'restarted', reason: 'file_changed', nextTryAt: 0, strike: false } },
  ]);
  const [claimed] = bench.queue.claim(owner, 'inspecting', 1, 'large');
  const deps = { media, hashCache: bench.queue.hashCache };
  bench.queue.move([await inspect(claimed as Photo, deps, { checksum: 'SHA256', signal: never })]);
  return { ...bench, photo: bench.queue.get(1) as Photo };
}

describe('the sweep', () => {
  /** A photo with an upload that is open at the store. */
  async function halfSent(): Promise<Bench> {
    const bench = await largePhoto();
    await sandbox.faults({
      kind: 'status',
      status: 500,
      code: 'InternalError',
      match: { operation: 'CompleteMultipartUpload' },
    });
    await expect(bench.attempt()).rejects.toThrow();
    await sandbox.faults();
    expect(await openUploads(bench)).toHaveLength(1);
    return bench;
  }

  it('aborts the upload of a row that was removed', async () => {
    const bench = await halfSent();
    bench.queue.remove(owner, [1]);
    expect(await sweepAbandoned(sweepDeps(bench))).toBe(1);
    expect(await openUploads(bench)).toEqual([]);
    expect(await sweepAbandoned(sweepDeps(bench))).toBe(0);
  });

  it('aborts the upload of bytes that the file no longer has', async () => {
    const bench = await halfSent();
    fs.appendFileSync(bench.file, 'more');
    await reinspected(bench);
    expect(await sweepAbandoned(sweepDeps(bench))).toBe(1);
    expect(await openUploads(bench)).toEqual([]);
  });

  it('finds an upload whose id it was never told, and leaves those alone that are noted or not ours', async () => {
    const noted = await halfSent();
    const bench = await largePhoto();
    await sandbox.faults({ kind: 'lostReply', match: { operation: 'CreateMultipartUpload' }, times: 1 });
    await expect(bench.attempt()).rejects.toThrow();
    const request = { ...bench.photo, sha256: String(bench.photo.sha256) };
    const foreign = await bench.store.createUpload(
      grant,
      { ...request, key: `${grant.keyPrefix}${'f'.repeat(64)}.mp4` },
      new AbortController().signal,
    );
    const next = bench.restart();
    expect(await openUploads(next)).toHaveLength(1);
    expect(await sweepUnanswered(sweepDeps(next))).toBe(1);
    expect(await openUploads(next)).toEqual([]);
    expect(await openUploads(noted)).toHaveLength(1);
    const left = await backend.openUploads();
    expect(left.map(({ uploadId }) => uploadId)).toContain(foreign);
    expect(next.queue.ledger.unanswered(owner)).toEqual([]);
  });

  it('finds it also when the next try has gone well', async () => {
    const bench = await largePhoto();
    await sandbox.faults({ kind: 'lostReply', match: { operation: 'CreateMultipartUpload' }, times: 1 });
    await expect(bench.attempt()).rejects.toThrow();
    await bench.attempt();
    expect(await openUploads(bench)).toHaveLength(1);
    expect(await sweepUnanswered(sweepDeps(bench))).toBe(1);
    expect(await openUploads(bench)).toEqual([]);
    await confirmed(bench);
  });

  it('leaves the upload alone that the next try has begun under the same key', async () => {
    const bench = await largePhoto();
    await sandbox.faults(
      { kind: 'lostReply', match: { operation: 'CreateMultipartUpload' }, times: 1 },
      { kind: 'status', status: 500, code: 'InternalError', match: { operation: 'CompleteMultipartUpload' } },
    );
    await expect(bench.attempt()).rejects.toThrow();
    await expect(bench.attempt()).rejects.toThrow();
    const noted = bench.queue.ledger.upload(1)?.uploadId;
    expect(await openUploads(bench)).toHaveLength(2);
    expect(await sweepUnanswered(sweepDeps(bench))).toBe(1);
    expect(await openUploads(bench)).toEqual([noted]);
    await sandbox.faults();
    expect(await bench.attempt()).toEqual({ sent: 0, resumed: size });
    await confirmed(bench);
  });

  it('keeps looking while the store is asked anew', async () => {
    const bench = await largePhoto();
    await sandbox.faults({ kind: 'lostReply', match: { operation: 'CreateMultipartUpload' }, times: 1 });
    await expect(bench.attempt()).rejects.toThrow();
    const [asked] = bench.queue.ledger.unanswered(owner);
    await sandbox.faults({ kind: 'lostReply', match: { operation: 'CreateMultipartUpload' }, times: 1 });
    await expect(bench.attempt()).rejects.toThrow();
    bench.queue.ledger.answered(owner, asked!);
    expect(bench.queue.ledger.unanswered(owner)).toHaveLength(1);
    expect(await sweepUnanswered(sweepDeps(bench))).toBe(2);
  });
});
