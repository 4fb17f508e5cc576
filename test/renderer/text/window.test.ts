import { expect, it } from 'vitest';
import { clockText } from '../../../renderer/text/window.ts';

it('a clock that is wrong is told of by how much, and one that is right to the minute is not', () => {
  expect(clockText(0)).toBeNull();
  expect(clockText(-59_000)).toBeNull();
  expect(clockText(12 * 60_000 + 400)).toBe(
    'This computer’s clock is 12 min slow. Uploads go on by the library’s time; set the clock right in the system’s settings.',
  );
  expect(clockText(-2 * 3_600_000)).toContain('2 h fast');
});
