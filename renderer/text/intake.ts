/** What became of a drop, in words. */
import type { IntakeReport, SkipReason } from '../../preload/contract/model.ts';
import { joinList } from './format.ts';
import { say } from './language.ts';

/** How many paths of a report were not queued. */
function skippedCount(report: IntakeReport): number {
  return report.skipped.reduce((sum, entry) => sum + entry.count, 0);
}

/** The report in one line: `101 queued, 8 skipped: 8 not photos`. */
export function intakeText(report: IntakeReport): string {
  const { found, queued } = report;
  if (report.running) return say('intake.looking', { found, queued });
  const skipped = skippedCount(report);
  if (skipped > 0) {
    const reasons = report.skipped
      .filter(({ count }) => count > 0)
      .map(({ reason, count }) => say(`skipCount.${reason}`, { count }));
    return say('intake.skipped', { queued, skipped, reasons: joinList(reasons) });
  }
  return found === 0 ? say('intake.nothing') : say('intake.queued', { queued });
}

/** Why one path was skipped. */
export function skipText(reason: SkipReason): string {
  return say(`skipWhy.${reason}`);
}

/** What stands under the list of skipped files when it is not complete, or null. */
export function moreSkippedText(report: IntakeReport): string | null {
  const more = skippedCount(report) - report.examples.length;
  return more > 0 ? say('intake.more', { count: more }) : null;
}

/** A path split for display. Works for both kinds of separators, since the window does not know the platform. */
export function splitPath(path: string): { name: string; folder: string } {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return cut < 0 ? { name: path, folder: '' } : { name: path.slice(cut + 1), folder: path.slice(0, cut) };
}
