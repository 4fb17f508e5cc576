import { expect, it } from 'vitest';
import { sortIds } from '../../../main/queue/merge-sort.ts';

/** Numbers that look random, the same in every run. */
function* scattered(): Generator<number> {
  for (let seed = 7; ; yield seed) seed = (seed * 48_271) % 2_147_483_647;
}

it.each([0, 1, 4_096, 4_097, 20_000])(
  'sorts %d ids like Array.sort, and keeps ties in their order',
  async (count) => {
    const numbers = scattered();
    const keys = Array.from({ length: count }, () => Number(numbers.next().value) % 500);
    const ids = keys.map((_, place) => place + 1);
    const expected = [...ids].sort((a, b) => (keys[a - 1] ?? 0) - (keys[b - 1] ?? 0));
    let pauses = 0;
    const sorted = await sortIds(ids, keys, () => {
      pauses += 1;
      return Promise.resolve();
    });
    expect(sorted).toEqual(expected);
    expect(pauses).toBeGreaterThanOrEqual(Math.floor(count / 4_096));
  },
);

it('sorts names, also those that are in order but for one', async () => {
  const names = Array.from({ length: 9_000 }, (_, place) => `img_${String(place).padStart(5, '0')}`);
  names[0] = 'zoo';
  const ids = names.map((_, place) => place);
  const sorted = await sortIds(ids, names, () => Promise.resolve());
  expect(sorted).toEqual([...ids.slice(1), 0]);
});

it('ends when a pause says so', async () => {
  const ids = Array.from({ length: 9_000 }, (_, place) => place);
  await expect(sortIds(ids, ids, () => Promise.reject(new Error('superseded')))).rejects.toThrow(
    'superseded',
  );
});
