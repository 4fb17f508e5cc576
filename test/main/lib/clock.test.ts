import { expect, it } from 'vitest';
import { steady } from '../../../main/lib/clock.ts';

it('stands where it was when the clock is set back, and goes on from there', () => {
  let wall = 1_000_000;
  const now = steady(() => wall);
  wall += 500;
  expect(now()).toBe(1_000_500);
  wall -= 900_000;
  expect(now()).toBe(1_000_500);
  wall += 40;
  expect(now()).toBe(1_000_540);
  wall -= 1_000;
  wall += 10;
  expect(now()).toBe(1_000_540);
  wall += 10;
  expect(now()).toBe(1_000_550);
});
