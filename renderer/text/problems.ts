/** Every problem code in words: what happened, and what to do about it. */
import type { ProblemCode } from '../../preload/contract/model.ts';
import { say } from './language.ts';

export interface ProblemText {
  /** One sentence that says what happened. */
  sentence: string;
  /** One sentence that says what to do, or what happens by itself. */
  next: string;
}

/** Says a problem in words. */
export function problemText(code: ProblemCode): ProblemText {
  return { sentence: say(`problem.${code}`), next: say(`nextStep.${code}`) };
}
