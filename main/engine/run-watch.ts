/** Notices that a run has ended: see [Note: A run]. */
import type { IntakeReport, RunReport } from '../../preload/contract/model.ts';
import type { Pages } from '../queue/pages.ts';
import type { PhotoQueue } from '../queue/photo-queue.ts';

export interface RunWatch {
  queue: Pick<PhotoQueue, 'runs' | 'hasDue'>;
  pages: Pick<Pages, 'tallies'>;
  intake: { report(owner: string): IntakeReport | null };
}

/** Looks whether the owner's run is over, after anything has changed; returns its report the one time that it is. */
export function endedRun({ queue, pages, intake }: RunWatch, owner: string): RunReport | null {
  if (!queue.runs.isOpen(owner) || pages.tallies(owner).active.count > 0) return null;
  // More may come of a walk that is under way.
  if (intake.report(owner)?.running === true || queue.hasDue(owner)) return null;
  return queue.runs.end(owner);
}
