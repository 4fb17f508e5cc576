/** What a run came to, in words. */
import type { Filter, RunReport } from '../../preload/contract/model.ts';
import { formatBytes, formatMoment } from './format.ts';
import { say } from './language.ts';

/** A phrase of the report, and the filter that shows what it is about. */
export interface RunFact {
  text: string;
  filter: Filter | null;
}

/** When the last run ended. */
export function runTitle(run: RunReport): string {
  return say('run.title', { time: formatMoment(run.endedAt) });
}

/** `1,204 queued`, `1,190 stored`, `8 duplicates`, `6 need attention`: only what there was. */
export function runFacts({ queued, stored, duplicates, attention, waiting, bytes }: RunReport): RunFact[] {
  const facts: RunFact[] = [{ text: say('run.queued', { count: queued }), filter: null }];
  const add = (count: number, text: string, filter: Filter): void => {
    if (count > 0) facts.push({ text, filter });
  };
  const storedText =
    bytes > 0
      ? say('run.storedBytes', { count: stored, size: formatBytes(bytes) })
      : say('run.stored', { count: stored });
  add(stored, storedText, 'done');
  add(duplicates, say('run.duplicates', { count: duplicates }), 'done');
  add(attention, say('run.attention', { count: attention }), 'attention');
  add(waiting, say('run.waiting', { count: waiting }), 'waiting');
  return facts;
}
