/** A limit for all uploads together: a token bucket that is asked before bytes are read (RFC 2697 calls it a meter). */
import type { Clock } from '../lib/clock.ts';

/** The bucket holds what may go in that time: short enough for a steady line, long enough for few turns. */
const bucketMs = 250;

export interface Bandwidth {
  /** Bytes per second; null = none. Takes effect at once, also for those who wait. */
  set(bytesPerSecond: number | null): void;
  /** Resolves when these bytes may go; undefined when they may at once. Rejects with the signal's reason. */
  admit(bytes: number, signal: AbortSignal): Promise<void> | undefined;
}

export function createBandwidth(clock: Clock): Bandwidth {
  let rate: number | null = null;
  let tokens = 0;
  let at = clock.now();
  const line: { bytes: number; go: () => void }[] = [];
  let callOff: (() => void) | null = null;

  const bucket = (): number => ((rate ?? 0) * bucketMs) / 1000;
  const fill = (): void => {
    const now = clock.now();
    tokens = Math.min(bucket(), tokens + (Math.max(0, now - at) * (rate ?? 0)) / 1000);
    at = now;
  };
  /** Bytes go when the bucket is not in debt: one slice may be larger than the bucket. */
  const pump = (): void => {
    callOff?.();
    callOff = null;
    fill();
    while (line.length > 0 && (rate === null || tokens >= 0)) {
      const next = line.shift();
      tokens -= next?.bytes ?? 0;
      next?.go();
    }
    if (line.length > 0 && rate !== null)
      callOff = clock.after(Math.max(1, Math.ceil((-tokens * 1000) / rate)), pump);
  };
  return {
    set: (next) => {
      fill();
      rate = next;
      tokens = Math.min(tokens, bucket());
      if (rate === null) tokens = 0;
      pump();
    },
    admit: (bytes, signal) => {
      if (rate === null) return undefined;
      fill();
      if (line.length === 0 && tokens >= 0) {
        tokens -= bytes;
        return undefined;
      }
      return new Promise((resolve, reject) => {
        const entry = {
          bytes,
          go: () => {
            signal.removeEventListener('abort', leave);
            resolve();
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
