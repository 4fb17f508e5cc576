import { describe, expect, it } from 'vitest';
import { throttle } from '../../../main/lib/throttle.ts';
import { fakeClock } from '../../support/fake-clock.ts';

function setUp() {
  const clock = fakeClock();
  const startedAt = clock.now();
  const calledAt: number[] = [];
  const changes = throttle(200, clock, () => {
    calledAt.push(clock.now() - startedAt);
  });
  return { clock, changes, calledAt };
}

describe('throttle', () => {
  it('calls at once after a quiet time', () => {
    const { clock, changes, calledAt } = setUp();
    changes.poke();
    clock.advance(0);
    clock.advance(1000);
    changes.poke();
    clock.advance(0);
    expect(calledAt).toEqual([0, 1000]);
  });

  it('calls at most five times a second, and never misses the last change', () => {
    const { clock, changes, calledAt } = setUp();
    for (let ms = 0; ms < 990; ms += 10) {
      changes.poke();
      clock.advance(10);
    }
    expect(calledAt).toEqual([0, 200, 400, 600, 800]);
    clock.advance(1000);
    expect(calledAt).toEqual([0, 200, 400, 600, 800, 1000]);
  });

  it('does not fall silent when the wall clock is set back', () => {
    const { clock, changes, calledAt } = setUp();
    changes.poke();
    clock.advance(0);
    clock.jump(-86_400_000);
    changes.poke();
    clock.advance(200);
    expect(calledAt).toHaveLength(2);
  });

  it('calls nothing after stop, also when it is poked again', () => {
    const { clock, changes, calledAt } = setUp();
    changes.poke();
    changes.stop();
    changes.poke();
    clock.advance(10_000);
    expect(calledAt).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
