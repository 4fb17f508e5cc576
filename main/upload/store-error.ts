/** Reads what a store refuses with: from a reply of ours, and from an error of the SDK. */
import { parseRetryAfter, StoreError } from './failures.ts';
import type { Reply } from './exchange.ts';

/** @param now Unix milliseconds by the store's clock, which a date of its reply is by. */
export function refusalOf({ status, headers, text }: Reply, now: number, host: string): StoreError {
  // A page of a captive portal has no error document, whatever its words.
  const document = /<Error[\s>]/.test(text) ? text : '';
  return new StoreError(
    status,
    elementOf(document, 'Code') ?? '',
    headerOf(headers['x-amz-request-id']) ?? elementOf(document, 'RequestId'),
    parseRetryAfter(headers['retry-after'] ?? null, now),
    host,
  );
}

/** The same of what the SDK threw; anything that is no reply of a store stays as it is. */
export function refusalOfSdk(error: unknown, now: number, host: string | null): unknown {
  if (!(error instanceof Error) || !('$metadata' in error)) return error;
  const { httpStatusCode, requestId } = error.$metadata as { httpStatusCode?: number; requestId?: string };
  if (httpStatusCode === undefined) return error;
  const retryAfterMs = parseRetryAfter(headersOfSdk(error)['retry-after'] ?? null, now);
  return new StoreError(httpStatusCode, error.name, requestId ?? null, retryAfterMs, host);
}

/** The time that a store has, by the refusal that the SDK threw; undefined where that does not tell. */
export function dateOfSdk(error: unknown): string | undefined {
  return error instanceof Error ? headersOfSdk(error)['date'] : undefined;
}

function headersOfSdk(error: Error): Record<string, string | undefined> {
  const { headers } = ('$response' in error ? error.$response : {}) as { headers?: Record<string, string> };
  return headers ?? {};
}

function headerOf(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** The codes and numbers that S3 sends need no unescaping. */
function elementOf(document: string, name: 'Code' | 'RequestId'): string | null {
  return new RegExp(`<${name}>\\s*([\\w.:-]+)\\s*</${name}>`).exec(document)?.[1] ?? null;
}
