import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClock } from '../../../renderer/state/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('ticks only while somebody looks, and is right when somebody looks again', () => {
  const clock = createClock(Date.now, 1000);
  const start = clock.get();
  expect(vi.getTimerCount()).toBe(0);
  const leaveFirst = clock.subscribe(() => undefined);
  const leaveSecond = clock.subscribe(() => undefined);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(3000);
  expect(clock.get() - start).toBe(3000);
  leaveFirst();
  leaveSecond();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(5000);
  expect(clock.get() - start).toBe(8000);
});
