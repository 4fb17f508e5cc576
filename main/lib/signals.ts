/**
 * Signals made of others, and deadlines.
 *
 * [Note: Not AbortSignal.any, not AbortSignal.timeout] Node may collect what they are made of while somebody still waits
 * for it: an abort or a deadline then never comes (nodejs/node, issues 57736 and 65995), and one that lives long keeps
 * what was derived from it (issue 54614). These hold on to their sources while the work runs, and let go when it ends.
 */
import { systemClock, type Clock } from './clock.ts';

/**
 * Runs work under a signal that ends with the first of `parents`, or when the work itself calls `abort`.
 *
 * @throws the reason of a parent that has ended already, or what the work throws.
 */
export async function underSignals<Result>(
  parents: readonly AbortSignal[],
  work: (signal: AbortSignal, abort: (reason: unknown) => void) => Promise<Result>,
): Promise<Result> {
  for (const parent of parents) parent.throwIfAborted();
  const controller = new AbortController();
  const abort = (reason: unknown): void => {
    controller.abort(reason);
  };
  const follow = ({ target }: Event): void => {
    abort((target as AbortSignal).reason);
  };
  for (const parent of parents) parent.addEventListener('abort', follow, { once: true });
  try {
    return await work(controller.signal, abort);
  } finally {
    for (const parent of parents) parent.removeEventListener('abort', follow);
  }
}

export interface Deadline {
  /** Milliseconds. */
  ms: number;
  clock?: Clock;
  /** What the signal says when it is reached. */
  reason?: () => Error;
}

/** Runs work under a signal that ends with the first of `parents`, or at the deadline. Throws as {@link underSignals}. */
export function withDeadline<Result>(
  parents: readonly AbortSignal[],
  { ms, clock = systemClock, reason = tooLate }: Deadline,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return underSignals(parents, async (signal, abort) => {
    const callOff = clock.after(ms, () => {
      abort(reason());
    });
    try {
      return await work(signal);
    } finally {
      callOff();
    }
  });
}

function tooLate(): Error {
  return new DOMException('It took too long.', 'TimeoutError');
}
