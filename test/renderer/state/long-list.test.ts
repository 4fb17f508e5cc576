import { describe, expect, it } from 'vitest';
import {
  createLongList,
  heightOf,
  mostPixels,
  slotsOf,
  type Geometry,
} from '../../../renderer/state/long-list.ts';

const geometry: Geometry = { lines: 100_000, lineHeight: 68, viewport: 600 };

function setUp(given: Partial<Geometry> = {}) {
  const list = createLongList();
  const measures = { ...geometry, ...given };
  list.resize(measures);
  let at = 1_000;
  return {
    list,
    measures,
    /** Scrolls there `after` milliseconds. */
    move: (scrollTop: number, after = 16): boolean => list.moved(scrollTop, (at += after)),
    /** The lines in full or partial sight. */
    inSight: (): { first: number; last: number } => {
      const { first, last, shift } = list.glimpse();
      return { first: first * measures.lineHeight + shift, last: (last + 1) * measures.lineHeight + shift };
    },
  };
}

describe('a long list', () => {
  it('draws what can be seen and a few lines more, in as many elements everywhere', () => {
    const { list, move } = setUp();
    expect(list.glimpse()).toMatchObject({ first: 0, last: slotsOf(geometry) - 1, shift: 0, calm: true });
    for (const place of [1_000, 50_000, 3_400_000, heightOf(geometry) - 600]) {
      move(place, 500);
      const { first, last } = list.glimpse();
      expect(first * 68).toBeLessThanOrEqual(place);
      expect((last + 1) * 68).toBeGreaterThanOrEqual(place + 600);
      expect(last - first + 1).toBeLessThanOrEqual(slotsOf(geometry));
    }
    expect(slotsOf(geometry)).toBeLessThan(20);
  });

  it('draws nothing before it is measured, and no line that there is not', () => {
    expect(createLongList().glimpse()).toMatchObject({ first: 0, last: -1 });
    expect(setUp({ lines: 3 }).list.glimpse()).toMatchObject({ first: 0, last: 2 });
    const { list, measures } = setUp();
    list.moved(heightOf(measures) - 600, 0);
    list.resize({ ...measures, lines: 5 });
    expect(list.glimpse()).toMatchObject({ first: 0, last: 4 });
  });

  it('flies when it goes by too fast to be read, not when somebody jumps', () => {
    const { move } = setUp();
    expect(move(50)).toBe(false);
    expect(move(3_000_000)).toBe(false);
    expect(move(3_010_000)).toBe(true);
    expect(move(3_020_000)).toBe(true);
    expect(move(3_020_100)).toBe(false);
    expect(move(3_120_000)).toBe(false);
    expect(move(3_220_000, 400)).toBe(false);
  });

  it('flies on until it is half as fast as when it began to', () => {
    const { move } = setUp();
    const flies = [400, 400, 200, 400, 200, 100, 200, 200, 400, 400].map((_, step, all) =>
      move(all.slice(0, step + 1).reduce((sum, way) => sum + way, 0)),
    );
    expect(flies).toEqual([false, true, true, true, true, false, false, false, false, true]);
    // As far, in three times the time.
    expect(move(3_300, 48)).toBe(false);
  });

  it('leaves pictures out until it is calm', () => {
    const { list, move } = setUp();
    move(10);
    move(20);
    expect(list.glimpse().calm).toBe(true);
    move(120);
    expect(list.glimpse().calm).toBe(false);
    expect(list.rest()).toBe(120);
    expect(list.glimpse().calm).toBe(true);
  });

  it('keeps its elements where they stand while it moves, and puts them in order at rest', () => {
    const { list, move } = setUp();
    const before = list.glimpse().order;
    move(1);
    move(700);
    expect(list.glimpse()).toMatchObject({ first: 6, order: before });
    list.rest();
    const slots = slotsOf(geometry);
    expect(list.glimpse().order).toEqual(before.map((slot) => (slot + 6) % slots));
  });

  it('goes no farther than it must to bring a line into full sight', () => {
    const { list, move } = setUp();
    move(6_800);
    expect(list.scrollTopFor(104)).toBe(6_800);
    expect(list.scrollTopFor(99)).toBe(99 * 68);
    expect(list.scrollTopFor(120)).toBe(121 * 68 - 600);
    expect(list.scrollTopFor(99_999)).toBe(100_000 * 68 - 600);
  });
});

describe('a list that is longer than a page can be', () => {
  const long = { lines: 1_000_000 };

  it('is as high as a page can be, and reaches both ends and every line', () => {
    const { list, measures, move, inSight } = setUp(long);
    expect(heightOf(measures)).toBe(mostPixels);
    move(mostPixels - 600);
    expect(list.glimpse().last).toBe(999_999);
    expect(inSight().last).toBeCloseTo(mostPixels, 3);
    for (const line of [0, 17, 400_000, 777_777, 999_990, 999_999, 0]) {
      const place = list.scrollTopFor(line);
      move(Math.round(place), 500);
      const { first, last, shift } = list.glimpse();
      expect(first).toBeLessThanOrEqual(line);
      expect(last).toBeGreaterThanOrEqual(line);
      const top = line * 68 + shift - Math.round(place);
      expect(top).toBeGreaterThanOrEqual(-1);
      expect(top).toBeLessThanOrEqual(600 - 68 + 1);
    }
  });

  it('moves by what it is moved by, and puts the bar right at rest without moving what is seen', () => {
    const { list, move } = setUp(long);
    move(4_000_000, 500);
    const before = list.glimpse();
    move(4_000_100);
    const after = list.glimpse();
    expect(
      after.first * 68 + after.shift - 4_000_100 - (before.first * 68 + before.shift - 4_000_000),
    ).toBeCloseTo((after.first - before.first) * 68 - 100, 3);
    const bar = list.rest();
    expect(bar).toBeGreaterThan(4_000_000);
    expect(bar).toBeLessThan(4_000_100);
    const rested = list.glimpse();
    expect(rested.first).toBe(after.first);
    expect(rested.shift - bar).toBeCloseTo(after.shift - 4_000_100, 3);
    // The bar is moved by what was asked for, which is no movement of the list.
    move(bar);
    expect(list.glimpse()).toEqual(rested);
  });
});
