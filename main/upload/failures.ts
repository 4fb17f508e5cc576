/** Every failure of the upload steps is classified here, by codes and never by message text, and nowhere else. */
import type { BlockReason, WaitReason } from '../../preload/contract/model.ts';
import { errorCode } from '../lib/log.ts';
import { isCertificateCode } from '../network/certificates.ts';
import type { Tried } from '../queue/attempts.ts';
import { ReplyTooLong } from '../network/http-fetch.ts';
import { ProxyAuthNeeded, ProxyFailed } from '../network/proxy-errors.ts';

export type Failure =
  /** We stopped it ourselves: pause, removal, sleep, quit. */
  | { kind: 'cancelled' }
  /** Nothing came back, or nothing that our servers say. A probe decides whether we are offline. */
  | { kind: 'network'; detail: string }
  /** A page where our servers answer: the network wants a log-in. A probe decides, as for the two that follow. */
  | { kind: 'captive_portal'; detail: string }
  /** The server's certificate is not trusted, or not good for it. */
  | { kind: 'certificate'; detail: string }
  /** The proxy does not answer, or does not let us through. */
  | { kind: 'proxy'; detail: string }
  /** The proxy wants a user name and a password that it has not got. */
  | { kind: 'proxy_auth'; detail: string }
  | { kind: 'throttled'; retryAfterMs: number | null; detail: string }
  | { kind: 'server'; retryAfterMs: number | null; detail: string }
  | { kind: 'clock_skew'; detail: string }
  | { kind: 'grant_expired'; detail: string }
  | { kind: 'sign_in'; detail: string }
  /** The store or the backend holds other bytes than we hashed. */
  | { kind: 'mismatch'; detail: string }
  | { kind: 'file_changed'; detail: string }
  | { kind: 'local_io'; detail: string }
  | { kind: 'blocked'; reason: BlockReason; detail: string }
  | { kind: 'wait'; reason: WaitReason; detail: string };

/** An HTTP reply of the backend that is not what was asked for. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly status: number;
  /** The problem document's stable code, or '' when the reply was no problem document. */
  readonly code: string;
  readonly retryAfterMs: number | null;
  readonly host: string | null;
  constructor(status: number, code: string, retryAfterMs: number | null, host: string | null = null) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.host = host;
  }
}

/** An object store's reply that is not what was asked for. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly status: number;
  /** S3's code, or '' when the reply named none. */
  readonly code: string;
  /** Every store numbers its requests; a captive portal or a proxy that refuses does not. */
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly host: string | null;
  constructor(
    status: number,
    code: string,
    requestId: string | null,
    retryAfterMs: number | null,
    host: string | null = null,
  ) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
    this.host = host;
  }
}

/** Main has no access token to give: nobody is signed in, or the identity provider cannot be reached. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly refusal: 'sign_in_needed' | 'offline';
  constructor(refusal: 'sign_in_needed' | 'offline') {
    super(refusal);
    this.refusal = refusal;
  }
}

/** A success without what every store puts into one: a captive portal or a proxy answered in its place. */
export class ForeignReply extends Error {
  override readonly name = 'ForeignReply';
}

