/** Takes dropped paths into the queue, and reports what was left out and why. */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IntakeReport, SkipReason } from '../../preload/contract/model.ts';
import { errorCode, type Log } from '../lib/log.ts';
import { displayPath } from '../lib/path-text.ts';
import { codeOf } from '../queue/database.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';
import type { ScanBatch } from './scan.ts';
import { createSkippedList, type SkippedList } from './skipped-list.ts';

/** How many skipped paths a report names; the counts are always complete. */
const maxExamples = 200;

export interface IntakeDeps {
  queue: Pick<PhotoQueue, 'add'>;
  /** What is below these paths, batch by batch; to break off ends it early. */
  scan: (paths: readonly string[]) => AsyncIterable<ScanBatch> | Iterable<ScanBatch>;
  /** The folder for the lists of what was skipped. */
  listsDir: string;
  /** Rows were added, or the report changed. */
  onProgress: () => void;
  log: Log;
}

export interface Intake {
  /** Begins to take in these paths for `owner`, after any walk under way; returns the report's id. */
  add(owner: string, paths: readonly string[]): number;
  /** The owner's newest report, running or finished: it names their files, which are nobody else's business. */
  report(owner: string): IntakeReport | null;
  /** All that the report counts as skipped; null where there is no report. */
  skipped(owner: string): SkippedList | null;
  /** Ends walks early; resolves when none runs. What was queued stays queued. */
  stop(): Promise<void>;
}

export function createIntake({ queue, scan, listsDir, onProgress, log }: IntakeDeps): Intake {
  const reports = new Map<string, IntakeReport>();
  const lists = new Map<string, SkippedList>();
  let nextId = 1;
  let stopped = false;
  let running = Promise.resolve();

  const takeIn = async (
    owner: string,
    paths: readonly string[],
    current: IntakeReport,
    list: SkippedList,
  ): Promise<void> => {
    const skipped = new Map<SkipReason, number>();
    let together: { path: string; reason: SkipReason }[] = [];
    const skip = (pathText: string, reason: SkipReason): void => {
      const place = displayPath(pathText);
      together.push({ path: place, reason });
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      if (current.examples.length < maxExamples) current.examples.push({ path: place, reason });
    };
    for await (const { photos, skipped: left } of scan(paths)) {
      if (stopped) break;
      current.found += photos.length + left.length;
      for (const entry of left) skip(entry.path, entry.reason);
      const outcomes = queue.add(owner, photos);
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome === 'queued') current.queued++;
        else skip(photos[index]?.path ?? '', outcome);
      }
      list.add(together);
      together = [];
      current.skipped = [...skipped].map(([reason, count]) => ({ reason, count }));
      onProgress();
      // Batches may be waiting: the engine's other work gets its turn between two of them.
      await nextTurn();
    }
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
      lists.get(owner)?.remove();
      const list = createSkippedList(path.join(listsDir, `${current.id}.jsonl`));
      lists.set(owner, list);
      onProgress();
      running = running.then(async () => {
        try {
          await takeIn(owner, paths, current, list);
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
    skipped: (owner) => lists.get(owner) ?? null,
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}
