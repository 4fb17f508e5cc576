/**
 * The S3 client of the grant in force, and the one way in which a request with bytes of a file is made.
 *
 * [Note: The client] The SDK's defaults open a connection for every large PUT, retry spent streams and hash bodies a
 * second time. So: no retries of its own, no Expect header, no checksum but ours, and our own keep-alive agents.
 */
import { S3Client } from '@aws-sdk/client-s3';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import type { FileStat } from '../lib/file-stat.ts';
import type { Grant } from './backend-client.ts';
import { classify, ForeignReply, Stalled } from './failures.ts';
import { assertUnchanged, fileBody, type FileRange } from './file-body.ts';
import { createPace } from './pace.ts';

/** A request on which nothing moves for that long, and for as long as its bytes may be on their way, is ended. */
const stallMs = 30_000;
const connectTimeoutMs = 10_000;

export interface StoreDeps {
  clock: Clock;
  maxSockets: number;
  stallAfterMs?: number;
}

/** Which bytes a request carries. */
export interface FileBytes {
  path: string;
  /** What the file looked like when it was inspected. */
  stat: FileStat;
  range: FileRange;
}

export interface RequestOptions {
  signal: AbortSignal;
  onBytes(count: number): void;
  /** Asked before bytes go out: resolves when they may, undefined when they may at once. */
  admit?(bytes: number): Promise<void> | undefined;
}

export interface StoreClient {
  s3(grant: Grant): S3Client;
  /**
   * Sends bytes of a file by `send`, watched: the file must be the inspected one before, after, and when the store
   * finds its checksum wrong; a request on which nothing moves is ended.
   *
   * @param send makes the request and returns the ETag of its reply.
   * @throws what `send` throws, FileChanged, Stalled, or the system's error of the file.
   */
  sendBytes(
    bytes: FileBytes,
    options: RequestOptions,
    send: (body: Readable, abortSignal: AbortSignal) => Promise<string | undefined>,
  ): Promise<string>;
  /** A request without bytes of a file, ended when nothing comes back for `patienceMs` (by default as long as a stall). */
  ask<Reply>(
    signal: AbortSignal,
    send: (abortSignal: AbortSignal) => Promise<Reply>,
    patienceMs?: number,
  ): Promise<Reply>;
  /** Drops every connection: after sleep, or when the network changed. */
  close(): void;
}

export function createStoreClient({ clock, maxSockets, stallAfterMs = stallMs }: StoreDeps): StoreClient {
  const pace = createPace();
  let client: { grant: Grant; s3: S3Client } | null = null;
  let agents: { http: http.Agent; https: https.Agent } | null = null;

  return {
    /** A new grant keeps the connections: only the credentials change. */
    s3: (grant) => {
      if (client?.grant === grant) return client.s3;
      const options = { keepAlive: true, maxSockets, scheduling: 'lifo' } as const;
      agents ??= { http: new http.Agent(options), https: new https.Agent(options) };
      client = { grant, s3: createS3(grant, agents.http, agents.https) };
      return client.s3;
    },
    sendBytes: async ({ path, stat, range }, { signal, onBytes }, send) => {
      await assertUnchanged(path, stat);
      const watchdog = createWatchdog(clock, stallAfterMs);
      const startedAt = clock.now();
      let taken = 0;
      const body = fileBody(path, range, (count) => {
        taken += count;
        watchdog.feed(stallAfterMs + pace.drainMs(taken));
        onBytes(count);
      });
      // A stream that fails leaves its request waiting for bytes: end it, and remember why.
      const bodyFailed = new AbortController();
      body.once('error', (error) => {
        bodyFailed.abort(error);
      });
      try {
        const eTag = await send(body, AbortSignal.any([signal, watchdog.signal, bodyFailed.signal]));
        if (eTag === undefined) throw new ForeignReply();
        pace.arrived(range.length, clock.now() - startedAt);
        await assertUnchanged(path, stat);
        return eTag;
      } catch (error) {
        bodyFailed.signal.throwIfAborted();
        if (watchdog.signal.aborted) {
          pace.stalled();
          throw new Stalled();
        }
        // Bytes that somebody changed under way are no sign of a bad disk.
        if (classify(error).kind === 'mismatch') await assertUnchanged(path, stat);
        throw error;
      } finally {
        watchdog.stop();
        body.destroy();
      }
    },
    ask: async (signal, send, patienceMs = stallAfterMs) => {
      const watchdog = createWatchdog(clock, patienceMs);
      try {
        return await send(AbortSignal.any([signal, watchdog.signal]));
      } catch (error) {
        if (watchdog.signal.aborted) throw new Stalled();
        throw error;
      } finally {
        watchdog.stop();
      }
    },
    close: () => {
      client?.s3.destroy();
      agents?.http.destroy();
      agents?.https.destroy();
      client = null;
      agents = null;
    },
  };
}

/** The SDK warns on the console of every stream that it cannot retry; failures are logged once, where they are judged. */
const ignore = (): void => undefined;
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

function createS3(grant: Grant, httpAgent: http.Agent, httpsAgent: https.Agent): S3Client {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = grant.credentials;
  return new S3Client({
    region: grant.region,
    ...(grant.endpoint === undefined ? {} : { endpoint: grant.endpoint }),
    forcePathStyle: grant.forcePathStyle,
    credentials: { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) },
    maxAttempts: 1,
    expectContinueHeader: false,
    logger: silent,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { httpAgent, httpsAgent, connectionTimeout: connectTimeoutMs, requestTimeout: 0 },
  });
}

function createWatchdog(
  clock: Clock,
  ms: number,
): { signal: AbortSignal; feed(ms: number): void; stop(): void } {
  const controller = new AbortController();
  const start = (wait: number): (() => void) =>
    clock.after(wait, () => {
      controller.abort();
    });
  let callOff = start(ms);
  return {
    signal: controller.signal,
    feed: (wait) => {
      callOff();
      callOff = start(wait);
    },
    stop: () => {
      callOff();
    },
  };
}

/** A digest as the grant's checksum wants it. */
export interface Digest {
  /** Lower-case hex. */
  sha256: string;
  /** Base64; needed where the grant's checksum is MD5. */
  md5: string | null;
}

/** The checksum that the store is to verify. */
export function checksumOf(
  { checksum }: Grant,
  { sha256, md5 }: Digest,
): { ContentMD5: string } | { ChecksumSHA256: string } {
  if (checksum === 'SHA256') return { ChecksumSHA256: sha256Base64(sha256) };
  if (md5 === null) throw new TypeError('a store that verifies MD5 needs the MD5');
  return { ContentMD5: md5 };
}

export function sha256Base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

export function encryptionOf({ sse }: Grant): { ServerSideEncryption?: 'aws:kms'; SSEKMSKeyId?: string } {
  return sse === undefined ? {} : { ServerSideEncryption: sse.algorithm, SSEKMSKeyId: sse.kmsKeyId };
}

interface BuildStack {
  add(
    middleware: (next: (args: { request: unknown }) => unknown) => (args: { request: unknown }) => unknown,
    options: { step: 'build'; name: string },
  ): void;
}

/**
 * Has the signature cover the hash that we know anyway: without it a stream could not be signed over http, and would
 * go unsigned over https. Stores that ignore x-amz-checksum-sha256 verify this one all the same.
 */
export function signPayloadHash(command: { middlewareStack: unknown }, sha256: string): void {
  (command.middlewareStack as BuildStack).add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build', name: 'tintypePayloadHash' },
  );
}
