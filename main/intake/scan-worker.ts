/** A thread of the engine that walks and looks into files: a hundred thousand of them take seconds of system calls. */
import Database from 'better-sqlite3';
import { parentPort } from 'node:worker_threads';
import { errorCode } from '../lib/log.ts';
import { createHashCache } from '../queue/hash-cache.ts';
import { scan } from './scan.ts';
import { controlWords, type ScanMessage, type ScanRequest } from './scan-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('scan-worker runs in a worker thread');
const send = (message: ScanMessage): void => {
  port.postMessage(message);
};

port.on('message', ({ roots, databaseFile, control }: ScanRequest) => {
  const stopped = (): boolean => Atomics.load(control, controlWords.stop) !== 0;
  let database: Database.Database | undefined;
  try {
    // Read-only: the engine is the one who writes.
    database = new Database(databaseFile, { readonly: true, fileMustExist: true });
    database.pragma('cache_size = -1024');
    for (const batch of scan(roots, { known: createHashCache(database), stopped })) {
      // Without room the thread sleeps here: what nobody has taken yet must not pile up.
      while (Atomics.load(control, controlWords.room) === 0) Atomics.wait(control, controlWords.room, 0);
      if (stopped()) break;
      Atomics.sub(control, controlWords.room, 1);
      send({ kind: 'batch', batch });
    }
    send({ kind: 'end' });
  } catch (error) {
    send({ kind: 'failed', code: errorCode(error) });
  } finally {
    database?.close();
  }
});
