import { describe, expect, it } from 'vitest';
import { blockReasons, waitReasons } from '../../../preload/contract/model.ts';
import type { Failure } from '../../../main/upload/failures.ts';
import { eventFor, outageOf } from '../../../main/upload/policy.ts';

const now = 1_700_000_000_000;
const fresh = { attempts: 0, strikes: 0 };
const online = { offline: false, outage: null, now, random: () => 0.5 };
const detail = 'test';

describe('eventFor', () => {
  it('gives back what was cancelled, without a penalty', () => {
    expect(eventFor({ kind: 'cancelled' }, fresh, online)).toEqual({ type: 'released', reason: 'ready' });
  });

  it('gives back what met an outage: it is nobody’s attempt', () => {
    const row = { attempts: 4, strikes: 0 };
    const event = eventFor({ kind: 'network', detail }, row, { ...online, offline: true });
    expect(event).toEqual({ type: 'released', reason: 'offline' });
  });

  it('gives back what fails as everything does at the moment, and what waited behind it', () => {
    const during = { ...online, outage: 'server_error' } as const;
    const released = { type: 'released', reason: 'server_error' };
    expect(eventFor({ kind: 'server', retryAfterMs: null, detail }, fresh, during)).toEqual(released);
    expect(eventFor({ kind: 'cancelled' }, fresh, during)).toEqual(released);
    // What is the row's own matter is no part of the outage.
    expect(eventFor({ kind: 'blocked', reason: 'missing', detail }, fresh, during)).toEqual({
      type: 'blocked',
      reason: 'missing',
    });
    expect(outageOf({ kind: 'file_changed', detail })).toBeNull();
  });

  it.each(['captive_portal', 'certificate', 'proxy'] as const)(
    'gives back what met an outage by %s, with that reason',
    (kind) => {
      const event = eventFor({ kind, detail }, fresh, { ...online, offline: true });
      expect(event).toEqual({ type: 'released', reason: kind });
    },
  );

  it('gives back what waits for a proxy’s password', () => {
    const event = eventFor({ kind: 'proxy_auth', detail }, fresh, online);
    expect(event).toEqual({ type: 'released', reason: 'proxy_auth' });
  });

  it('gives back what needs a sign-in', () => {
    expect(eventFor({ kind: 'sign_in', detail }, fresh, online)).toEqual({
      type: 'released',
      reason: 'signed_out',
    });
  });

  it.each([
    [{ kind: 'network', detail }, 'network'],
    [{ kind: 'captive_portal', detail }, 'captive_portal'],
    [{ kind: 'certificate', detail }, 'certificate'],
    [{ kind: 'proxy', detail }, 'proxy'],
    [{ kind: 'throttled', retryAfterMs: null, detail }, 'throttled'],
    [{ kind: 'server', retryAfterMs: null, detail }, 'server_error'],
    [{ kind: 'clock_skew', detail }, 'clock_skew'],
    [{ kind: 'grant_expired', detail }, 'grant_expired'],
    [{ kind: 'local_io', detail }, 'local_io'],
    [{ kind: 'wait', reason: 'store_full', detail }, 'store_full'],
  ] as const satisfies [Failure, string][])('tries %j again after full jitter', (failure, reason) => {
    const waits = [0, 1, 2, 3].map((attempts) => {
      const event = eventFor(failure, { attempts, strikes: 0 }, online);
      if (event.type !== 'failed') throw new Error(`not failed: ${event.type}`);
      expect(event).toMatchObject({ reason, penalty: true });
      return event.nextTryAt - now;
    });
    expect(waits).toEqual([500, 1000, 2000, 4000]);
  });

  it('never waits longer than five minutes by itself, however often it failed', () => {
    const event = eventFor(
      { kind: 'network', detail },
      { attempts: 5000, strikes: 0 },
      { ...online, random: () => 0.999999 },
    );
    expect(event).toMatchObject({ type: 'failed' });
    expect(event.type === 'failed' && event.nextTryAt - now).toBeLessThanOrEqual(5 * 60_000);
  });

  it('is never due at once after a failure: 0 would mean that nothing is wrong', () => {
    const event = eventFor({ kind: 'network', detail }, fresh, { ...online, random: () => 0 });
    expect(event).toMatchObject({ nextTryAt: now + 1 });
  });

  it.each(['throttled', 'server'] as const)('waits as long as the server asks: %s', (kind) => {
    for (const retryAfterMs of [3000, 600_000]) {
      const event = eventFor({ kind, retryAfterMs, detail }, { attempts: 7, strikes: 0 }, online);
      expect(event).toMatchObject({ type: 'failed', nextTryAt: now + retryAfterMs });
    }
    // No reason to come back in a tight loop.
    expect(eventFor({ kind, retryAfterMs: 0, detail }, fresh, online)).toMatchObject({
      nextTryAt: now + 500,
    });
  });

  it('reads a file with a wrong checksum again twice, then suspects its disk', () => {
    const events = [0, 1, 2].map((strikes) =>
      eventFor({ kind: 'mismatch', detail }, { attempts: 0, strikes }, online),
    );
    expect(events).toEqual([
      { type: 'restarted', reason: 'checksum_mismatch', nextTryAt: now + 500, strike: true },
      { type: 'restarted', reason: 'checksum_mismatch', nextTryAt: now + 500, strike: true },
      { type: 'blocked', reason: 'disk_suspected' },
    ]);
  });

  it('inspects a changed file again in a moment, as often as it changes, and never as a strike', () => {
    const event = eventFor({ kind: 'file_changed', detail }, { attempts: 99, strikes: 2 }, online);
    expect(event).toEqual({
      type: 'restarted',
      reason: 'file_changed',
      nextTryAt: now + 2000,
      strike: false,
    });
  });

  it('gives up on a local error that stays', () => {
    const failure: Failure = { kind: 'local_io', detail: 'EIO' };
    expect(eventFor(failure, { attempts: 4, strikes: 0 }, online)).toMatchObject({ type: 'failed' });
    expect(eventFor(failure, { attempts: 5, strikes: 0 }, online)).toEqual({
      type: 'blocked',
      reason: 'gave_up',
    });
  });

  it.each(blockReasons)('asks the person about %s', (reason) => {
    expect(eventFor({ kind: 'blocked', reason, detail }, fresh, online)).toEqual({ type: 'blocked', reason });
  });

  it.each(waitReasons)('can wait for %s', (reason) => {
    expect(eventFor({ kind: 'wait', reason, detail }, fresh, online)).toMatchObject({
      type: 'failed',
      reason,
    });
  });
});
