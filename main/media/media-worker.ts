/** A thread of the engine that reads, hashes and decodes: what is slow, synchronous, and may crash on hostile files. */
import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '../lib/assert-never.ts';
import { errorCode } from '../lib/log.ts';
import { partSizeFor } from '../lib/part-size.ts';
import { startDigestThread, takeDigests } from './digest-thread.ts';
import { inspectFile } from './inspect.ts';
import { prepareSharp } from './sharp-build.ts';
import type { InspectRequest, MediaReply, MediaRequest, Numbered, WorkerStart } from './media-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('media-worker runs in a worker thread');

const { self, digests } = workerData as WorkerStart;
// A thread beside another one: it is through when that is.
if (digests !== undefined) takeDigests(digests);
else
  port.on('message', ({ id, ...request }: Numbered<MediaRequest>) => {
    const send = (reply: MediaReply): void => {
      port.postMessage({ id, ...reply } satisfies Numbered<MediaReply>);
    };
    answer(request, send).then(send, (error: unknown) => {
      send({ kind: 'failed', code: errorCode(error) });
    });
  });

async function answer(request: MediaRequest, send: (reply: MediaReply) => void): Promise<MediaReply> {
  switch (request.kind) {
    case 'inspect':
      return inspect(request, send);
    case 'thumbnail': {
      const decoder = await loadDecoder();
      if (decoder === null) return { kind: 'thumbnail', result: { ok: false, reason: 'unsupported' } };
      return {
        kind: 'thumbnail',
        result: await decoder.makeThumbnail(received(request.path), request.options),
      };
    }
    case 'verify': {
      const decoder = await loadDecoder();
      if (decoder === null) return { kind: 'verified', result: 'unknown' };
      return {
        kind: 'verified',
        result: await decoder.verifyPixels(received(request.path), request.contentType),
      };
    }
    default:
      return assertNever(request);
  }
}

/** Only the thread that makes thumbnails loads what it takes, when it makes its first. */
async function loadDecoder() {
  return prepareSharp() ? import('./thumbnail.ts') : null;
}

function inspect(request: InspectRequest, send: (reply: MediaReply) => void): MediaReply {
  const { path, md5, abortFlag, progress } = request;
  const signal =
    abortFlag === undefined
      ? undefined
      : {
          get aborted(): boolean {
            return Atomics.load(abortFlag, 0) !== 0;
          },
        };
  const onBytes = (count: number): void => {
    send({ kind: 'bytes', count });
  };
  try {
    const result = inspectFile(received(path), {
      md5,
      partSizeFor,
      startThread: (algorithm, parts) => startDigestThread(new URL(self), algorithm, parts),
      ...(signal === undefined ? {} : { signal }),
      ...(progress ? { onBytes } : {}),
    });
    return { kind: 'inspected', result };
  } catch (error) {
    if (signal?.aborted === true) return { kind: 'called-off' };
    throw error;
  }
}

/** Messages turn a Buffer into a plain byte array. */
function received(path: string | Uint8Array): string | Buffer {
  return typeof path === 'string' ? path : Buffer.from(path);
}
