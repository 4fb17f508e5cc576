/**
 * The ways to the store: requests with bytes of a file by our own hands, all others by the SDK's client.
 *
 * [Note: The hot path] The SDK takes 2 ms of the processor for a request, most of it in middleware that decides again
 * what the grant has decided for all of them, and streams that make the garbage collector work. A photo is one request,
 * and its hash is known: what is left is to sign its headers and to hand its bytes to a connection. The requests
 * that are made once per large file stay with the SDK, without retries of its own; every request uses our connections.
 */
import { S3Client } from '@aws-sdk/client-s3';
import type https from 'node:https';
import { withDeadline } from '../lib/signals.ts';
import type { Clock } from '../lib/clock.ts';
import type { FileStat } from '../lib/file-stat.ts';
import type { Grant } from './backend-client.ts';
import type { Connections } from '../network/connections.ts';
import { createExchanges, IdleConnectionLost, type ExchangeOptions, type Reply } from './exchange.ts';
import { classify, ForeignReply, Stalled, StoreError } from './failures.ts';
import { assertUnchanged, type FileRange } from './file-body.ts';
import { createPace } from './pace.ts';
import { createSigner, encodePath, encodeQuery } from './signature.ts';
import { createServerTime } from './server-time.ts';
import { dateOfSdk, refusalOf, refusalOfSdk } from './store-error.ts';

/** A request on which nothing moves for that long, and for as long as its bytes may be on their way, is ended. */
const stallMs = 30_000;

export interface StoreDeps {
  clock: Clock;
  connections: Connections;
  stallAfterMs?: number;
  /** How far the store is likely to be ahead of the clock, milliseconds: asked until the store has told itself. */
  likelyAheadMs?: () => number;
}

/** A PUT that carries bytes of a file. */
export interface BytesRequest {
  key: string;
  query?: Readonly<Record<string, string>>;
  /** Besides those that every request has; names in lower case. */
  headers: Readonly<Record<string, string>>;
  path: string;
  /** What the file looked like when it was inspected. */
  stat: FileStat;
  range: FileRange;
  /** Of the range: lower-case hex. */
  sha256: string;
}

export interface RequestOptions {
  signal: AbortSignal;
  onBytes(count: number): void;
  /**
   * Asked before each slice of at most 1 MiB is handed to a connection: how many of these bytes may go. The connection
   * waits for the answer.
   */
  admit?: (wanted: number) => number | Promise<number>;
}

export interface StoreClient {
  s3(grant: Grant): S3Client;
  /**
   * Sends bytes of a file, watched: the file must be the inspected one before, after, and when the store finds its
   * checksum wrong; a request on which nothing moves is ended.
   *
   * @returns the ETag of the reply.
   * @throws StoreError, ForeignReply, FileChanged, Stalled, the signal's reason, or the system's error of the file or
   *   the connection.
   */
  sendBytes(grant: Grant, request: BytesRequest, options: RequestOptions): Promise<string>;
  /**
   * A request without bytes of a file, ended when nothing comes back for `patienceMs` (by default as long as a stall).
   * Refused for its time it is sent once more, by the store's: so `send` may be called twice.
   *
   * @throws StoreError, Stalled, or what else `send` throws.
   */
  ask<Answer>(
    signal: AbortSignal,
    send: (abortSignal: AbortSignal) => Promise<Answer>,
    patienceMs?: number,
  ): Promise<Answer>;
  /** Drops every connection: after sleep, or when the network changed. */
  close(): void;
}

/** Where the objects of a grant lie, and the client for them. */
interface Place {
  grant: Grant;
  s3: S3Client;
  /** The bucket's address. */
  url: URL;
  host: string;
  /** What comes before the encoded key. */
  prefix: string;
}

