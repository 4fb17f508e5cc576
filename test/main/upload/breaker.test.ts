import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../../main/upload/breaker.ts';
import { fakeClock } from '../../support/fake-clock.ts';

function setUp() {
  const clock = fakeClock();
  let changes = 0;
  const breaker = createBreaker({ clock, random: () => 0.5, onChange: () => changes++ });
  const fail = (times: number): void => {
    for (let time = 0; time < times; time++) breaker.failed('server_error', null);
  };
  return { clock, breaker, fail, changes: () => changes };
}

describe('a breaker', () => {
  it('stays closed while a success comes between failures', () => {
    const { breaker, fail } = setUp();
    fail(4);
    breaker.succeeded();
    fail(4);
    expect([breaker.outage(), breaker.allows()]).toEqual([null, Infinity]);
  });

  it('opens after five failures in a row, says until when, and then lets one try', () => {
    const { clock, breaker, fail, changes } = setUp();
    fail(5);
    expect(breaker.outage()).toEqual({ reason: 'server_error', nextTryAt: clock.now() + 1_000 });
    expect(breaker.allows()).toBe(0);
    clock.advance(1_000);
    expect([breaker.allows(), changes()]).toEqual([1, 2]);
    breaker.succeeded();
    expect([breaker.outage(), breaker.allows(), changes()]).toEqual([null, Infinity, 3]);
  });

  it('waits longer when the one that tried fails too, and no longer for those that were under way', () => {
    const { clock, breaker, fail } = setUp();
    fail(5);
    fail(7);
    expect(breaker.outage()?.nextTryAt).toBe(clock.now() + 1_000);
    clock.advance(1_000);
    fail(1);
    expect(breaker.allows()).toBe(0);
    expect(breaker.outage()?.nextTryAt).toBe(clock.now() + 2_000);
  });

  it('waits as long as the service asked for', () => {
    const { clock, breaker, fail } = setUp();
    fail(4);
    breaker.failed('throttled', 90_000);
    expect(breaker.outage()).toEqual({ reason: 'throttled', nextTryAt: clock.now() + 90_000 });
  });

  it('closes when a person asks for another try, and its timer is gone', () => {
    const { clock, breaker, fail } = setUp();
    fail(5);
    breaker.reset();
    expect([breaker.allows(), clock.pending]).toEqual([Infinity, 0]);
  });
});
