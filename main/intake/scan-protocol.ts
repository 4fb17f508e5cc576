/** What the engine and its scanning thread say to each other. */
import type { ScanBatch } from './scan.ts';

export interface ScanRequest {
  roots: readonly string[];
  /** The queue's, which knows files that were read before. */
  databaseFile: string;
  /** Shared memory: see {@link controlWords}. */
  control: Int32Array;
}

export const controlWords = {
  /** How many more batches may be sent. */
  room: 0,
  /** Not 0: nobody wants the rest. */
  stop: 1,
} as const;

export type ScanMessage =
  | { kind: 'batch'; batch: ScanBatch }
  | { kind: 'end' }
  /** Ours to mend; the code is safe to log. */
  | { kind: 'failed'; code: string };
