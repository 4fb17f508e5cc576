/**
 * Facts for whoever helps: what happened in the language of the window, and codes and numbers, seen only by who opens
 * “Details”. None of them names a person or a place.
 */
import type { Attempt, PhotoDetails, Problem } from '../../preload/contract/model.ts';
import { attemptSentence } from './attempts.ts';
import { say, words } from './language.ts';

const names = words('technical');

export interface Fact {
  name: string;
  value: string;
}

/** Of something that went wrong as a whole. */
export function problemFacts({ code, cause, detail = '' }: Problem): Fact[] {
  return [
    { name: names.code, value: code },
    ...(cause === undefined ? [] : [{ name: names.cause, value: say(`signInCause.${cause}`) }]),
    ...(detail === '' ? [] : [{ name: names.detail, value: detail }]),
  ];
}

/** Of the newest failure of a photo; nothing where there was none. */
export function photoFacts({ row, attempts }: PhotoDetails): Fact[] {
  const [newest] = attempts;
  if (newest === undefined)
    return row.lastError === null ? [] : [{ name: names.detail, value: row.lastError }];
  return [...attemptFacts(newest), { name: names.tries, value: String(row.attempts) }];
}

function attemptFacts({ at, step, outcome, detail, status, requestId, host }: Attempt): Fact[] {
  const facts: [string, string | number | null][] = [
    [names.code, outcome.reason],
    [names.cause, attemptSentence({ step, outcome })],
    [names.time, new Date(at).toISOString()],
    [names.answer, status],
    [names.request, requestId],
    [names.host, host],
    [names.detail, detail],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [{ name, value: String(value) }]));
}

/** The facts as lines, of a photo with all that it has met, for the clipboard. */
export function factsText(facts: readonly Fact[], attempts: readonly Attempt[] = []): string {
  const blocks = [facts, ...attempts.slice(1).map(attemptFacts)];
  return blocks
    .map((block) => block.map(({ name, value }) => `${name}: ${value}\n`).join(''))
    .filter((block) => block !== '')
    .join('\n');
}
