/** Large files on the real store and backend; each has a queue, and content, of its own. */
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import { systemClock } from '../../main/lib/clock.ts';
import { partSizeFor } from '../../main/lib/part-size.ts';
import { inspectFile } from '../../main/media/inspect.ts';
import { openDatabase } from '../../main/queue/database.ts';
import { createPhotoQueue, type Photo, type PhotoQueue } from '../../main/queue/photo-queue.ts';
import { createBackendClient, type BackendClient, type Grant } from '../../main/upload/backend-client.ts';
import { createSlots } from '../../main/upload/slots.ts';
import { confirm, inspect, send } from '../../main/upload/steps.ts';
import { createStore, type Store } from '../../main/upload/store.ts';
import type { SweepDeps } from '../../main/upload/sweep.ts';
import { noise, statOf, writeFile } from './files.ts';
import { directFetch, plainConnections } from './network.ts';
import { tempDir } from './temp-dir.ts';
import { openTestSandbox, subOf, type TestSandbox } from './test-sandbox.ts';

const mebibyte = 1024 * 1024;
/** Bytes: six parts, the last a short one. */
export const largeSize = 41 * mebibyte + 1;
export const largePartSize = 8 * mebibyte;
export const owner = subOf('demo');

/** A large file whose row has been inspected, and is to be sent. */
export interface LargePhoto {
  file: string;
  content: Buffer;
  queue: PhotoQueue;
  store: Store;
  photo: Photo;
  /** One attempt to send; what it sent and what it found there. */
  attempt(signal?: AbortSignal, inForce?: () => Promise<Grant>): Promise<{ sent: number; resumed: number }>;
  /** The same queue, opened by the next run of the app. */
  restart(): LargePhoto;
  /** The same row after its file was replaced and inspected again. */
  inspectAgain(): Promise<LargePhoto>;
  /** Expects the backend to find the object that the row claims to have sent. */
  expectConfirmed(): Promise<void>;
  /** The ids of its uploads that are open at the store. */
  openUploads(): Promise<string[]>;
  sweepDeps: SweepDeps;
}

export interface LargePhotos {
  sandbox: TestSandbox;
  backend: BackendClient;
  grant: Grant;
  create(): Promise<LargePhoto>;
}

const never = new AbortController().signal;
const media = {
  inspect: (file: string | Buffer, options: object) =>
    Promise.resolve(inspectFile(file, { md5: false, partSizeFor, ...options })),
};

/** Those of a test file: open while its tests run, and without faults when one begins. */
export function useLargePhotos(): LargePhotos {
  const opened = {} as LargePhotos;
  beforeAll(async () => {
    Object.assign(opened, await openLargePhotos());
  });
  afterAll(() => opened.sandbox.stop());
  beforeEach(() => opened.sandbox.faults());
  return opened;
}

async function openLargePhotos(): Promise<LargePhotos> {
  const sandbox = await openTestSandbox();
  const backend = createBackendClient({
    apiUrl: sandbox.apiUrl,
    token: () => sandbox.token('demo'),
    fetch: directFetch,
    signal: never,
  });
  const grant = await backend.grant();
  let seed = 100;

  const open = (database: string, file: string, content: Buffer): LargePhoto => {
    const { db, close } = openDatabase(database);
    const queue = createPhotoQueue(db, Date.now);
    const store = createStore({ clock: systemClock, connections: plainConnections(4) });
    let isOpen = true;
    const end = (): void => {
      if (isOpen) close();
      isOpen = false;
      store.close();
    };
    onTestFinished(end);
    const withRow = (photo: Photo): LargePhoto => ({
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
      inspectAgain: async () => {
        queue.claim(owner, 'checking', 1);
        queue.move([
          { id: 1, event: { type: 'restarted', reason: 'file_changed', nextTryAt: 0, strike: false } },
        ]);
        await inspectFirst(queue);
        return withRow(queue.get(1) as Photo);
      },
      expectConfirmed: async () => {
        const key = `${grant.keyPrefix}${photo.sha256}.mp4`;
        const [move] = await confirm(
          [{ ...photo, objectKey: key }],
          { backend, ledger: queue.ledger },
          never,
        );
        expect(move?.event).toEqual({ type: 'stored' });
        expect((await sandbox.objects('demo')).get(key)?.equals(content)).toBe(true);
      },
      openUploads: async () =>
        (await backend.openUploads())
          .filter(({ key }) => key.includes(String(photo.sha256)))
          .map(({ uploadId }) => uploadId),
      sweepDeps: { owner, queue, store, backend, grant: () => Promise.resolve(grant), signal: never },
    });
    return withRow(queue.get(1) as Photo);
  };

  return {
    sandbox,
    backend,
    grant,
    create: async () => {
      const content = noise(largeSize, seed++);
      // A video's head, so that the type does not depend on the name.
      content.write('\0\0\0\x18ftypmp42', 0, 'latin1');
      const folder = tempDir();
      const file = writeFile(path.join(folder, 'long.mp4'), content);
      const database = path.join(folder, 'queue.sqlite');
      const { db, close } = openDatabase(database);
      const queue = createPhotoQueue(db, Date.now);
      queue.add(owner, [{ path: file, stat: statOf(file), contentType: 'video/mp4', extension: 'mp4' }]);
      await inspectFirst(queue);
      close();
      return open(database, file, content);
    },
  };
}

async function inspectFirst(queue: PhotoQueue): Promise<void> {
  const [claimed] = queue.claim(owner, 'inspecting', 1, 'large');
  const deps = { media, hashCache: queue.hashCache };
  queue.move([await inspect(claimed as Photo, deps, { checksum: 'SHA256', signal: never })]);
}
