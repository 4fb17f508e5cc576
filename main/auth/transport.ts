/** One HTTP exchange with the sign-in service: bounded in time and size, body included, and never redirected. */
import { BodyTooLong, readBounded } from '../lib/bounded-body.ts';
import { errorCode } from '../lib/log.ts';
import { withDeadline, type Deadline } from '../lib/signals.ts';
import { untilAborted } from './abort.ts';
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';

const maxReplyBytes = 1024 * 1024;

export interface HttpRequest {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
}

export interface HttpReply {
  status: number;
  text: string;
  /** Unix milliseconds by the server's `Date` header, or null where it has none. */
  serverTime: number | null;
  /** What a `Retry-After` header asks for, in milliseconds; null where there is none. */
  retryAfterMs: number | null;
}

/** As much of `fetch` as is used: Node's, or that of Electron's `net`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Transport = (url: string, request: HttpRequest) => Promise<HttpReply>;

/**
 * @param deadlineMs from the call to the last byte of the body. `fetch` alone bounds neither: a proxy that sends
 * headers and then nothing would hold the session's single flight for good.
 * @returns a function that rejects with an {@link AuthError}: `offline`, `deadline`, `proxy_auth`,
 * `proxy_failed`, `certificate` or `reply_unexpected` (too long).
 */
export function createTransport(fetch: Fetch, clock: Clock, deadlineMs: number): Transport {
  const deadline: Deadline = { ms: deadlineMs, clock, reason: () => new AuthError('deadline') };
  return async (url, request) => {
    try {
      return await withDeadline([], deadline, async (signal) => {
        try {
          return await untilAborted(exchange(fetch, url, { ...request, signal }), signal);
        } catch (error) {
          // Whatever words fetch has for it.
          signal.throwIfAborted();
          throw error;
        }
      });
    } catch (error) {
      if (error instanceof AuthError) throw error;
      if (error instanceof BodyTooLong) throw new AuthError('reply_unexpected', 'too long');
      const code = networkCode(error);
      throw new AuthError(causeOf(code), code);
    }
  };
}

async function exchange(
  fetch: Fetch,
  url: string,
  request: HttpRequest & { signal: AbortSignal },
): Promise<HttpReply> {
  // Neither the form nor its answer may go anywhere but to the configured address.
  const response = await fetch(url, { ...request, redirect: 'error', credentials: 'omit' });
  const date = Date.parse(response.headers.get('date') ?? '');
  return {
    status: response.status,
    text: await readBounded(response, maxReplyBytes),
    serverTime: Number.isNaN(date) ? null : date,
    retryAfterMs: retryAfter(response.headers.get('retry-after'), date),
  };
}

/** Parses a reply as JSON, and tells apart what only looks like an answer. */
export function jsonOf(reply: HttpReply): Record<string, unknown> {
  const { status, retryAfterMs } = reply;
  if (status === 429) throw new AuthError('throttled', undefined, retryAfterMs);
  if (status >= 500) throw new AuthError('server_unavailable', `HTTP ${status}`, retryAfterMs);
  let value: unknown;
  try {
    value = JSON.parse(reply.text);
  } catch {
    // The parser's message quotes the text, which may hold a token.
    throw new AuthError('reply_unexpected', `HTTP ${reply.status}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AuthError('reply_unexpected', `HTTP ${reply.status}`);
  }
  return value as Record<string, unknown>;
}

/** Chromium's names for what proxies and certificates do (net/base/net_error_list.h). */
function causeOf(code: string): 'offline' | 'proxy_auth' | 'proxy_failed' | 'certificate' {
  if (code === 'ProxyAuthNeeded') return 'proxy_auth';
  if (code.startsWith('net::ERR_CERT_')) return 'certificate';
  return /^net::ERR_(PROXY|TUNNEL|SOCKS|MANDATORY_PROXY)_/.test(code) ? 'proxy_failed' : 'offline';
}

/** RFC 9110 §10.2.3: seconds, or a date, which is counted from the server's own. */
function retryAfter(text: string | null, serverTime: number): number | null {
  if (text === null) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const wait = Date.parse(text) - serverTime;
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/** For people to read: Node's fetch hides the system's code in `cause`, Chromium's has it in the message only. */
function networkCode(error: unknown): string {
  const source = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const chromium = source instanceof Error ? /net::ERR_[A-Z_]+/.exec(source.message) : null;
  return chromium?.[0] ?? errorCode(source);
}