export function createStoreClient({
  clock,
  connections,
  stallAfterMs = stallMs,
  likelyAheadMs = () => 0,
}: StoreDeps): StoreClient {
  const pace = createPace();
  const sign = createSigner();
  const exchanges = createExchanges(clock);
  let place: Place | null = null;
  const storesTime = createServerTime(clock);
  let dated = false;
  const note = (date: string | undefined): void => {
    dated ||= date !== undefined;
    storesTime.note(date);
  };
  const aheadMs = (): number => (dated ? storesTime.aheadMs() : likelyAheadMs());

  /** A new grant keeps the connections: only the credentials change. */
  const placeOf = (grant: Grant): Place => {
    if (place?.grant !== grant) place = openPlace(grant, connections);
    return place;
  };

  const sendOnce = (grant: Grant, request: BytesRequest, options: ExchangeOptions): Promise<Reply> => {
    const { url, host, prefix } = placeOf(grant);
    const path = prefix + encodePath(request.key);
    const query = encodeQuery(request.query ?? {});
    const headers = sign(
      {
        method: 'PUT',
        path,
        query,
        headers: {
          ...request.headers,
          host,
          'content-length': String(request.range.length),
          // The signature covers the hash that we know anyway: stores that ignore x-amz-checksum-sha256 verify this
          // one all the same.
          'x-amz-content-sha256': request.sha256,
        },
      },
      grant.credentials,
      grant.region,
      clock.now() + aheadMs(),
    );
    return exchanges.run(
      {
        url,
        agent: connections.agentFor(url),
        method: 'PUT',
        path: query === '' ? path : `${path}?${query}`,
        headers,
        file: request.path,
        range: request.range,
      },
      options,
    );
  };

  /** Each attempt reads the file afresh. */
  const sendPatiently = async (
    grant: Grant,
    request: BytesRequest,
    { signal, onBytes, admit }: RequestOptions,
  ): Promise<Reply> => {
    // What a first attempt has told of is not told of again.
    let told = 0;
    const attempt = (): Promise<Reply> => {
      let taken = 0;
      return sendOnce(grant, request, {
        signal,
        admit,
        patienceMs: (bytes) => (bytes === 0 ? stallAfterMs : stallAfterMs + pace.drainMs(bytes)),
        onTaken: (count) => {
          taken += count;
          if (taken <= told) return;
          onBytes(taken - told);
          told = taken;
        },
      });
    };
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof IdleConnectionLost)) throw error;
      // The others have been idle for longer (lifo), and are as dead: what follows gets a new one.
      const { freeSockets } = connections.agentFor(placeOf(grant).url);
      for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
      return await attempt();
    }
  };

  return {
    s3: (grant) => {
      const { s3 } = placeOf(grant);
      // The SDK counts from the system's clock.
      s3.config.systemClockOffset = clock.now() + aheadMs() - Date.now();
      return s3;
    },
    sendBytes: async (grant, request, options) => {
      const { path, stat, range } = request;
      options.signal.throwIfAborted();
      assertUnchanged(path, stat);
      const startedAt = clock.now();
      try {
        let reply = await sendPatiently(grant, request, options);
        const skewed = isSkewed(reply);
        note((skewed ? /<ServerTime>([^<]+)</.exec(reply.text)?.[1] : undefined) ?? reply.headers.date);
        if (skewed) reply = await sendPatiently(grant, request, { ...options, onBytes: () => undefined });
        if (reply.status < 200 || reply.status > 299)
          throw refusalOf(reply, clock.now() + aheadMs(), placeOf(grant).url.host);
        const { etag } = reply.headers;
        if (etag === undefined || isPage(reply) || !reply.whole) throw new ForeignReply();
        pace.arrived(range.length, clock.now() - startedAt);
        assertUnchanged(path, stat);
        return etag;
      } catch (error) {
        if (error instanceof Stalled) pace.stalled();
        // Bytes that somebody changed under way are no sign of a bad disk.
        if (classify(error).kind === 'mismatch') assertUnchanged(path, stat);
        throw error;
      }
    },
    ask: (signal, send, patienceMs = stallAfterMs) =>
      withDeadline([signal], { ms: patienceMs, clock, reason: () => new Stalled() }, async (within) => {
        for (let firstTry = true; ; firstTry = false) {
          try {
            return await send(within);
          } catch (error) {
            if (within.reason instanceof Stalled) throw within.reason;
            note(dateOfSdk(error));
            const refusal = refusalOfSdk(error, clock.now() + aheadMs(), place?.url.host ?? null);
            const skewed = refusal instanceof StoreError && refusal.code === 'RequestTimeTooSkewed';
            if (!skewed || !firstTry) throw refusal;
          }
        }
      }),
    close: () => {
      place?.s3.destroy();
      place = null;
      connections.drop();
      exchanges.clear();
    },
  };
}

/** It refused a signature for its time, and says what time it has (Amazon S3 API Reference, RequestTimeTooSkewed). */
function isSkewed({ status, text }: Reply): boolean {
  return status === 403 && text.includes('<Code>RequestTimeTooSkewed</Code>');
}

function isPage({ headers }: Reply): boolean {
  return headers['content-type']?.includes('html') === true;
}

/** The SDK warns on the console of every stream that it cannot retry; failures are logged once, where they are judged. */
const ignore = (): void => undefined;
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

function openPlace(grant: Grant, connections: Connections): Place {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = grant.credentials;
  const address = grant.endpoint === undefined ? {} : { endpoint: grant.endpoint };
  const s3 = new S3Client({
    region: grant.region,
    ...address,
    forcePathStyle: grant.forcePathStyle,
    credentials: { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) },
    maxAttempts: 1,
    expectContinueHeader: false,
    logger: silent,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      httpAgent: connections.agentFor(new URL('http://store')),
      httpsAgent: connections.agentFor(new URL('https://store')) as https.Agent,
      requestTimeout: 0,
    },
  });
  // The SDK's own rules say where a bucket is, so that both ways lead there.
  const { url } = s3.config.endpointProvider({
    Bucket: grant.bucket,
    Region: grant.region,
    ForcePathStyle: grant.forcePathStyle,
    ...(grant.endpoint === undefined ? {} : { Endpoint: grant.endpoint }),
    UseFIPS: false,
    UseDualStack: false,
    Accelerate: false,
    UseGlobalEndpoint: false,
  });
  return { grant, s3, url, host: url.host, prefix: url.pathname.replace(/\/?$/, '/') };
}

/** A digest as the grant's checksum wants it. */
export interface Digest {
  /** Lower-case hex. */
  sha256: string;
  /** Base64; needed where the grant's checksum is MD5. */
  md5: string | null;
}

/** The checksum that the store is to verify. */
export function checksumHeader({ checksum }: Grant, { sha256, md5 }: Digest): Record<string, string> {
  if (checksum === 'SHA256') return { 'x-amz-checksum-sha256': sha256Base64(sha256) };
  if (md5 === null) throw new TypeError('a store that verifies MD5 needs the MD5');
  return { 'content-md5': md5 };
}

export function sha256Base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
