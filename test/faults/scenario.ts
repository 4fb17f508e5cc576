/** What a run does, made from its seed alone: which photos, and which faults strike when. */
import { createRandom, type Random } from './random.ts';

export interface Scenario {
  seed: number;
  /** Bytes of each photo. */
  sizes: readonly number[];
  /** Which of them lie there twice. */
  copied: readonly number[];
  /** What one request to the store gets of the line, in bytes per second: faults must find work under way. */
  lineSpeed: number;
  /** In the order in which they strike. */
  strikes: readonly Strike[];
}

export interface Strike {
  /** After the drop, milliseconds. */
  atMs: number;
  fault: Fault;
}

export type Fault = { kind: 'killEngine' };

const kilobyte = 1_000;
const megabyte = 1_000_000;
/** As many requests as the engine makes at a time, so that `lineSpeed` gives the time that is meant. */
const transfers = 8;
const strikeWithinMs = 2_500;

export function scenarioOf(seed: number): Scenario {
  const random = createRandom(seed);
  const sizes = sizesOf(random);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const seconds = 1 + 2 * random.next();
  const strikes = Array.from({ length: random.int(1, 4) }, () => strike(random));
  return {
    seed,
    sizes,
    copied: sizes.map((_size, index) => index).filter(() => random.chance(0.06)),
    lineSpeed: Math.ceil(total / transfers / seconds),
    strikes: strikes.toSorted((a, b) => a.atMs - b.atMs),
  };
}

/** Mostly small photos, some as cameras make them, now and then one that goes up in parts. */
function sizesOf(random: Random): number[] {
  const sizes = Array.from({ length: random.int(10, 60) }, () =>
    random.int(5 * kilobyte, random.pick([20, 60, 200]) * kilobyte),
  );
  for (let left = random.int(0, 3); left > 0; left--) sizes.push(random.int(megabyte, 5 * megabyte));
  if (random.chance(0.3)) sizes.push(random.int(20 * megabyte, 40 * megabyte));
  return sizes;
}

function strike(random: Random): Strike {
  return { atMs: random.int(0, strikeWithinMs), fault: { kind: 'killEngine' } };
}

/** The faults of a scenario, for reports. */
export function nameOf({ strikes }: Scenario): string {
  return strikes.map(({ fault }) => fault.kind).join(' + ');
}
