/**
 * A second thread that takes one digest of the parts of a large file, while the thread that reads takes the others.
 *
 * [Note: Two digests at once] Of a large file three digests are taken: SHA-256 of the whole, for that is its name, and
 * of each part SHA-256 and what the store verifies. MD5 alone takes as long as the other two, and no photo is sent
 * before its file was read to the end. The bytes are read once, into memory that both threads share.
 *
 * Nothing here returns to an event loop before the file is through: the threads wait for each other with Atomics.
 */
import crypto from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { threadMemory } from '../lib/thread-memory.ts';
import type { WorkerStart } from './media-protocol.ts';

export type Algorithm = 'sha256' | 'md5';

/** What the second thread is given. */
export interface DigestWork {
  memory: SharedArrayBuffer;
  algorithm: Algorithm;
}

export interface DigestThread {
  /** Where the next chunk is to be read; waits until the second thread has done with what was there. */
  chunk(): Buffer;
  /** So many bytes were put there; `last` = they end a part. */
  push(bytes: number, last: boolean): void;
  /** The digests of all parts; waits for them. */
  end(): Buffer[];
  /** Ends the thread. To be called in any case. */
  close(): void;
}

const slots = 8;
const slotBytes = 512 * 1024;
const digestBytes = 32;

/** Places in the first words of the memory; then two words for each slot: its bytes, and whether they end a part. */
const written = 0;
const taken = 1;
const closed = 2;
const slotWords = 3;

function layout(memory: SharedArrayBuffer): {
  words: Int32Array;
  slot: (index: number) => Buffer;
  digest: (part: number) => Buffer;
} {
  const words = new Int32Array(memory, 0, slotWords + 2 * slots);
  return {
    words,
    slot: (index) => Buffer.from(memory, words.byteLength + (index % slots) * slotBytes, slotBytes),
    digest: (part) =>
      Buffer.from(memory, words.byteLength + slots * slotBytes + part * digestBytes, digestBytes),
  };
}

const digestLengths = { sha256: 32, md5: 16 } as const satisfies Record<Algorithm, number>;

/**
 * @param worker the module that calls `takeDigests` with the `workerData` it is given as `digests`.
 * @param parts how many parts there will be, at most.
 * @param patienceMs a chunk takes a millisecond: whoever waits that long waits for a thread that is gone. Then the
 * calls throw an error with the code EDIGESTTHREAD.
 */
export function startDigestThread(
  worker: URL,
  algorithm: Algorithm,
  parts: number,
  patienceMs = 60_000,
): DigestThread {
  const memory = new SharedArrayBuffer(4 * (slotWords + 2 * slots) + slots * slotBytes + parts * digestBytes);
  const { words, slot, digest } = layout(memory);
  const start: WorkerStart = { self: worker.href, digests: { memory, algorithm } };
  const thread = new Worker(worker, { workerData: start, resourceLimits: threadMemory });
  // Its end is found out by waiting for it in vain: an event would come too late.
  thread.on('error', () => undefined);
  let count = 0;
  let ended = 0;
  const waitUntilTaken = (least: number): void => {
    for (let now = Atomics.load(words, taken); now < least; now = Atomics.load(words, taken))
      if (Atomics.wait(words, taken, now, patienceMs) === 'timed-out')
        throw Object.assign(new Error('The second thread is gone.'), { code: 'EDIGESTTHREAD' });
  };
  return {
    chunk: () => {
      waitUntilTaken(count - slots + 1);
      return slot(count);
    },
    push: (bytes, last) => {
      const place = slotWords + 2 * (count % slots);
      words[place] = bytes;
      words[place + 1] = last ? 1 : 0;
      count++;
      if (last) ended++;
      Atomics.store(words, written, count);
      Atomics.notify(words, written);
    },
    end: () => {
      waitUntilTaken(count);
      return Array.from({ length: ended }, (_, part) =>
        Buffer.from(digest(part).subarray(0, digestLengths[algorithm])),
      );
    },
    close: () => {
      Atomics.store(words, closed, 1);
      // It may have seen neither, and begun to wait just now.
      Atomics.add(words, written, 1);
      Atomics.notify(words, written);
      void thread.terminate();
    },
  };
}

/** What the second thread does, until the first closes it. */
export function takeDigests({ memory, algorithm }: DigestWork): void {
  const { words, slot, digest } = layout(memory);
  let hash = crypto.createHash(algorithm);
  let part = 0;
  for (let count = 0; ; count++) {
    while (Atomics.load(words, written) === count) Atomics.wait(words, written, count);
    if (Atomics.load(words, closed) === 1) return;
    const place = slotWords + 2 * (count % slots);
    hash.update(slot(count).subarray(0, words[place]));
    if (words[place + 1] === 1) {
      hash.digest().copy(digest(part++));
      hash = crypto.createHash(algorithm);
    }
    Atomics.store(words, taken, count + 1);
    Atomics.notify(words, taken);
  }
}
