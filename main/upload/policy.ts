/** What a failed step means for its row: wait how long, start over, or ask the person. */
import type { EnginePause, WaitReason } from '../../preload/contract/model.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { RowCore, RowEvent } from '../queue/transition.ts';
import { fullJitter } from './backoff.ts';
import type { Failure } from './failures.ts';

const baseMs = 1_000;
const capMs = 5 * 60_000;
/** After that many wrong checksums of one file its disk is suspected. */
const maxStrikes = 2;
/** A file error that may pass (busy, I/O) is tried that often. */
const maxLocalAttempts = 5;

/** What a failure says of the service that was asked: null when it is the row's own. */
export function outageOf(failure: Failure): { reason: WaitReason; retryAfterMs: number | null } | null {
  switch (failure.kind) {
    case 'network':
    case 'captive_portal':
    case 'certificate':
    case 'proxy':
    case 'proxy_auth':
      return { reason: failure.kind, retryAfterMs: null };
    case 'throttled':
      return { reason: 'throttled', retryAfterMs: failure.retryAfterMs };
    case 'server':
      return { reason: 'server_error', retryAfterMs: failure.retryAfterMs };
    case 'wait':
      return { reason: failure.reason, retryAfterMs: null };
    default:
      return null;
  }
}

/** Why everything that needs the network waits while a probe fails like this. */
export function pauseFor(failure: Failure): EnginePause {
  switch (failure.kind) {
    case 'captive_portal':
      return 'captivePortal';
    case 'certificate':
      return 'certificate';
    case 'proxy':
      return 'proxy';
    case 'proxy_auth':
      return 'proxyAuth';
    default:
      return 'offline';
  }
}

/** Whether the network may be at fault: then a probe says more. */
export function isOfNetwork({ kind }: Failure): boolean {
  return ['network', 'captive_portal', 'certificate', 'proxy', 'proxy_auth'].includes(kind);
}

/**
 * @param offline what a probe said just now: an outage is nobody's attempt.
 * @param outage why the service is left alone, if it is: then the row has to wait like all others, and spends nothing.
 * @param now Unix milliseconds.
 */
export function eventFor(
  failure: Failure,
  row: Pick<RowCore, 'attempts' | 'strikes'>,
  {
    offline,
    outage,
    now,
    random,
  }: { offline: boolean; outage: WaitReason | null; now: number; random: () => number },
): RowEvent {
  if (outage !== null && (failure.kind === 'cancelled' || outageOf(failure) !== null))
    return { type: 'released', reason: outage };
  const later = (retryAfterMs: number | null = null): number =>
    // 0, or a date that is past by our clock, asks for nothing: back off as ever.
    now + Math.max(1, retryAfterMs || fullJitter(row.attempts, baseMs, capMs, random));
  switch (failure.kind) {
    case 'cancelled':
      return { type: 'released', reason: 'ready' };
    case 'network':
      if (offline) return { type: 'released', reason: 'offline' };
      return { type: 'failed', reason: 'network', nextTryAt: later(), penalty: true };
    case 'captive_portal':
    case 'certificate':
    case 'proxy':
      if (offline) return { type: 'released', reason: failure.kind };
      return { type: 'failed', reason: failure.kind, nextTryAt: later(), penalty: true };
    case 'proxy_auth':
      return { type: 'released', reason: 'proxy_auth' };
    case 'throttled':
      return { type: 'failed', reason: 'throttled', nextTryAt: later(failure.retryAfterMs), penalty: true };
    case 'server':
      return {
        type: 'failed',
        reason: 'server_error',
        nextTryAt: later(failure.retryAfterMs),
        penalty: true,
      };
    case 'clock_skew':
      return { type: 'failed', reason: 'clock_skew', nextTryAt: later(), penalty: true };
    case 'grant_expired':
      return { type: 'failed', reason: 'grant_expired', nextTryAt: later(), penalty: true };
    case 'sign_in':
      return { type: 'released', reason: 'signed_out' };
    case 'mismatch':
      if (row.strikes >= maxStrikes) return { type: 'blocked', reason: 'disk_suspected' };
      return { type: 'restarted', reason: 'checksum_mismatch', nextTryAt: later(), strike: true };
    case 'file_changed':
      // Somebody may still be writing: give them a moment.
      return { type: 'restarted', reason: 'file_changed', nextTryAt: now + 2_000, strike: false };
    case 'local_io':
      if (row.attempts >= maxLocalAttempts) return { type: 'blocked', reason: 'gave_up' };
      return { type: 'failed', reason: 'local_io', nextTryAt: later(), penalty: true };
    case 'blocked':
      return { type: 'blocked', reason: failure.reason };
    case 'wait':
      return { type: 'failed', reason: failure.reason, nextTryAt: later(), penalty: true };
    default:
      return assertNever(failure);
  }
}
