import { describe, expect, it } from 'vitest';
import { createBandwidth } from '../../../main/upload/bandwidth.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const never = new AbortController().signal;

/** Takes slices one after the other until the clock has moved on by `ms`; returns the bytes that went. */
async function flow(
  bandwidth: ReturnType<typeof createBandwidth>,
  clock: ReturnType<typeof fakeClock>,
  ms: number,
) {
  const until = clock.now() + ms;
  let sent = 0;
  while (clock.now() < until) {
    const slice = 64 * 1024;
    let went = false;
    const wait = bandwidth.admit(slice, never);
    if (wait === undefined) went = true;
    else void wait.then(() => (went = true));
    while (!went && clock.now() < until) {
      clock.advance(1);
      await Promise.resolve();
    }
    if (went) sent += slice;
  }
  return sent;
}

describe('a bandwidth limit', () => {
  it('holds nothing up while there is none', () => {
    const bandwidth = createBandwidth(fakeClock());
    expect(bandwidth.admit(10_000_000, never)).toBeUndefined();
  });

  it.each([100_000, 1_000_000, 20_000_000])('of %d bytes a second is kept over ten seconds', async (rate) => {
    const clock = fakeClock();
    const bandwidth = createBandwidth(clock);
    bandwidth.set(rate);
    const sent = await flow(bandwidth, clock, 10_000);
    expect(sent / 10).toBeGreaterThan(rate * 0.9);
    expect(sent / 10).toBeLessThan(rate * 1.1);
  });

  it('lets those go at once that waited when it is lifted', async () => {
    const clock = fakeClock();
    const bandwidth = createBandwidth(clock);
    bandwidth.set(1_000);
    void bandwidth.admit(1_000_000, never);
    const waiting = bandwidth.admit(1_000, never);
    expect(waiting).toBeInstanceOf(Promise);
    bandwidth.set(null);
    await waiting;
    expect(clock.pending).toBe(0);
  });

  it('lets somebody leave the line', async () => {
    const clock = fakeClock();
    const bandwidth = createBandwidth(clock);
    bandwidth.set(1_000);
    void bandwidth.admit(1_000_000, never);
    const leaving = new AbortController();
    const waiting = bandwidth.admit(1_000, leaving.signal);
    leaving.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
