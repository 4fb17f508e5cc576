import { describe, expect, it } from 'vitest';
import { createConcurrency, type Concurrency } from '../../../main/upload/concurrency.ts';

/** A line that carries `each` bytes a second for every request, and `inAll` at most. */
function run(
  windows: number,
  { each, inAll }: { each: number; inAll: number },
  full = true,
  made?: Concurrency,
) {
  const clock = { now: 0 };
  const told: number[] = [];
  const concurrency =
    made ?? createConcurrency({ now: () => clock.now, onChange: (limit) => told.push(limit) });
  for (let window = 0; window < windows; window++) {
    const rate = Math.min(inAll, each * concurrency.limit());
    clock.now += 300;
    concurrency.progress(rate * 0.3, 4, full);
  }
  return { concurrency, told, clock };
}

describe('the number of requests at once', () => {
  it('begins with four and grows while more carry more', () => {
    const { concurrency, told } = run(8, { each: 1e6, inAll: 1e9 });
    expect(told).toEqual([6, 9, 13, 16]);
    expect(concurrency.limit()).toBe(16);
  });

  it('stays near where more do not carry more', () => {
    const { told } = run(60, { each: 10e6, inAll: 40e6 });
    expect(Math.max(...told)).toBeLessThanOrEqual(6);
    // It looks again now and then, and comes back.
    expect(told.filter((limit) => limit === 6).length).toBeGreaterThan(1);
  });

  it('does not move while slots stay empty: then they are not what is short', () => {
    expect(run(20, { each: 1e6, inAll: 1e9 }, false).told).toEqual([]);
  });

  it('is halved at once when the store asks for a pause, once for refusals that come together', () => {
    const { concurrency, told, clock } = run(8, { each: 1e6, inAll: 1e9 });
    concurrency.throttled();
    concurrency.throttled();
    expect(concurrency.limit()).toBe(8);
    clock.now += 5_000;
    concurrency.throttled();
    expect(told.at(-1)).toBe(4);
  });

  it('is what a person says, until they leave it to us again', () => {
    const { concurrency } = run(8, { each: 1e6, inAll: 1e9 });
    concurrency.fix(2);
    expect(concurrency.limit()).toBe(2);
    concurrency.throttled();
    expect(concurrency.limit()).toBe(2);
    concurrency.fix(null);
    expect(concurrency.limit()).toBe(8);
  });
});
