/** A limit for all uploads together: a token bucket that is asked before bytes are read (RFC 2697 calls it a meter). */
import type { Clock } from '../lib/clock.ts';
import { sliceBytes } from './file-body.ts';

/** The bucket holds what may go in that time: short enough for a steady line, long enough for few turns. */
const bucketMs = 250;
/** A slice is what goes in that time: a limit that is changed, and whoever waits behind it, waits no longer. */
const sliceMs = 32;
/** A smaller slice would be little more than the headers of its packets. */
const leastSlice = 1024;

/** As much as goes at once under this limit, bytes. */
function sliceUnder(bytesPerSecond: number): number {
  return Math.min(sliceBytes, Math.max(leastSlice, Math.round((bytesPerSecond * sliceMs) / 1000)));
}

export interface Bandwidth {
  /** Bytes per second; null = none. Takes effect at once, also for those who wait. */
  set(bytesPerSecond: number | null): void;
  /**
   * How many of these bytes may go, at least one: told at once, or when their turn has come. Rejects with the signal's
   * reason.
   */
  admit(wanted: number, signal: AbortSignal): number | Promise<number>;
}

export function createBandwidth(clock: Clock): Bandwidth {
  let rate: number | null = null;
  let tokens = 0;
  let at = clock.now();
  const line: { wanted: number; go: (bytes: number) => void }[] = [];
  let callOff: (() => void) | null = null;

  const fill = (): void => {
    const now = clock.now();
    const perMs = (rate ?? 0) / 1000;
    tokens = Math.min(bucketMs * perMs, tokens + Math.max(0, now - at) * perMs);
    at = now;
  };
  const take = (wanted: number): number => {
    if (rate === null) return wanted;
    const bytes = Math.min(wanted, sliceUnder(rate));
    tokens -= bytes;
    return bytes;
  };
  /** Bytes go when the bucket is not in debt: one slice may be larger than the bucket. */
  const pump = (): void => {
    callOff?.();
    callOff = null;
    fill();
    while (line.length > 0 && (rate === null || tokens >= 0)) {
      const next = line.shift();
      next?.go(take(next.wanted));
    }
    if (line.length > 0 && rate !== null)
      callOff = clock.after(Math.max(1, Math.ceil((-tokens * 1000) / rate)), pump);
  };
  return {
    set: (next) => {
      rate = next;
      // What is owed at one speed would take too long to be paid at a lower one.
      tokens = 0;
      at = clock.now();
      pump();
    },
    admit: (wanted, signal) => {
      if (rate === null) return wanted;
      fill();
      if (line.length === 0 && tokens >= 0) return take(wanted);
      return new Promise((resolve, reject) => {
        const entry = {
          wanted,
          go: (bytes: number) => {
            signal.removeEventListener('abort', leave);
            resolve(bytes);
          },
        };
        const leave = (): void => {
          line.splice(line.indexOf(entry), 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', leave, { once: true });
        line.push(entry);
        if (callOff === null) pump();
      });
    },
  };
}
