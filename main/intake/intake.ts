/** From dropped paths to queued rows: walks, tells photos by their content, and reports what was left out and why. */
import fs from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IntakeReport, SkipReason } from '../../preload/contract/model.ts';
import { errorCode, type Log } from '../lib/log.ts';
import { decodePath, displayPath } from '../lib/path-text.ts';
import { HEAD_BYTES, sniff } from '../media/sniff.ts';
import { codeOf } from '../queue/database.ts';
import type { HashCache } from '../queue/hash-cache.ts';
import type { NewPhoto, PhotoQueue } from '../queue/photo-queue.ts';
import { reasonOf, walk, type Walked } from './walk.ts';

/** Rows per transaction; the first batch is small, so that rows appear at once. */
const firstBatch = 50;
const fullBatch = 1000;
/** How many skipped paths a report names; the counts are always complete. */
const maxExamples = 200;

export interface IntakeDeps {
  queue: Pick<PhotoQueue, 'add'>;
  /** Knows files that were read before: these need not be opened. */
  hashCache: Pick<HashCache, 'find'>;
  /** Rows were added, or the report changed. */
  onProgress: () => void;
  log: Log;
}

export interface Intake {
  /** Begins to take in these paths for `owner`, after any walk under way; returns the report's id. */
  add(owner: string, paths: readonly string[]): number;
  /** The owner's newest report, running or finished: it names their files, which are nobody else's business. */
  report(owner: string): IntakeReport | null;
  /** Ends walks early; resolves when none runs. What was queued stays queued. */
  stop(): Promise<void>;
}

export function createIntake({ queue, hashCache, onProgress, log }: IntakeDeps): Intake {
  const reports = new Map<string, IntakeReport>();
  let nextId = 1;
  let stopped = false;
  let running = Promise.resolve();

  const takeIn = async (owner: string, paths: readonly string[], current: IntakeReport): Promise<void> => {
    const skipped = new Map<SkipReason, number>();
    const skip = (path: string, reason: SkipReason): void => {
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      current.skipped = [...skipped].map(([why, count]) => ({ reason: why, count }));
      if (current.examples.length < maxExamples) current.examples.push({ path: displayPath(path), reason });
    };
    let batch: NewPhoto[] = [];
    let batchSize = firstBatch;
    const flush = (): void => {
      const outcomes = queue.add(owner, batch);
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome === 'queued') current.queued++;
        else skip(batch[index]?.path ?? '', outcome);
      }
      batch = [];
      batchSize = fullBatch;
      onProgress();
    };
    let seen = 0;
    for (const walked of walk(paths)) {
      if (stopped) break;
      const photo = recall(walked, hashCache) ?? recognise(walked);
      current.found++;
      if ('reason' in photo) skip(photo.path, photo.reason);
      else batch.push(photo);
      if (batch.length >= batchSize) flush();
      // The engine has other work: it gets a turn every few files.
      if (++seen % 64 === 0) await nextTurn();
    }
    flush();
  };

  return {
    add: (owner, paths) => {
      const current: IntakeReport = {
        id: nextId++,
        running: true,
        found: 0,
        queued: 0,
        skipped: [],
        examples: [],
      };
      reports.set(owner, current);
      onProgress();
      running = running.then(async () => {
        try {
          await takeIn(owner, paths, current);
        } catch (error) {
          log('intake.failed', { code: errorCode(error), found: current.found, queued: current.queued });
          current.problem = { code: codeOf(error), detail: errorCode(error) };
        }
        current.running = false;
        log('intake.done', { found: current.found, queued: current.queued });
        onProgress();
      });
      return current.id;
    },
    report: (owner) => reports.get(owner) ?? null,
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

/** A file that was a photo when it was read, and has not changed since. */
function recall(walked: Walked, hashCache: Pick<HashCache, 'find'>): NewPhoto | null {
  if (walked.kind === 'skipped') return null;
  const found = hashCache.find(walked.path, walked.stat);
  if (found === null) return null;
  const { contentType, extension } = found;
  return { path: walked.path, stat: walked.stat, contentType, extension };
}

/** What a walked path is: a photo or video by its first bytes, or the reason why it is none. */
function recognise(walked: Walked): NewPhoto | { path: string; reason: SkipReason } {
  if (walked.kind === 'skipped') return walked;
  const head = Buffer.alloc(HEAD_BYTES);
  let length: number;
  try {
    const file = fs.openSync(decodePath(walked.path), 'r');
    try {
      length = fs.readSync(file, head, 0, head.length, 0);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    return { path: walked.path, reason: reasonOf(error) };
  }
  const { kind, contentType, extension } = sniff(head.subarray(0, length), displayPath(walked.path));
  if (kind === 'other') return { path: walked.path, reason: 'not_a_photo' };
  return { path: walked.path, stat: walked.stat, contentType, extension };
}
