/** What a photo has met on its way, in words. */
import type { Attempt, PhotoRow } from '../../preload/contract/model.ts';
import { formatBytes, formatMoment, formatWait } from './format.ts';
import { say, words } from './language.ts';

export const attemptText = words('attempt');

/** Where it happened and what it was: `While it was uploaded: The connection broke off.` */
export function attemptSentence({ step, outcome }: Pick<Attempt, 'step' | 'outcome'>): string {
  const what = outcome.kind === 'blocked' ? say(`block.${outcome.reason}`) : say(`wait.${outcome.reason}`);
  return `${say(`attempt.${step}`)}: ${what}`;
}

/** When, how long it took, what was sent, and, of the newest, when it is tried again; only what is known. */
export function attemptFacts({ at, tookMs, bytes, outcome }: Attempt, newest: boolean): string[] {
  const facts = [formatMoment(at)];
  if (tookMs !== null) facts.push(say('attempt.took', { time: formatWait(tookMs / 1000) }));
  if (bytes !== null && bytes > 0) facts.push(say('attempt.sent', { size: formatBytes(bytes) }));
  if (newest && outcome.kind === 'waits' && outcome.nextTryAt !== null)
    facts.push(say('attempt.next', { time: formatMoment(outcome.nextTryAt) }));
  return facts;
}

/** How it ended; null while it has not. */
export function endSentence({ state }: Pick<PhotoRow, 'state'>): string | null {
  if (state.kind !== 'done') return null;
  return state.duplicateOf === null ? attemptText.uploaded : attemptText.duplicate;
}
