import { describe, expect, it } from 'vitest';
import { createPace, nextEstimate, type Pace } from '../../../renderer/state/pace.ts';
import { createStore } from '../../../renderer/state/store.ts';
import type { Summary } from '../../../preload/contract/model.ts';
import { makeSummary } from '../support/scenarios.ts';

describe('the time left', () => {
  it('never goes up while the truth wavers by a twentieth around a steady end', () => {
    let shown: number | null = null;
    const said: number[] = [];
    for (let left = 7_200; left >= 0; left -= 1) {
      // Up and down with several periods, as bursts of small files have it.
      const wobble = 1 + 0.03 * Math.sin(left / 3) + 0.02 * Math.sin(left / 41);
      shown = nextEstimate(shown, left * wobble);
      if (said.at(-1) !== shown) said.push(shown);
    }
    expect(said).toEqual([...said].sort((a, b) => b - a));
    expect(said.length).toBeLessThan(30);
    expect(said.at(-1)).toBe(0);
  });

  it('follows when it really changes', () => {
    expect(nextEstimate(240, 310)).toBe(300);
    expect(nextEstimate(240, 290)).toBe(240);
    expect(nextEstimate(240, 200)).toBe(240);
    expect(nextEstimate(240, 190)).toBe(180);
    expect(nextEstimate(240, 3_000)).toBe(3_000);
    expect(nextEstimate(null, 1_499)).toBe(1_500);
    expect(nextEstimate(null, 5 * 24 * 3_600 + 900)).toBe(5 * 24 * 3_600);
  });
});

describe('the pace', () => {
  it('changes once a second at most, but says at once that it moves or stands', () => {
    let now = 5_000;
    const summary = createStore<Summary | null>(null);
    const pace = createPace(summary, () => now);
    const seen: Pace[] = [];
    pace.subscribe(() => seen.push(pace.get()));
    const tell = (speed: number, secondsLeft: number | null): void => {
      summary.set(makeSummary({}, { speed, secondsLeft }));
    };
    tell(1_000_000, null);
    tell(2_000_000, null);
    now += 400;
    tell(3_000_000, null);
    expect(seen).toEqual([{ speed: 1_000_000, secondsLeft: null }]);
    tell(3_000_000, 95);
    expect(seen).toHaveLength(2);
    now += 1_000;
    // Hardly another speed, and hardly another end.
    tell(3_100_000, 100);
    expect(seen).toHaveLength(2);
    tell(4_000_000, 30);
    expect(pace.get()).toEqual({ speed: 4_000_000, secondsLeft: 30 });
    tell(0, null);
    expect(pace.get()).toEqual({ speed: 0, secondsLeft: null });
    now = 0;
    tell(1_000, null);
    now -= 1;
    tell(9_000, null);
    expect(pace.get().speed).toBe(9_000);
    pace.close();
  });
});
