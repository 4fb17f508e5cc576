/**
 * How many requests at once carry the most: found by trying.
 *
 * [Note: Climbing the hill] Too few leave a long line idle, too many fight for a short one, and nobody can tell which
 * it is. So every window of some 300 ms is compared with the one before: one more request that brought more is kept
 * and the next tried, one that did not is taken back. After a rest it is tried again, for lines change. A store that
 * asks for a pause halves the number at once, and it grows again one by one (additive increase, multiplicative
 * decrease, RFC 5681 section 3.1).
 */
const least = 1;
const most = 16;
const first = 4;
const windowMs = 300;
/** A window with less in it says nothing. */
const tellingRequests = 4;
const tellingBytes = 4 * 1024 * 1024;
/** What a request is worth beside its bytes: of small photos the number counts. */
const requestBytes = 64 * 1024;
/** So much more is more, and not chance. */
const better = 1.04;
const restWindows = 12;
/** Several refusals that come together are one. */
const calmMs = 2_000;

export interface Concurrency {
  /** Requests at once. */
  limit(): number;
  /** Bytes were handed over, or a request was answered; `full` says whether others waited for a slot. */
  progress(bytes: number, requests: number, full: boolean): void;
  /** The store asked for a pause. */
  throttled(): void;
  /** A person's own number; null lets it be found again. */
  fix(count: number | null): void;
}

export interface ConcurrencyDeps {
  /** Milliseconds. */
  now: () => number;
  onChange: (limit: number) => void;
}

export function createConcurrency({ now, onChange }: ConcurrencyDeps): Concurrency {
  let found = first;
  let fixed: number | null = null;
  let from = now();
  let [bytes, requests, starved] = [0, 0, false];
  /** Of the window before, with the limit that it ran with. */
  let before: { rate: number; limit: number } | null = null;
  let rest = 0;
  let throttledAt = -Infinity;

  const limit = (): number => fixed ?? found;
  const set = (next: number): void => {
    const told = limit();
    found = Math.min(most, Math.max(least, next));
    if (limit() !== told) onChange(limit());
  };
  const judge = (rate: number): void => {
    if (rest > 0) {
      rest--;
      before = { rate, limit: found };
      return;
    }
    if (before !== null && found > before.limit && rate < before.rate * better) {
      set(before.limit);
      rest = restWindows;
      before = null;
      return;
    }
    before = { rate, limit: found };
    // In steps of half as many again: a long line is filled in a few windows.
    set(found + Math.max(1, Math.floor(found / 2)));
  };
  return {
    limit,
    progress: (moreBytes, moreRequests, full) => {
      bytes += moreBytes;
      requests += moreRequests;
      // Where nobody waits, another slot would stay empty.
      starved ||= moreRequests > 0 && !full;
      const ms = now() - from;
      if (ms < windowMs || (requests < tellingRequests && bytes < tellingBytes)) return;
      if (!starved) judge((bytes + requests * requestBytes) / ms);
      else before = null;
      from = now();
      [bytes, requests, starved] = [0, 0, false];
    },
    throttled: () => {
      if (now() - throttledAt < calmMs) return;
      throttledAt = now();
      before = null;
      rest = restWindows;
      set(Math.floor(found / 2));
    },
    fix: (count) => {
      const told = limit();
      fixed = count === null ? null : Math.min(most, Math.max(least, count));
      if (limit() !== told) onChange(limit());
    },
  };
}
