import type { Clock } from './clock.ts';

/**
 * Calls `action` at most once per `intervalMs`: at once after a quiet time, else when the interval is over, so that
 * the last change is always told. Nothing is called after `stop`.
 */
export function throttle(
  intervalMs: number,
  clock: Clock,
  action: () => void,
): { poke(): void; stop(): void } {
  let lastAt = -Infinity;
  let callOff: (() => void) | null = null;
  let stopped = false;
  const fire = (): void => {
    callOff = null;
    lastAt = clock.now();
    action();
  };
  return {
    poke: () => {
      if (stopped || callOff !== null) return;
      const wait = Math.max(0, lastAt + intervalMs - clock.now());
      callOff = clock.after(Math.min(wait, intervalMs), fire);
    },
    stop: () => {
      stopped = true;
      callOff?.();
    },
  };
}
