/** The engine's side of the scanning thread. */
import { Worker } from 'node:worker_threads';
import { threadMemory } from '../lib/thread-memory.ts';
import { controlWords, type ScanMessage, type ScanRequest } from './scan-protocol.ts';
import type { ScanBatch } from './scan.ts';

export interface Scanner {
  /** One scan at a time. Rejects when the thread dies over it; to break off ends it early. */
  scan(roots: readonly string[]): AsyncGenerator<ScanBatch>;
  /** Ends the thread; a scan under way rejects. */
  close(): Promise<void>;
}

export interface ScannerOptions {
  /** The module `scan-worker`. */
  workerUrl: URL;
  /** The queue's database, which knows files that were read before. */
  databaseFile: string;
  /** Milliseconds without a scan after which the thread is ended. */
  idleMs?: number;
}

/** Batches that wait for the engine, at most: enough that neither waits for the other. */
const ahead = 3;
const defaultIdleMs = 1_000;

interface Thread {
  worker: Worker;
  /** Takes what comes from the thread, or what became of it. */
  receive: (message: ScanMessage | Error) => void;
}

export function createScanner(options: ScannerOptions): Scanner {
  const { workerUrl, databaseFile, idleMs = defaultIdleMs } = options;
  let thread: Thread | null = null;
  let idle: NodeJS.Timeout | undefined;

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = thread;
    thread = null;
    await ending?.worker.terminate();
  };
  const start = (): Thread => {
    const worker = new Worker(workerUrl, { resourceLimits: threadMemory });
    const started: Thread = { worker, receive: () => undefined };
    const lose = (error: Error): void => {
      if (thread === started) thread = null;
      started.receive(error);
    };
    worker.on('message', (message: ScanMessage) => {
      started.receive(message);
    });
    worker.on('error', lose);
    worker.on('exit', () => {
      lose(threadError('exit'));
    });
    return started;
  };

  return {
    close: end,
    scan: async function* (roots) {
      clearTimeout(idle);
      thread ??= start();
      const inbox = createInbox();
      thread.receive = inbox.put;
      const control = new Int32Array(new SharedArrayBuffer(8));
      control[controlWords.room] = ahead;
      thread.worker.postMessage({ roots, databaseFile, control } satisfies ScanRequest);
      let ended = false;
      const next = async (): Promise<ScanBatch | null> => {
        const message = await inbox.take();
        ended = message instanceof Error || message.kind !== 'batch';
        if (message instanceof Error) throw message;
        if (message.kind === 'failed') throw threadError(message.code);
        return message.kind === 'batch' ? message.batch : null;
      };
      const makeRoom = (): void => {
        Atomics.add(control, controlWords.room, 1);
        Atomics.notify(control, controlWords.room);
      };
      try {
        for (let batch = await next(); batch !== null; batch = await next()) {
          yield batch;
          makeRoom();
        }
      } finally {
        Atomics.store(control, controlWords.stop, 1);
        makeRoom();
        while (!ended) await next();
        idle = setTimeout(() => void end(), idleMs);
      }
    },
  };
}

function threadError(code: string): Error {
  return Object.assign(new Error(`The scanning thread failed: ${code}`), { code });
}

/** Keeps what comes until somebody takes it. */
function createInbox(): {
  put: (message: ScanMessage | Error) => void;
  take: () => Promise<ScanMessage | Error>;
} {
  const messages: (ScanMessage | Error)[] = [];
  let wake: (() => void) | null = null;
  return {
    put: (message) => {
      messages.push(message);
      wake?.();
    },
    take: async () => {
      for (;;) {
        const message = messages.shift();
        if (message !== undefined) return message;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
    },
  };
}
