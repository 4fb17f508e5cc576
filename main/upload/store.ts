/**
 * Puts objects into S3 under a grant, in the way that makes the store check every byte.
 *
 * [Note: The client] The SDK's defaults open a connection for every large PUT, retry spent streams and hash bodies a
 * second time. So: no retries of its own, no Expect header, no checksum but ours, and our own keep-alive agents.
 */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import type { FileStat } from '../queue/photo-queue.ts';
import type { Grant } from './backend-client.ts';
import { classify, ForeignReply, Stalled, storeStatus } from './failures.ts';
import { assertUnchanged, fileBody } from './file-body.ts';

export interface PutRequest {
  path: string;
  stat: FileStat;
  key: string;
  contentType: string;
  /** Lower-case hex. */
  sha256: string;
  /** Base64; needed where the grant's checksum is MD5. */
  md5: string | null;
}

export interface Store {
  /**
   * One PutObject with If-None-Match. `exists`: an object with this content's key is there already.
   *
   * @throws the SDK's error, ForeignReply, FileChanged, Stalled, or the system's error of the file.
   */
  put(
    grant: Grant,
    request: PutRequest,
    options: { signal: AbortSignal; onBytes(count: number): void },
  ): Promise<'stored' | 'exists'>;
  /** Drops every connection: after sleep, or when the network changed. */
  close(): void;
}

/** No byte taken, or no reply after the last one, for that long ends a request. */
const stallMs = 30_000;
const connectTimeoutMs = 10_000;

export interface StoreDeps {
  clock: Clock;
  maxSockets: number;
  stallAfterMs?: number;
}

export function createStore({ clock, maxSockets, stallAfterMs = stallMs }: StoreDeps): Store {
  let client: { grant: Grant; s3: S3Client; agents: (http.Agent | https.Agent)[] } | null = null;

  const close = (): void => {
    client?.s3.destroy();
    for (const agent of client?.agents ?? []) agent.destroy();
    client = null;
  };
  /** A new grant keeps the connections: only the credentials change. */
  const clientFor = (grant: Grant): S3Client => {
    if (client?.grant === grant) return client.s3;
    const options = { keepAlive: true, maxSockets, scheduling: 'lifo' } as const;
    const [httpAgent, httpsAgent] = client?.agents ?? [new http.Agent(options), new https.Agent(options)];
    const s3 = createClient(grant, httpAgent as http.Agent, httpsAgent as https.Agent);
    client = { grant, s3, agents: [httpAgent as http.Agent, httpsAgent as https.Agent] };
    return s3;
  };

  return {
    close,
    put: async (grant, request, { signal, onBytes }) => {
      await assertUnchanged(request.path, request.stat);
      const watchdog = createWatchdog(clock, stallAfterMs);
      const body = fileBody(request.path, request.stat, (count) => {
        watchdog.feed();
        onBytes(count);
      });
      // A stream that fails leaves its request waiting for bytes: end it, and remember why.
      const bodyFailed = new AbortController();
      body.once('error', (error) => {
        bodyFailed.abort(error);
      });
      try {
        const { ETag } = await clientFor(grant).send(putCommand(grant, request, body), {
          abortSignal: AbortSignal.any([signal, watchdog.signal, bodyFailed.signal]),
        });
        if (ETag === undefined) throw new ForeignReply();
        await assertUnchanged(request.path, request.stat);
        return 'stored';
      } catch (error) {
        if (storeStatus(error) === 412) return 'exists';
        bodyFailed.signal.throwIfAborted();
        if (watchdog.signal.aborted) throw new Stalled();
        // Bytes that somebody changed under way are no sign of a bad disk.
        if (classify(error).kind === 'mismatch') await assertUnchanged(request.path, request.stat);
        throw error;
      } finally {
        watchdog.stop();
        body.destroy();
      }
    },
  };
}

function putCommand(grant: Grant, request: PutRequest, body: Readable): PutObjectCommand {
  const command = new PutObjectCommand({
    Bucket: grant.bucket,
    Key: request.key,
    Body: body,
    ContentLength: request.stat.size,
    ContentType: request.contentType,
    IfNoneMatch: '*',
    ...checksumOf(grant, request),
    ...encryptionOf(grant),
  });
  // The signature covers the hash that we know anyway: without it a stream could not be signed over http, and would
  // go unsigned over https. Stores that ignore x-amz-checksum-sha256 verify this one all the same.
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers['x-amz-content-sha256'] = request.sha256;
      return next(args);
    },
    { step: 'build', name: 'tintypePayloadHash' },
  );
  return command;
}

function checksumOf(
  grant: Grant,
  { md5, sha256 }: PutRequest,
): { ContentMD5: string } | { ChecksumSHA256: string } {
  if (grant.checksum === 'SHA256') return { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') };
  if (md5 === null) throw new TypeError('a store that verifies MD5 needs the MD5');
  return { ContentMD5: md5 };
}

function encryptionOf({ sse }: Grant): { ServerSideEncryption?: 'aws:kms'; SSEKMSKeyId?: string } {
  return sse === undefined ? {} : { ServerSideEncryption: sse.algorithm, SSEKMSKeyId: sse.kmsKeyId };
}

/** The SDK warns on the console of every stream that it cannot retry; failures are logged once, where they are judged. */
const ignore = (): void => undefined;
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

function createClient(grant: Grant, httpAgent: http.Agent, httpsAgent: https.Agent): S3Client {
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

function createWatchdog(clock: Clock, ms: number): { signal: AbortSignal; feed(): void; stop(): void } {
  const controller = new AbortController();
  const start = (): (() => void) =>
    clock.after(ms, () => {
      controller.abort();
    });
  let callOff = start();
  return {
    signal: controller.signal,
    feed: () => {
      callOff();
      callOff = start();
    },
    stop: () => {
      callOff();
    },
  };
}
