/** Worker threads that take jobs from one queue, one at a time each. */
import { Worker } from 'node:worker_threads';
import { errorCode } from '../lib/log.ts';
import { threadMemory } from '../lib/thread-memory.ts';
import type { MediaReply, MediaRequest, Numbered, WorkerStart } from './media-protocol.ts';

/** What became of a job's worker; the code of a crash is safe to log. */
export type Loss = { kind: 'crashed'; code: string } | { kind: 'timeout' } | { kind: 'closed' };

export interface Job {
  request: MediaRequest;
  /** Jobs of a lower rank wait for all of a higher one. */
  rank: number;
  onReply: (reply: MediaReply) => void;
  /** The worker died over it, was ended for taking too long, or the lane closed. Nothing follows. */
  onLost: (why: Loss) => void;
}

export interface LaneOptions {
  workerUrl: URL;
  /** How many workers at most; each is started when there is work for it. */
  size: number;
  order: 'oldest-first' | 'newest-first';
  /** Milliseconds after which a job is given up and its worker ended; none without it. */
  timeoutMs?: number;
  /** Milliseconds without work after which a worker is ended, and its memory let go of. */
  idleMs: number;
}

export interface Lane {
  add(job: Job): void;
  /** Takes a job back that no worker has begun. */
  withdraw(job: Job): boolean;
  /** Ends the workers; whatever is unfinished is lost as `closed`. */
  close(): Promise<void>;
}

interface Thread {
  worker: Worker;
  job: Job | null;
  id: number;
  /** Of its job, or of its idleness. */
  timer: NodeJS.Timeout | undefined;
}

export function createLane({ workerUrl, size, order, timeoutMs, idleMs }: LaneOptions): Lane {
  const waiting: Job[] = [];
  const threads = new Set<Thread>();
  let nextId = 1;
  let closed = false;

  const take = (): Job | undefined => {
    let best = -1;
    for (const [index, { rank }] of waiting.entries()) {
      const bestRank = waiting[best]?.rank ?? -Infinity;
      if (rank > bestRank || (rank === bestRank && order === 'newest-first')) best = index;
    }
    return best === -1 ? undefined : waiting.splice(best, 1)[0];
  };

  /** The thread is of no more use, or gone: its job is answered, and the next starts another thread. */
  const drop = (thread: Thread, why: Loss): void => {
    if (!threads.delete(thread)) return;
    clearTimeout(thread.timer);
    const { job } = thread;
    thread.job = null;
    job?.onLost(why);
    pump();
  };

  const start = (): Thread => {
    const worker = new Worker(workerUrl, {
      workerData: { self: workerUrl.href } satisfies WorkerStart,
      resourceLimits: threadMemory,
    });
    const thread: Thread = { worker, job: null, id: 0, timer: undefined };
    threads.add(thread);
    worker.on('message', ({ id, ...reply }: Numbered<MediaReply>) => {
      if (thread.job === null || thread.id !== id) return;
      const { job } = thread;
      if (reply.kind !== 'bytes') {
        thread.job = null;
        clearTimeout(thread.timer);
        thread.timer = setTimeout(() => {
          threads.delete(thread);
          void worker.terminate();
        }, idleMs);
      }
      job.onReply(reply);
      pump();
    });
    worker.on('error', (error) => {
      drop(thread, { kind: 'crashed', code: errorCode(error) });
    });
    worker.on('exit', () => {
      drop(thread, { kind: 'crashed', code: 'exit' });
    });
    return thread;
  };

  const pump = (): void => {
    if (closed) return;
    while (waiting.length > 0) {
      const idle =
        [...threads].find(({ job }) => job === null) ?? (threads.size < size ? start() : undefined);
      if (idle === undefined) return;
      const job = take();
      if (job === undefined) return;
      clearTimeout(idle.timer);
      idle.job = job;
      idle.id = nextId++;
      if (timeoutMs !== undefined) {
        idle.timer = setTimeout(() => {
          void idle.worker.terminate();
          drop(idle, { kind: 'timeout' });
        }, timeoutMs);
      }
      idle.worker.postMessage({ id: idle.id, ...job.request } satisfies Numbered<MediaRequest>);
    }
  };

  return {
    add: (job) => {
      if (closed) {
        job.onLost({ kind: 'closed' });
        return;
      }
      waiting.push(job);
      pump();
    },
    withdraw: (job) => {
      const index = waiting.indexOf(job);
      if (index !== -1) waiting.splice(index, 1);
      return index !== -1;
    },
    close: async () => {
      closed = true;
      for (const job of waiting.splice(0)) job.onLost({ kind: 'closed' });
      const ending = [...threads];
      for (const thread of ending) drop(thread, { kind: 'closed' });
      await Promise.all(ending.map(({ worker }) => worker.terminate()));
    },
  };
}
