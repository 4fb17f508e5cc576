/** The engine's door to its media workers. */
import type { InspectOptions, InspectResult } from './inspect.ts';
import type { MediaReply } from './media-protocol.ts';
import type { ThumbnailOptions, ThumbnailResult, Verdict } from './thumbnail.ts';
import { createLane, type Job } from './worker-lane.ts';

export interface MediaPool {
  /** First come, first served. Rejects only when `signal` aborts, with its reason. */
  inspect(
    path: string | Buffer,
    options: Pick<InspectOptions, 'md5' | 'onBytes'> & { signal?: AbortSignal },
  ): Promise<InspectResult>;
  /** Newest first: what was asked for last is what is on the screen. Never rejects. */
  thumbnail(path: string | Buffer, options: ThumbnailOptions): Promise<ThumbnailResult>;
  /**
   * Decodes the whole picture, when no thumbnail is wanted. For a thumbnail that came out of the file's head
   * (`verified: false`): the picture behind it may be broken all the same. Never rejects.
   */
  verify(path: string | Buffer, contentType: string): Promise<Verdict>;
  /** Ends the workers. What is unfinished is answered as `local_io`, `unreadable` or `unknown`. */
  close(): Promise<void>;
}

export interface MediaPoolOptions {
  /** The module `media-worker`. */
  workerUrl: URL;
  /** How many inspections run at once. Thumbnails have a worker of their own. */
  size: number;
  /** Milliseconds after which a picture is given up: nothing that a camera made takes that long to decode. */
  decodeTimeoutMs?: number;
}

const defaultDecodeTimeoutMs = 20_000;
/** A thread that hashes holds little, and has compiled its code; a decoder keeps the memory of its largest picture. */
const idleMs = { inspections: 5 * 60_000, pictures: 30_000 };

export function createMediaPool(options: MediaPoolOptions): MediaPool {
  const { workerUrl, size, decodeTimeoutMs = defaultDecodeTimeoutMs } = options;
  const inspections = createLane({ workerUrl, idleMs: idleMs.inspections, size, order: 'oldest-first' });
  const pictures = createLane({
    workerUrl,
    idleMs: idleMs.pictures,
    size: 1,
    order: 'newest-first',
    timeoutMs: decodeTimeoutMs,
  });

  return {
    inspect: (path, { md5, onBytes, signal }) =>
      new Promise((resolve, reject) => {
        const abortFlag = signal === undefined ? null : new Int32Array(new SharedArrayBuffer(4));
        const job: Job = {
          request: {
            kind: 'inspect',
            path,
            md5,
            ...(abortFlag === null ? {} : { abortFlag }),
            progress: onBytes !== undefined,
          },
          rank: 0,
          onReply: (reply) => {
            if (reply.kind === 'bytes') {
              onBytes?.(reply.count);
              return;
            }
            signal?.removeEventListener('abort', onAbort);
            if (reply.kind === 'called-off') reject(signal?.reason as Error);
            else resolve(reply.kind === 'inspected' ? reply.result : ioFailure(codeOf(reply)));
          },
          onLost: (why) => {
            signal?.removeEventListener('abort', onAbort);
            resolve(ioFailure(why.kind === 'crashed' ? `worker crashed: ${why.code}` : `worker ${why.kind}`));
          },
        };
        const onAbort = (): void => {
          if (inspections.withdraw(job)) reject(signal?.reason as Error);
          else if (abortFlag !== null) Atomics.store(abortFlag, 0, 1);
        };
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        signal?.addEventListener('abort', onAbort, { once: true });
        inspections.add(job);
      }),

    thumbnail: (path, thumbnailOptions) =>
      new Promise((resolve) => {
        pictures.add({
          request: { kind: 'thumbnail', path, options: thumbnailOptions },
          rank: 1,
          onReply: (reply) => {
            resolve(
              reply.kind === 'thumbnail' ? withBuffer(reply.result) : { ok: false, reason: 'unreadable' },
            );
          },
          // A picture that takes for ever or kills its decoder cannot be shown; that does not make it damaged.
          onLost: (why) => {
            resolve({ ok: false, reason: why.kind === 'closed' ? 'unreadable' : 'unsupported' });
          },
        });
      }),

    verify: (path, contentType) =>
      new Promise((resolve) => {
        pictures.add({
          request: { kind: 'verify', path, contentType },
          rank: 0,
          onReply: (reply) => {
            resolve(reply.kind === 'verified' ? reply.result : 'unknown');
          },
          onLost: () => {
            resolve('unknown');
          },
        });
      }),

    close: async () => {
      await Promise.all([inspections.close(), pictures.close()]);
    },
  };
}

function ioFailure(detail: string): InspectResult {
  return { ok: false, reason: 'local_io', detail };
}

function codeOf(reply: MediaReply): string {
  return reply.kind === 'failed' ? reply.code : reply.kind;
}

/** Messages turn a Buffer into a plain byte array. */
function withBuffer(result: ThumbnailResult): ThumbnailResult {
  if (!result.ok) return result;
  const { buffer, byteOffset, byteLength } = result.jpeg;
  return { ...result, jpeg: Buffer.from(buffer, byteOffset, byteLength) };
}
