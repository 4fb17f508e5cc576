/** The backend's calls that uploads need (docs/backend-api.md), each with a deadline, every reply checked. */
import { z } from 'zod';
import { systemClock, type Clock } from '../lib/clock.ts';
import { withDeadline } from '../lib/signals.ts';
import type { AccessToken } from '../lib/engine-protocol.ts';
import type { FetchInit, HttpFetch } from '../network/http-fetch.ts';
import type { components } from './backend-api.d.ts';
import { BackendError, parseRetryAfter } from './failures.ts';
import { createServerTime, type ServerTime } from './server-time.ts';

type Documented = components['schemas'];

const lookupReply = z.object({
  found: z.array(z.object({ sha256: z.string(), photoId: z.string(), fileName: z.string() })),
});
const grantReply = z.object({
  bucket: z.string(),
  region: z.string(),
  endpoint: z.string().optional(),
  forcePathStyle: z.boolean(),
  keyPrefix: z.string(),
  checksum: z.enum(['SHA256', 'MD5']),
  sse: z.object({ algorithm: z.literal('aws:kms'), kmsKeyId: z.string() }).optional(),
  maxBytes: z.number(),
  credentials: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    expiration: z.string().transform((text) => Date.parse(text)),
  }),
});
const confirmReply = z.object({
  photos: z.array(
    z.discriminatedUnion('status', [
      z.object({ sha256: z.string(), status: z.enum(['stored', 'duplicate']), photoId: z.string() }),
      z.object({ sha256: z.string(), status: z.literal('rejected'), code: z.string() }),
    ]),
  ),
});
const openUploadsReply = z.object({
  uploads: z.array(
    z.object({
      key: z.string(),
      uploadId: z.string(),
      startedAt: z.string().transform((text) => Date.parse(text)),
    }),
  ),
});
const problemReply = z.object({ code: z.string() });

/** Does not compile unless every reply that the backend documents passes our schema of it. */
type Checked<Reply extends z.input<Schema>, Schema extends z.ZodType> = [Reply, z.output<Schema>][1];

export type Found = Checked<Documented['LookupReply'], typeof lookupReply>['found'][number];
export type Grant = Checked<Documented['UploadGrant'], typeof grantReply>;
export type Confirmation = Checked<Documented['CommitReply'], typeof confirmReply>['photos'][number];
export type OpenUpload = Checked<Documented['OpenUploads'], typeof openUploadsReply>['uploads'][number];

/** What the backend is told of a photo that lies in the store. */
export type ConfirmRequest = Documented['NewPhoto'];

export interface BackendClient {
  /** The backend's time, by its replies. */
  time: Pick<ServerTime, 'now' | 'aheadMs'>;
  /** At most 500 hashes (lower-case hex). */
  lookup(sha256: readonly string[], signal?: AbortSignal): Promise<Found[]>;
  grant(): Promise<Grant>;
  /** At most 100 photos; idempotent. */
  confirm(photos: readonly ConfirmRequest[], signal?: AbortSignal): Promise<Confirmation[]>;
  /** This person's uploads in parts, from whatever computer, that are neither completed nor aborted. */
  openUploads(signal?: AbortSignal): Promise<OpenUpload[]>;
  /** Resolves when the backend is there and ready; needs no token. */
  probe(): Promise<void>;
}

export interface BackendClientDeps {
  apiUrl: string;
  /** @throws TokenRefused */
  token: (options: { rejected?: string }) => Promise<AccessToken>;
  fetch: HttpFetch;
  /** Ends every call under way. */
  signal: AbortSignal;
  clock?: Clock;
  /** The backend's clock turned out to be off from ours, or no longer to be. */
  onClock?: () => void;
}

const callDeadlineMs = 30_000;
const probeDeadlineMs = 5_000;

/** Calls throw BackendError (a reply that is no success), TokenRefused, or what `fetch` rejects with when nothing came back. */
export function createBackendClient({
  apiUrl,
  token,
  fetch,
  signal,
  clock = systemClock,
  onClock,
}: BackendClientDeps): BackendClient {
  const time = createServerTime(clock, onClock);
  const { host } = new URL(apiUrl);
  const request = (
    path: string,
    init: Omit<FetchInit, 'signal'>,
    deadlineMs: number,
    call = signal,
  ): Promise<Response> =>
    withDeadline([signal, call], { ms: deadlineMs }, async (within) => {
      const response = await fetch(new URL(path, `${apiUrl}/`), { ...init, signal: within });
      time.note(response.headers.get('date'));
      return response;
    });

  const ask = async <T>(
    path: string,
    init: { method: 'GET' | 'POST'; body?: string },
    schema: z.ZodType<T>,
    call = signal,
  ): Promise<T> => {
    let { token: bearer } = await token({});
    for (let firstTry = true; ; firstTry = false) {
      const response = await request(
        path,
        {
          ...init,
          headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        },
        callDeadlineMs,
        call,
      );
      if (response.ok) return schema.parse(await jsonOf(response, host));
      const failure = await failureOf(response, host, time.now());
      // The backend may know better than we do that a token is no longer good: ask for another one, once.
      if (failure.status !== 401 || !firstTry) throw failure;
      ({ token: bearer } = await token({ rejected: bearer }));
    }
  };

  const post = <T>(path: string, body: unknown, schema: z.ZodType<T>, call?: AbortSignal): Promise<T> =>
    ask(path, { method: 'POST', body: JSON.stringify(body) }, schema, call);

  return {
    time,
    lookup: async (sha256, call) => (await post('v1/photos/lookup', { sha256 }, lookupReply, call)).found,
    grant: () => post('v1/upload-grants', {}, grantReply),
    confirm: async (photos, call) => (await post('v1/photos', { photos }, confirmReply, call)).photos,
    openUploads: async (call) =>
      (await ask('v1/open-uploads', { method: 'GET' }, openUploadsReply, call)).uploads,
    probe: async () => {
      const response = await request('healthz', {}, probeDeadlineMs);
      const body = await jsonOf(response, host);
      if (!response.ok)
        throw new BackendError(response.status, problemReply.safeParse(body).data?.code ?? '', null, host);
    },
  };
}

/** A reply that is not JSON is not from our backend: a captive portal, or a proxy's error page. */
async function jsonOf(response: Response, host: string): Promise<unknown> {
  if (/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    try {
      return await response.json();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  throw new BackendError(response.status, '', null, host);
}

/** @param now by the backend's clock, which a date of its reply is by. */
async function failureOf(response: Response, host: string, now: number): Promise<BackendError> {
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), now);
  const problem = problemReply.safeParse(await jsonOf(response, host).catch(() => null));
  return new BackendError(response.status, problem.data?.code ?? '', retryAfterMs, host);
}
