/**
 * The time of a service, by the Date of its replies.
 *
 * [Note: A wrong clock stops nothing] Stores refuse what is signed 15 minutes off their own time (Amazon S3 API
 * Reference, RequestTimeTooSkewed), and grants end by the clock of who issued them. So requests are signed with the
 * store's time and grants judged by the backend's; this computer's clock is left alone, and the person is told.
 */
import type { Clock } from '../lib/clock.ts';

export interface ServerTime {
  /** Unix milliseconds, as near as Date headers tell. */
  now(): number;
  /** How far the service is ahead of this computer's clock, milliseconds; 0 when they agree. */
  aheadMs(): number;
  /**
   * A reply came just now.
   *
   * @param date its Date header, or another text that Date.parse reads; what cannot be read says nothing.
   */
  note(date: string | null | undefined): void;
}

/** Date counts in seconds, and a reply may be under way for a while: within that the clocks agree. */
const agreeMs = 10_000;

/** @param onChange the service's clock turned out to be off, or no longer to be. */
export function createServerTime(clock: Clock, onChange: () => void = () => undefined): ServerTime {
  let ahead = 0;
  return {
    now: () => clock.now() + ahead,
    aheadMs: () => ahead,
    note: (date) => {
      const told = Date.parse(date ?? '');
      if (Number.isNaN(told)) return;
      const difference = told - clock.now();
      const next = Math.abs(difference) < agreeMs ? 0 : difference;
      // Nearly the same again: what is signed should not jitter.
      if (Math.abs(next - ahead) < agreeMs && (next === 0) === (ahead === 0)) return;
      ahead = next;
      onChange();
    },
  };
}
