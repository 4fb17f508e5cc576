/** Speed and time left as they are shown: calm enough to be read. */
import type { Summary } from '../../preload/contract/model.ts';
import { createStore, type ReadableStore } from './store.ts';

export interface Pace {
  /** Bytes per second. */
  speed: number;
  /** In steps that a person would use; null when it cannot be told. */
  secondsLeft: number | null;
}

const everyMs = 1_000;
/** A speed that differs by less is the same to whoever looks. */
const speedShare = 0.05;
/** A time left may fall below what is shown by this much of a step, and rise above it by this much of itself. */
const fallShare = 0.75;
const riseShare = 0.25;

/** Follows the summary, but changes once a second at most; whether anything moves shows at once. */
export function createPace(
  summary: ReadableStore<Summary | null>,
  read: () => number,
): ReadableStore<Pace> & { close(): void } {
  const store = createStore<Pace>({ speed: 0, secondsLeft: null });
  let changedAt = -Infinity;
  const follow = (): void => {
    const shown = store.get();
    const { speed, secondsLeft } = summary.get() ?? { speed: 0, secondsLeft: null };
    const next: Pace = {
      speed: nextSpeed(shown.speed, speed),
      secondsLeft: secondsLeft === null ? null : nextEstimate(shown.secondsLeft, secondsLeft),
    };
    const turned =
      next.speed > 0 !== shown.speed > 0 || (next.secondsLeft === null) !== (shown.secondsLeft === null);
    const now = read();
    // A clock that was set back holds nothing up.
    if (!turned && now >= changedAt && now - changedAt < everyMs) return;
    if (next.speed === shown.speed && next.secondsLeft === shown.secondsLeft) return;
    changedAt = now;
    store.set(next);
  };
  const close = summary.subscribe(follow);
  follow();
  return { get: store.get, subscribe: store.subscribe, close };
}

function nextSpeed(shown: number, speed: number): number {
  return Math.abs(speed - shown) < speedShare * shown ? shown : speed;
}

/**
 * The time left to show, in seconds: what is shown already, for as long as that is near enough, so that it does not go to
 * and fro between two steps. It is expected to fall, and rises only for a good reason.
 */
export function nextEstimate(shown: number | null, seconds: number): number {
  const step = stepOf(seconds);
  if (shown !== null) {
    const nearEnough = seconds < shown ? fallShare * step : Math.max(step, riseShare * shown);
    if (Math.abs(seconds - shown) <= nearEnough) return shown;
  }
  return Math.round(seconds / step) * step;
}

/** Coarser the further away: nobody believes in minutes over hours. */
function stepOf(seconds: number): number {
  if (seconds < 60) return 10;
  if (seconds < 10 * 60) return 60;
  if (seconds < 30 * 60) return 5 * 60;
  if (seconds < 60 * 60) return 10 * 60;
  return seconds < 48 * 60 * 60 ? 30 * 60 : 24 * 60 * 60;
}
