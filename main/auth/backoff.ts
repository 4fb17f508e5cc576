import type { AuthError } from './auth-error.ts';

const maxRetryMs = 60_000;
const maxLongRetryMs = 5 * 60_000;
/** A service that asks for more than this is asked again all the same. */
const maxRetryAfterMs = 60 * 60_000;

/**
 * Full-jitter backoff (AWS, "Exponential backoff and jitter"): a random wait up to a ceiling that doubles.
 * @param failures how many there were in a row, from 1. @param random in [0, 1). @returns milliseconds, at least 500.
 */
export function backoffMs(failures: number, maxMs: number, random: () => number): number {
  return Math.max(500, Math.round(random() * Math.min(maxMs, 1_000 * 2 ** Math.min(failures, 20))));
}

/** How long a session leaves the service, or the keychain, alone after its n-th failure in a row, in milliseconds. */
export function waitAfter(failure: AuthError, failures: number, random: () => number): number {
  // Each look into a locked keyring may bring up its dialog.
  if (failure.code === 'keychain_unread') return backoffMs(failures + 4, maxLongRetryMs, random);
  const asked = Math.min(failure.retryAfterMs ?? 0, maxRetryAfterMs);
  return asked + backoffMs(failures, failure.code === 'throttled' ? maxLongRetryMs : maxRetryMs, random);
}
