/** The header's words about the whole queue. */
import type { Summary } from '../../preload/contract/model.ts';
import {
  countPhotos,
  formatBytes,
  formatCount,
  formatEstimate,
  formatNumber,
  formatSpeed,
  plural,
} from './format.ts';

/** The title line: what has been done of what there is. */
export function headlineText(summary: Summary): string {
  const { all, done } = summary;
  if (done.count >= all.count) return `All ${countPhotos(all.count)} uploaded`;
  return `${formatCount(done.count)} of ${countPhotos(all.count)} uploaded`;
}

/** The facts under the progress bar, each a short phrase; only those that are true now. */
export function summaryFacts(summary: Summary): string[] {
  const facts = [
    summary.done.count >= summary.all.count
      ? formatBytes(summary.all.bytes)
      : `${formatBytes(summary.done.bytes)} of ${formatBytes(summary.all.bytes)}`,
  ];
  if (summary.speed > 0 && summary.paused === null) facts.push(formatSpeed(summary.speed));
  if (summary.secondsLeft !== null && summary.paused === null && remainingCount(summary) > 0) {
    facts.push(`${formatEstimate(summary.secondsLeft)} left`);
  }
  if (summary.duplicates > 0) {
    facts.push(`${formatCount(summary.duplicates)} already in the library`);
  }
  if (summary.held > 0) facts.push(`${formatCount(summary.held)} paused`);
  if (summary.limits.bytesPerSecond !== null) {
    facts.push(`limited to ${formatSpeed(summary.limits.bytesPerSecond)}`);
  }
  if (summary.damaged > 0) {
    const verb = plural(summary.damaged, { one: 'looks', other: 'look' });
    facts.push(`${formatCount(summary.damaged)} ${verb} damaged`);
  }
  return facts;
}

/** A choice of speed limit in words: as providers write it, and as the summary does. */
export function limitText(bytesPerSecond: number | null): string {
  return bytesPerSecond === null
    ? 'No limit'
    : `${formatNumber((bytesPerSecond * 8) / 1_000_000)} Mbit/s (${formatSpeed(bytesPerSecond)})`;
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
  if (summary.all.count === 0) return 'The queue is empty.';
  const parts = [`${headlineText(summary)}.`];
  if (summary.attention.count > 0) {
    const verb = plural(summary.attention.count, { one: 'needs', other: 'need' });
    parts.push(`${countPhotos(summary.attention.count)} ${verb} attention.`);
  }
  return parts.join(' ');
}
