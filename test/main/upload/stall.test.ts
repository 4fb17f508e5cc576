import { describe, expect, it } from 'vitest';
import { createStallWatch, type StallDeps, type StallWatch } from '../../../main/upload/stall.ts';
import { fakeClock, type FakeClock } from '../../support/fake-clock.ts';

interface Rig {
  watch: StallWatch;
  clock: FakeClock;
  /** What the watch is told about the rest of the uploader. */
  world: { hindered: boolean; nextDueAt: number | null; bytesPerSecond: number | null };
  changes: () => number;
}

function open(): Rig {
  const clock = fakeClock();
  const world: Rig['world'] = { hindered: false, nextDueAt: null, bytesPerSecond: null };
  let changes = 0;
  const deps: StallDeps = {
    clock,
    hindered: () => world.hindered,
    nextDueAt: () => world.nextDueAt,
    bytesPerSecond: () => world.bytesPerSecond,
    onChange: () => changes++,
  };
  return { watch: createStallWatch(deps), clock, world, changes: () => changes };
}

const photo = { id: 1, size: 4_000_000 };

describe('a stall', () => {
  it('is what does not move for twenty seconds, and ends with the first byte that is new', () => {
    const { watch, clock, changes } = open();
    watch.began('sending', [photo]);
    clock.advance(3_000);
    watch.sent(1, 65_536);
    clock.advance(19_000);
    expect(watch.stall()).toBeNull();
    clock.advance(6_000);
    expect(watch.stall()).toEqual({ cause: 'sending', reason: null, nextTryAt: null });
    expect(changes()).toBe(1);
    // Another attempt fills the buffers anew: nothing more than the last had sent.
    watch.ended(1, 'network');
    watch.began('sending', [photo]);
    watch.sent(1, 65_536);
    clock.advance(5_000);
    expect(watch.stall()).toEqual({ cause: 'sending', reason: 'network', nextTryAt: null });
    watch.sent(1, 65_537);
    expect(watch.stall()).toBeNull();
  });

  it.each([
    ['checking', 'library'],
    ['confirming', 'library'],
    ['inspecting', 'reading'],
  ] as const)('while %s is about the %s', (step, cause) => {
    const { watch, clock } = open();
    watch.began(step, [photo]);
    clock.advance(30_000);
    expect(watch.stall()?.cause).toBe(cause);
    watch.ended(1, 'further');
    expect(watch.stall()).toBeNull();
  });

  it('may be that everything waits for another try', () => {
    const { watch, clock, world } = open();
    watch.began('sending', [photo]);
    watch.ended(1, 'throttled');
    world.nextDueAt = clock.now() + 60_000;
    clock.advance(30_000);
    expect(watch.stall()).toEqual({ cause: 'retry', reason: 'throttled', nextTryAt: world.nextDueAt });
    // A person has put the rest on hold: nobody waits.
    world.nextDueAt = null;
    clock.advance(5_000);
    expect(watch.stall()).toBeNull();
    expect(clock.pending).toBe(0);
  });

  it('is none while something stands in the way, nor right after', () => {
    const { watch, clock, world } = open();
    watch.began('sending', [photo]);
    clock.advance(25_000);
    expect(watch.stall()).not.toBeNull();
    world.hindered = true;
    clock.advance(600_000);
    expect(watch.stall()).toBeNull();
    expect(clock.pending).toBe(0);
    world.hindered = false;
    watch.ended(1, 'stopped');
    watch.began('sending', [photo]);
    clock.advance(15_000);
    expect(watch.stall()).toBeNull();
  });

  it('is none after a rest in which there was nothing to do', () => {
    const { watch, clock } = open();
    watch.began('sending', [photo]);
    watch.ended(1, 'further');
    clock.advance(3_600_000);
    expect(clock.pending).toBe(0);
    watch.began('inspecting', [photo]);
    clock.advance(5_000);
    expect(watch.stall()).toBeNull();
  });

  it('takes longer where slow is normal: a large file that is read, a limit of a few kilobytes', () => {
    const reading = open();
    reading.watch.began('inspecting', [{ id: 1, size: 32_000_000_000 }]);
    reading.clock.advance(3_600_000);
    expect(reading.watch.stall()).toBeNull();
    reading.clock.advance(3_600_000);
    expect(reading.watch.stall()?.cause).toBe('reading');

    const limited = open();
    limited.world.bytesPerSecond = 1_000;
    limited.watch.began('sending', [photo]);
    limited.clock.advance(250_000);
    expect(limited.watch.stall()).toBeNull();
    limited.clock.advance(60_000);
    expect(limited.watch.stall()?.cause).toBe('sending');
  });

  it('comes also to a computer whose clock was set back, and no more once it has stopped', () => {
    const { watch, clock } = open();
    watch.began('sending', [photo]);
    clock.jump(-7_200_000);
    clock.advance(30_000);
    expect(watch.stall()).not.toBeNull();
    watch.stop();
    expect(clock.pending).toBe(0);
    watch.began('sending', [photo]);
    expect(clock.pending).toBe(0);
  });
});
