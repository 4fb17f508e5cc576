/** What became of a drop, in words. */
import type { IntakeReport, SkipReason } from '../../preload/contract/model.ts';
import { formatCount, joinList, plural } from './format.ts';

const skipTexts = {
  not_a_photo: {
    one: 'not a photo',
    other: 'not photos',
    why: 'Its content is not that of a photo or a video.',
  },
  permission_denied: {
    one: 'not permitted',
    other: 'not permitted',
    why: 'This account may not read it. Change its permissions and drop it again.',
  },
  unreadable: {
    one: 'unreadable',
    other: 'unreadable',
    why: 'It could not be read. Check the disk and drop it again.',
  },
  special_file: {
    one: 'not a regular file',
    other: 'not regular files',
    why: 'It is a device, a pipe or a link that leads in a circle.',
  },
  already_queued: { one: 'already queued', other: 'already queued', why: 'It is in the queue already.' },
  already_stored: {
    one: 'already uploaded',
    other: 'already uploaded',
    why: 'It was uploaded before and has not changed.',
  },
  vanished: {
    one: 'gone before it was read',
    other: 'gone before they were read',
    why: 'It was moved or deleted in the meantime. Drop it again from where it is now.',
  },
} as const satisfies Record<SkipReason, { one: string; other: string; why: string }>;

/** How many paths of a report were not queued. */
function skippedCount(report: IntakeReport): number {
  return report.skipped.reduce((sum, entry) => sum + entry.count, 0);
}

/** The report in one line: `101 queued, 8 skipped: 8 not photos`. */
export function intakeText(report: IntakeReport): string {
  const queued = `${formatCount(report.queued)} queued`;
  if (report.running)
    return `Looking through your files: ${formatCount(report.found)} found, ${queued} so far`;
  const skipped = skippedCount(report);
  if (skipped > 0) {
    const reasons = report.skipped
      .filter((entry) => entry.count > 0)
      .map((entry) => `${formatCount(entry.count)} ${plural(entry.count, skipTexts[entry.reason])}`);
    return `${queued}, ${formatCount(skipped)} skipped: ${joinList(reasons)}`;
  }
  return report.found === 0 ? 'There was nothing in what you added.' : queued;
}

/** Why one path was skipped. */
export function skipText(reason: SkipReason): string {
  return skipTexts[reason].why;
}

/** What stands under the list of skipped files when it is not complete, or null. */
export function moreSkippedText(report: IntakeReport): string | null {
  const more = skippedCount(report) - report.examples.length;
  return more > 0 ? `and ${formatCount(more)} more` : null;
}

/** A path split for display. Works for both kinds of separators, since the window does not know the platform. */
export function splitPath(path: string): { name: string; folder: string } {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return cut < 0 ? { name: path, folder: '' } : { name: path.slice(cut + 1), folder: path.slice(0, cut) };
}
