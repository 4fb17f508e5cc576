/** What a run came to, in words. */
import type { Filter, RunReport } from '../../preload/contract/model.ts';
import { formatBytes, formatCount, formatMoment, plural } from './format.ts';

/** A phrase of the report, and the filter that shows what it is about. */
export interface RunFact {
  text: string;
  filter: Filter | null;
}

/** When the last run ended. */
export function runTitle(run: RunReport): string {
  return `Last upload, ${formatMoment(run.endedAt)}`;
}

/** `1,204 queued`, `1,190 stored`, `8 duplicates`, `6 need attention`: only what there was. */
export function runFacts({ queued, stored, duplicates, attention, waiting, bytes }: RunReport): RunFact[] {
  const facts: RunFact[] = [{ text: `${formatCount(queued)} queued`, filter: null }];
  const count = (many: number, words: string, filter: Filter): void => {
    if (many > 0) facts.push({ text: `${formatCount(many)} ${words}`, filter });
  };
  count(stored, bytes > 0 ? `stored (${formatBytes(bytes)})` : 'stored', 'done');
  count(duplicates, plural(duplicates, { one: 'duplicate', other: 'duplicates' }), 'done');
  count(attention, plural(attention, { one: 'needs attention', other: 'need attention' }), 'attention');
  count(waiting, plural(waiting, { one: 'still waits', other: 'still wait' }), 'waiting');
  return facts;
}
