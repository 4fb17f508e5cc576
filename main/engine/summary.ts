import type { EngineLimits, IntakeReport, RunReport, Summary } from '../../preload/contract/model.ts';
import type { Tallies } from '../queue/pages.ts';
import type { Uploader } from '../upload/uploader.ts';

const none = { count: 0, bytes: 0 };

/** What the window shows while nobody is signed in. */
export const emptySummary: Summary = {
  all: none,
  waiting: none,
  active: none,
  done: none,
  attention: none,
  history: none,
  duplicates: 0,
  damaged: 0,
  held: 0,
  decoding: false,
  speed: 0,
  secondsLeft: null,
  paused: null,
  outage: null,
  nextProbeAt: null,
  stall: null,
  clockAheadMs: 0,
  limits: { bytesPerSecond: null, transfers: null },
  intake: null,
  running: false,
  lastRun: null,
};

interface SummaryParts {
  intake: IntakeReport | null;
  uploader: Uploader | null;
  userPaused: boolean;
  decoding: boolean;
  limits: EngineLimits;
  running: boolean;
  lastRun: RunReport | null;
}

/** Puts the counters, the walk under way and the uploader's figures into what the window's header shows. */
export function summaryOf(
  { duplicate, damaged, held, ...tallies }: Tallies,
  { uploader, userPaused, ...parts }: SummaryParts,
): Summary {
  const speed = tallies.active.count === 0 ? 0 : (uploader?.speed() ?? 0);
  const paused = uploader?.paused() ?? (userPaused ? 'user' : null);
  const steadySpeed = uploader?.steadySpeed() ?? null;
  const bytesLeft = tallies.waiting.bytes + tallies.active.bytes - (uploader?.bytesUnderWay() ?? 0);
  return {
    ...tallies,
    duplicates: duplicate.count,
    damaged: damaged.count,
    held: held.count,
    speed,
    secondsLeft: secondsFor(bytesLeft, paused === null && speed > 0 ? steadySpeed : null),
    paused,
    outage: uploader?.outage()?.reason ?? null,
    nextProbeAt: uploader?.nextProbeAt() ?? null,
    stall: uploader?.stall() ?? null,
    clockAheadMs: uploader?.aheadMs() ?? 0,
    ...parts,
  };
}

function secondsFor(bytes: number, bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null || bytesPerSecond < 1 || bytes <= 0
    ? null
    : Math.ceil(bytes / bytesPerSecond);
}
