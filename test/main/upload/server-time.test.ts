import { expect, it } from 'vitest';
import { createServerTime } from '../../../main/upload/server-time.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const at = (ms: number): string => new Date(ms).toUTCString();

it('is this computer’s while the clocks agree within what a Date header can tell', () => {
  const clock = fakeClock();
  const time = createServerTime(clock);
  for (const off of [0, 900, -9_000, 9_000]) {
    time.note(at(clock.now() + off));
    expect(time.aheadMs()).toBe(0);
  }
});

it('is the service’s when they do not, and goes on with our clock', () => {
  const clock = fakeClock();
  let changes = 0;
  const time = createServerTime(clock, () => changes++);
  time.note(at(clock.now() + 3_600_000));
  clock.advance(60_000);
  expect(Math.abs(time.now() - (clock.now() + 3_600_000))).toBeLessThan(1_000);
  time.note(at(clock.now() + 3_600_000));
  expect(changes).toBe(1);
});

it('follows a clock that is set right', () => {
  const clock = fakeClock();
  let changes = 0;
  const time = createServerTime(clock, () => changes++);
  time.note(at(clock.now() - 86_400_000));
  clock.jump(-86_400_000);
  time.note(at(clock.now()));
  expect(time.aheadMs()).toBe(0);
  expect(changes).toBe(2);
});

it('makes nothing of a reply without a date', () => {
  const time = createServerTime(fakeClock());
  for (const text of [null, undefined, '', 'soon']) time.note(text);
  expect(time.aheadMs()).toBe(0);
});