/** The file is not what was inspected. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
}

/** No byte moved for too long, or the reply did not come. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

/** S3 error codes by what can be done about them (Amazon S3 API Reference, "Error responses"). */
const storeCodes: Readonly<Record<string, (detail: string, retryAfterMs: number | null) => Failure>> = {
  SlowDown: (detail, retryAfterMs) => ({ kind: 'throttled', retryAfterMs, detail }),
  ServiceUnavailable: (detail, retryAfterMs) => ({ kind: 'throttled', retryAfterMs, detail }),
  TooManyRequestsException: (detail, retryAfterMs) => ({ kind: 'throttled', retryAfterMs, detail }),
  RequestTimeTooSkewed: (detail) => ({ kind: 'clock_skew', detail }),
  RequestExpired: (detail) => ({ kind: 'clock_skew', detail }),
  ExpiredToken: (detail) => ({ kind: 'grant_expired', detail }),
  ExpiredTokenException: (detail) => ({ kind: 'grant_expired', detail }),
  InvalidToken: (detail) => ({ kind: 'grant_expired', detail }),
  InvalidAccessKeyId: (detail) => ({ kind: 'grant_expired', detail }),
  BadDigest: (detail) => ({ kind: 'mismatch', detail }),
  InvalidDigest: (detail) => ({ kind: 'mismatch', detail }),
  XAmzContentSHA256Mismatch: (detail) => ({ kind: 'mismatch', detail }),
  // An upload that is gone, or a part of it: the next try asks what there is, and sends the rest.
  NoSuchUpload: (detail) => ({ kind: 'server', retryAfterMs: null, detail }),
  InvalidPart: (detail) => ({ kind: 'server', retryAfterMs: null, detail }),
  IncompleteBody: (detail) => ({ kind: 'network', detail }),
  RequestTimeout: (detail) => ({ kind: 'network', detail }),
  EntityTooLarge: (detail) => ({ kind: 'blocked', reason: 'too_large', detail }),
  QuotaExceeded: (detail) => ({ kind: 'blocked', reason: 'quota', detail }),
  XMinioStorageFull: (detail) => ({ kind: 'wait', reason: 'store_full', detail }),
  InsufficientStorage: (detail) => ({ kind: 'wait', reason: 'store_full', detail }),
};

/** What a local file error means for the row. */
const fileCodes: Readonly<Record<string, BlockReason>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  EMPTY_FILE: 'empty_file',
  NOT_A_FILE: 'not_a_file',
};

/** @param error whatever an upload step threw. */
export function classify(error: unknown): Failure {
  if (error instanceof FileChanged) return { kind: 'file_changed', detail: error.message };
  if (error instanceof Stalled) return { kind: 'network', detail: 'stalled' };
  if (error instanceof TokenRefused) {
    return error.refusal === 'offline'
      ? { kind: 'network', detail: 'identity_provider' }
      : { kind: 'sign_in', detail: 'sign_in_needed' };
  }
  if (error instanceof ProxyAuthNeeded) return { kind: 'proxy_auth', detail: error.proxy };
  if (error instanceof ProxyFailed) return classifyProxy(error);
  if (error instanceof ForeignReply || error instanceof ReplyTooLong)
    return { kind: 'captive_portal', detail: error.name };
  if (error instanceof BackendError) return classifyBackend(error);
  if (error instanceof StoreError) return classifyStore(error);
  if (error instanceof Error && error.name === 'AbortError') return { kind: 'cancelled' };
  const code = rootCode(error);
  // A firewall refuses a connection with the code of a file without permission.
  const reason = isSocketError(error) ? undefined : fileCodes[code];
  if (reason !== undefined) return { kind: 'blocked', reason, detail: code };
  const isLocal = hasPath(error) || /^E(IO|BUSY|MFILE|NFILE|STALE|NODEV|NXIO|ISDIR|INVAL|NOMEM)$/.test(code);
  if (isLocal) return { kind: 'local_io', detail: code };
  if (isCertificateCode(code)) return { kind: 'certificate', detail: code };
  // What is left came from a socket, the resolver or TLS, or from a reply that made no sense: ask a probe.
  return { kind: 'network', detail: code };
}

/** What an error tells whoever looks for its cause: who was asked, and what the answer was. No path, no query. */
export function technicalFacts(error: unknown): Pick<Tried, 'status' | 'requestId' | 'host'> {
  if (error instanceof BackendError) return { status: error.status, requestId: null, host: error.host };
  if (error instanceof StoreError) {
    const { status, requestId, host } = error;
    return { status, requestId, host };
  }
  return { status: null, requestId: null, host: addressOf(error) };
}

/** Where a socket's or the resolver's error says that it was going. */
function addressOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  // All addresses of one host were tried: one error for each.
  if (error instanceof AggregateError) return addressOf(error.errors[0]);
  const { hostname, address, port } = error as { hostname?: unknown; address?: unknown; port?: unknown };
  if (typeof hostname === 'string') return hostname;
  if (typeof address === 'string') return typeof port === 'number' ? `${address}:${port}` : address;
  return addressOf(error.cause);
}

