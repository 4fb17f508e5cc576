/** The header's words about the whole queue. */
import type { Summary } from '../../preload/contract/model.ts';
import { formatBytes, formatEstimate, formatNumber, formatSpeed } from './format.ts';
import { say } from './language.ts';

/** The title line: what has been done of what there is. */
export function headlineText(summary: Summary): string {
  const { all, done, history } = summary;
  if (all.count === 0) return say(history.count > 0 ? 'summary.allArchived' : 'summary.nothing');
  if (done.count >= all.count) return say('summary.allDone', { count: all.count });
  return say('summary.someDone', { done: done.count, count: all.count });
}

/** The facts under the progress bar, each a short phrase; only those that are true now. */
export function summaryFacts(summary: Summary): string[] {
  if (summary.all.count === 0) return [];
  const facts = [
    summary.done.count >= summary.all.count
      ? formatBytes(summary.all.bytes)
      : say('summary.bytesDone', {
          done: formatBytes(summary.done.bytes),
          all: formatBytes(summary.all.bytes),
        }),
  ];
  if (summary.speed > 0 && summary.paused === null) facts.push(formatSpeed(summary.speed));
  if (summary.secondsLeft !== null && summary.paused === null && remainingCount(summary) > 0) {
    facts.push(say('summary.left', { time: formatEstimate(summary.secondsLeft) }));
  }
  if (summary.duplicates > 0) {
    facts.push(say('summary.duplicates', { count: summary.duplicates }));
  }
  if (summary.held > 0) facts.push(say('summary.held', { count: summary.held }));
  if (summary.limits.bytesPerSecond !== null) {
    facts.push(say('summary.limited', { speed: formatSpeed(summary.limits.bytesPerSecond) }));
  }
  if (summary.damaged > 0) facts.push(say('summary.damaged', { count: summary.damaged }));
  return facts;
}

/** A choice of speed limit in words: as providers write it, and as the summary does. */
export function limitText(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return say('summary.noLimit');
  const megabits = formatNumber((bytesPerSecond * 8) / 1_000_000);
  return say('summary.limit', { megabits, speed: formatSpeed(bytesPerSecond) });
}

/** How many photos still go up without anybody's help. */
export function remainingCount(summary: Summary): number {
  return summary.waiting.count + summary.active.count;
}

/** The share of the queue that is proven to be stored, from 0 to 1: by bytes, or by count when all are empty. */
export function doneShare(summary: Summary): number {
  const { all, done } = summary;
  if (all.count === 0) return 0;
  if (done.count >= all.count) return 1;
  return all.bytes > 0 ? done.bytes / all.bytes : done.count / all.count;
}

/** What a screen reader hears about the queue from time to time. */
export function announcementText(summary: Summary): string {
  if (summary.all.count === 0) return say('summary.empty');
  const parts = [`${headlineText(summary)}.`];
  if (summary.attention.count > 0) parts.push(say('summary.attention', { count: summary.attention.count }));
  return parts.join(' ');
}
