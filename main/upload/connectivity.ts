/**
 * Whether our backend can be reached.
 *
 * [Note: Offline is a pause] A failing request is a hint, a probe is the truth: only when the probe fails too are we
 * offline. Then nothing is tried and no attempt is spent, until the probe gets through again.
 */
import type { EnginePause } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';
import { fullJitter } from './backoff.ts';

export interface Connectivity {
  online(): boolean;
  /** What the last probe met; null while online. */
  obstacle(): EnginePause | null;
  /** When the next probe runs, Unix milliseconds; null while online. */
  nextProbeAt(): number | null;
  /** Something failed: probe now (one probe at a time) and say whether we are online. */
  check(): Promise<boolean>;
  stop(): void;
}

export interface ConnectivityDeps {
  /** Resolves when the backend answered as itself; rejects otherwise. Must end by itself. */
  probe: () => Promise<void>;
  /** What an error of `probe` means. */
  pauseFor: (error: unknown) => EnginePause;
  onChange: () => void;
  clock: Clock;
  random: () => number;
}

const baseMs = 2_000;
const capMs = 30_000;

export function createConnectivity({
  probe,
  pauseFor,
  onChange,
  clock,
  random,
}: ConnectivityDeps): Connectivity {
  let obstacle: EnginePause | null = null;
  let running: Promise<boolean> | null = null;
  let failures = 0;
  let nextProbeAt: number | null = null;
  let callOff: (() => void) | null = null;
  let stopped = false;

  const runProbe = async (): Promise<boolean> => {
    callOff?.();
    callOff = null;
    const met = await probe().then(() => null, pauseFor);
    const reached = met === null;
    if (stopped) return reached;
    if (reached) {
      failures = 0;
      nextProbeAt = null;
    } else {
      // At least half a second, so that a dead interface is not asked in a tight loop.
      const wait = 500 + fullJitter(failures++, baseMs, capMs, random);
      nextProbeAt = clock.now() + wait;
      callOff = clock.after(wait, () => void check());
    }
    obstacle = met;
    onChange();
    return reached;
  };
  const check = (): Promise<boolean> => {
    running ??= runProbe().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    online: () => obstacle === null,
    obstacle: () => obstacle,
    nextProbeAt: () => nextProbeAt,
    check,
    stop: () => {
      stopped = true;
      callOff?.();
    },
  };
}