/** What the system says of a machine that has no network at all, or no name server. */
const noNetwork: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
]);

function classifyProxy({ reason, detail }: ProxyFailed): Failure {
  // Without a network there is no proxy either, and behind one that works it is our servers that are away.
  const kind = reason === 'no_way' || noNetwork.has(detail) ? 'network' : 'proxy';
  return { kind, detail: `proxy ${detail}` };
}

/** Statuses that only the network itself sends. RFC 6585, section 6: 511 is a captive portal's. */
function networkStatus(status: number, detail: string): Failure | null {
  if (status === 407) return { kind: 'proxy', detail };
  return status === 511 ? { kind: 'captive_portal', detail } : null;
}

function classifyBackend({ status, code, retryAfterMs }: BackendError): Failure {
  const detail = `backend ${status} ${code}`.trim();
  const networks = networkStatus(status, detail);
  if (networks !== null) return networks;
  // Our backend answers in JSON, and sends nobody elsewhere.
  if (code === '' && status < 400) return { kind: 'captive_portal', detail };
  // Refused with a fresh token too: nothing that a person could mend by signing in again.
  if (status === 401) return { kind: 'server', retryAfterMs, detail };
  if (status === 429) return { kind: 'throttled', retryAfterMs, detail };
  if (status === 507) return { kind: 'wait', reason: 'store_full', detail };
  if (status >= 500) return { kind: 'server', retryAfterMs, detail };
  if (code === '') return { kind: 'network', detail: `${detail} not_our_backend` };
  if (status === 403)
    return { kind: 'blocked', reason: code.includes('quota') ? 'quota' : 'forbidden', detail };
  return { kind: 'blocked', reason: 'rejected', detail };
}

function classifyStore({ status, code, requestId, retryAfterMs }: StoreError): Failure {
  const detail = `store ${status} ${code}`.trim();
  const networks = networkStatus(status, detail);
  if (networks !== null) return networks;
  const known = storeCodes[code];
  if (known !== undefined) return known(detail, retryAfterMs);
  if (status === 429 || status === 503) return { kind: 'throttled', retryAfterMs, detail };
  if (status >= 500 || status === 409) return { kind: 'server', retryAfterMs, detail };
  // Every store numbers its requests; a captive portal or a proxy that refuses does not.
  if (requestId === null && status < 400) return { kind: 'captive_portal', detail };
  if (requestId === null) return { kind: 'network', detail: `${detail} not_our_store` };
  if (status === 401 || status === 403) return { kind: 'blocked', reason: 'forbidden', detail };
  if (status >= 400) return { kind: 'blocked', reason: 'rejected', detail };
  // The bucket lives elsewhere (PermanentRedirect): whoever runs the library has to mend that.
  return { kind: 'server', retryAfterMs: null, detail };
}

/** Nobody asks for more in earnest, and no timer is longer than 24 days. */
const longestWaitMs = 24 * 60 * 60_000;

/** Delay seconds or an HTTP date (RFC 9110 section 10.2.3), in milliseconds; null when absent or senseless. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value)) return finiteOrNull(Number(value) * 1000);
  // Date.parse takes almost anything for a date ("-5"); every form of an HTTP date begins with the day of the week.
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)
    ? finiteOrNull(Math.max(0, Date.parse(value) - now))
    : null;
}

function finiteOrNull(ms: number): number | null {
  return Number.isFinite(ms) ? Math.min(longestWaitMs, ms) : null;
}

/** The system's errors name the path that they are about (not those of an open file). */
function hasPath(error: unknown): boolean {
  return error instanceof Error && 'path' in error;
}

function isSocketError(error: unknown): boolean {
  // All addresses of one host were tried: one error for each.
  if (error instanceof AggregateError) return error.errors.some(isSocketError);
  if (!(error instanceof Error)) return false;
  return ('syscall' in error && error.syscall === 'connect') || isSocketError(error.cause);
}

/** fetch wraps the socket's error in `cause`. */
function rootCode(error: unknown): string {
  if (error instanceof Error && !('code' in error) && error.cause !== undefined) return rootCode(error.cause);
  return errorCode(error);
}
