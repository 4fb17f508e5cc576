import { describe, expect, it } from 'vitest';
import { createBandwidth } from '../../../main/upload/bandwidth.ts';
import { sliceBytes } from '../../../main/upload/file-body.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const never = new AbortController().signal;
type Bandwidth = ReturnType<typeof createBandwidth>;

/** What each of `senders` sends that take slices one after the other until the clock has moved on by `ms`. */
async function flow(bandwidth: Bandwidth, clock: ReturnType<typeof fakeClock>, ms: number, senders = 1) {
  const until = clock.now() + ms;
  const sent = Array.from({ length: senders }, () => 0);
  const slices: number[] = [];
  const ended = new AbortController();
  const send = async (sender: number): Promise<void> => {
    while (clock.now() < until) {
      const bytes = await bandwidth.admit(sliceBytes, ended.signal);
      sent[sender] = (sent[sender] ?? 0) + bytes;
      slices.push(bytes);
    }
  };
  const all = sent.map((_, sender) => send(sender).catch(() => undefined));
  while (clock.now() < until) {
    for (let turn = 0; turn < 4 * senders; turn++) await Promise.resolve();
    clock.advance(1);
  }
  ended.abort();
  await Promise.all(all);
  return { sent, total: sent.reduce((sum, bytes) => sum + bytes, 0), slices };
}

describe('a bandwidth limit', () => {
  it('holds nothing up while there is none', () => {
    const bandwidth = createBandwidth(fakeClock());
    expect(bandwidth.admit(10_000_000, never)).toBe(10_000_000);
  });

  it.each([5_000, 100_000, 1_000_000, 20_000_000])(
    'of %d bytes a second is kept over ten seconds, in slices that take no quarter of a second',
    async (rate) => {
      const clock = fakeClock();
      const bandwidth = createBandwidth(clock);
      bandwidth.set(rate);
      const { total, slices } = await flow(bandwidth, clock, 10_000);
      expect(total / 10).toBeGreaterThan(rate * 0.9);
      expect(total / 10).toBeLessThan(rate * 1.1);
      expect(Math.max(...slices)).toBeLessThan(rate / 4);
      // Nor so many that they cost more than what they carry.
      expect(slices.length / 10).toBeLessThan(50);
    },
  );

  it('is shared by all who send', async () => {
    const clock = fakeClock();
    const bandwidth = createBandwidth(clock);
    bandwidth.set(20_000);
    const { sent } = await flow(bandwidth, clock, 10_000, 4);
    for (const bytes of sent) expect(bytes).toBeGreaterThan(20_000 * 10 * 0.2);
  });

  it('lets nobody take more than is wanted', () => {
    const bandwidth = createBandwidth(fakeClock());
    bandwidth.set(1_000_000);
    expect(bandwidth.admit(7, never)).toBe(7);
  });

  it('lets those go at once that waited when it is lifted, with all that they want', async () => {
    const clock = fakeClock();
    const bandwidth = createBandwidth(clock);
    bandwidth.set(1_000);
    void bandwidth.admit(1_000_000, never);
    const waiting = bandwidth.admit(1_000_000, never);
    expect(waiting).toBeInstanceOf(Promise);
    bandwidth.set(null);
    expect(await waiting).toBe(1_000_000);
    expect(clock.pending).toBe(0);
  });

  it('makes nobody pay for what went at a higher one', async () => {
    const clock = fakeClock();
    const bandwidth = createBandwidth(clock);
    bandwidth.set(100_000_000);
    expect(bandwidth.admit(sliceBytes, never)).toBe(sliceBytes);
    bandwidth.set(5_000);
    const { total } = await flow(bandwidth, clock, 1_000);
    expect(total).toBeGreaterThan(4_000);
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
