/**
 * Notices when nothing moves although nothing stands in the way.
 *
 * [Note: What counts as moving] A row that comes a step further, or bytes beyond those that its earlier attempts have
 * sent. Bytes alone would not do: each attempt fills the system's buffers anew, however dead the line is.
 */
import type { Stall, Step, WaitReason } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';

const lookEveryMs = 5_000;
/** Shorter breaks are everyday life; the watchdog of a request barks after 30 s. */
const silenceMs = 20_000;
/** Reading tells of nothing in between: a disk or network drive that is slower than this is slow. */
const slowestReadBytesPerSecond = 5_000_000;
/** Under a limit a new attempt takes its time to come as far as the one before: as long as so many bytes may take. */
const bytesAgain = 256 * 1024;

export interface StallDeps {
  clock: Clock;
  /** Something stands in the way, and is told already: a pause, an outage. */
  hindered: () => boolean;
  /** When the next row that is not worked on may be, Unix milliseconds; null when none will be by itself. */
  nextDueAt: () => number | null;
  bytesPerSecond: () => number | null;
  onChange: () => void;
}

export interface StallWatch {
  /** Rows are worked on. */
  began(step: Step, photos: readonly { id: number; size: number }[]): void;
  /** So many bytes of a row are sent in this attempt. */
  sent(id: number, bytes: number): void;
  /** The work on a row has ended: the row is further, or (with the reason) waits for another try, or just stopped. */
  ended(id: number, outcome: 'further' | 'stopped' | WaitReason): void;
  /** Null while things move, or nobody would expect them to. */
  stall(): Stall | null;
  stop(): void;
}

export function createStallWatch(deps: StallDeps): StallWatch {
  const { clock } = deps;
  const underWay = new Map<number, { step: Step; size: number }>();
  /** The most that any attempt of a row has sent. */
  const farthest = new Map<number, number>();
  let movedAt = clock.now();
  let reason: WaitReason | null = null;
  let stall: Stall | null = null;
  let callOff: (() => void) | null = null;
  let stopped = false;

  const set = (next: Stall | null): void => {
    const same = stall?.cause === next?.cause && stall?.nextTryAt === next?.nextTryAt;
    stall = next;
    if (!same) deps.onChange();
  };
  const moved = (): void => {
    movedAt = clock.now();
    reason = null;
    set(null);
  };
  const watch = (): void => {
    if (stopped || callOff !== null) return;
    movedAt = clock.now();
    lookLater();
  };
  const lookLater = (): void => {
    callOff = clock.after(lookEveryMs, look);
  };
  const look = (): void => {
    callOff = null;
    const next = likelyCause();
    if (next === null) {
      // Begun anew by whatever begins next.
      farthest.clear();
      set(null);
      return;
    }
    // A clock that was set back must not hold the warning up for as long.
    movedAt = Math.min(movedAt, clock.now());
    if (stall !== null || clock.now() - movedAt >= patienceMs(next.cause)) set(next);
    lookLater();
  };
  const likelyCause = (): Stall | null => {
    if (deps.hindered()) return null;
    const steps = new Set([...underWay.values()].map(({ step }) => step));
    const stuck = (cause: Stall['cause']): Stall => ({ cause, reason, nextTryAt: null });
    if (steps.has('sending')) return stuck('sending');
    if (steps.has('checking') || steps.has('confirming')) return stuck('library');
    if (steps.has('inspecting')) return stuck('reading');
    const nextTryAt = deps.nextDueAt();
    return nextTryAt === null ? null : { cause: 'retry', reason, nextTryAt };
  };
  const patienceMs = (cause: Stall['cause']): number => {
    const limit = deps.bytesPerSecond();
    if (cause === 'sending' && limit !== null) return silenceMs + (bytesAgain * 1000) / limit;
    if (cause !== 'reading') return silenceMs;
    const largest = Math.max(0, ...[...underWay.values()].map(({ size }) => size));
    return silenceMs + (largest * 1000) / slowestReadBytesPerSecond;
  };

  return {
    began: (step, photos) => {
      for (const { id, size } of photos) underWay.set(id, { step, size });
      watch();
    },
    sent: (id, bytes) => {
      if (bytes <= (farthest.get(id) ?? 0)) return;
      farthest.set(id, bytes);
      moved();
    },
    ended: (id, outcome) => {
      underWay.delete(id);
      if (outcome === 'further') {
        farthest.delete(id);
        moved();
      } else if (outcome !== 'stopped') reason = outcome;
    },
    stall: () => stall,
    stop: () => {
      stopped = true;
      callOff?.();
      callOff = null;
    },
  };
}
