/**
 * Stops asking a service that fails everybody.
 *
 * [Note: An outage touches few rows] When store or backend are down, every row that is tried fails the same way, spends
 * an attempt and learns nothing. After some failures in a row, with no success between, the breaker opens: nothing is
 * asked until its wait is over, then one request tries alone, and its outcome speaks for all (Nygard, "Release It!",
 * "Circuit Breaker").
 */
import type { WaitReason } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';
import { fullJitter } from './backoff.ts';

const failuresToOpen = 5;
const baseMs = 2_000;
const capMs = 5 * 60_000;

export interface Outage {
  reason: WaitReason;
  /** Unix milliseconds. */
  nextTryAt: number;
}

export interface Breaker {
  /** Why nothing is asked; null while it is. */
  outage(): Outage | null;
  /** How many requests may be under way. */
  allows(): number;
  /** A request failed in a way that says something of the service. */
  failed(reason: WaitReason, retryAfterMs: number | null): void;
  /** A request was answered as it should be, or refused for its own sake. */
  succeeded(): void;
  /** Try now: a person asked, or the network is another one. */
  reset(): void;
  stop(): void;
}

export interface BreakerDeps {
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** It opened, lets one try, or closed. */
  onChange: () => void;
}

export function createBreaker({ clock, random, onChange }: BreakerDeps): Breaker {
  let failures = 0;
  let opened = 0;
  let outage: Outage | null = null;
  let trying = false;
  let callOff: (() => void) | null = null;

  const close = (): void => {
    callOff?.();
    callOff = null;
    failures = 0;
    opened = 0;
    trying = false;
    if (outage === null) return;
    outage = null;
    onChange();
  };
  return {
    outage: () => outage,
    allows: () => (outage === null ? Infinity : trying ? 1 : 0),
    failed: (reason, retryAfterMs) => {
      failures++;
      // What was under way when it opened tells nothing new.
      if (outage !== null && !trying) return;
      if (outage === null && failures < failuresToOpen) return;
      const wait = Math.max(1_000, retryAfterMs ?? fullJitter(opened++, baseMs, capMs, random));
      trying = false;
      outage = { reason, nextTryAt: clock.now() + wait };
      callOff?.();
      callOff = clock.after(wait, () => {
        trying = true;
        onChange();
      });
      onChange();
    },
    succeeded: close,
    reset: close,
    stop: () => {
      callOff?.();
    },
  };
}
