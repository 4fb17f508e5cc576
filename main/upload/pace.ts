/**
 * How long bytes may be on their way after the system has taken them.
 *
 * [Note: Taken is not arrived] The system's buffers hold whole photos: over a slow line, shared by several transfers,
 * minutes pass between the last byte that a request takes and the reply. A watchdog that knows only silence would end
 * every upload there, again and again. So each request is given the time that its bytes need at the pace of those
 * before it.
 */

/** The most that buffers may hold of one request. */
const bufferBytes = 16 * 1024 * 1024;
/** Bytes per second: reckoned with until an upload has shown another pace, and the least that is reckoned with. */
const firstPace = 64 * 1024;
const slowestPace = 16 * 1024;
/** A smaller upload tells of the round trip, not of the line. */
const tellingBytes = 256 * 1024;
/** More transfers may begin, or the line grow worse: so many times slower than before is no stall yet. */
const margin = 4;

export interface Pace {
  /** How long the bytes that a request has taken so far may still need, milliseconds. */
  drainMs(taken: number): number;
  /** A request of that many bytes was answered after that time. */
  arrived(bytes: number, ms: number): void;
  /** A request was given up: perhaps the line is slower than was thought. */
  stalled(): void;
}

export function createPace(): Pace {
  let bytesPerSecond = firstPace;
  return {
    drainMs: (taken) => (Math.min(taken, bufferBytes) / bytesPerSecond) * 1000,
    arrived: (bytes, ms) => {
      if (bytes < tellingBytes) return;
      bytesPerSecond = Math.max(slowestPace, (bytes * 1000) / Math.max(1, ms) / margin);
    },
    stalled: () => {
      bytesPerSecond = Math.max(slowestPace, bytesPerSecond / margin);
    },
  };
}
