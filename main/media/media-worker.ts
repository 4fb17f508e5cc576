/** A thread of the engine that reads, hashes and decodes: what is slow, synchronous, and may crash on hostile files. */
import { parentPort } from 'node:worker_threads';
import { assertNever } from '../lib/assert-never.ts';
import { errorCode } from '../lib/log.ts';
import { inspectFile } from './inspect.ts';
import type { InspectRequest, MediaReply, MediaRequest, Numbered } from './media-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('media-worker runs in a worker thread');

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
      // Loaded by the one thread that makes thumbnails, when it makes its first.
      const { makeThumbnail } = await import('./thumbnail.ts');
      return { kind: 'thumbnail', result: await makeThumbnail(received(request.path), request.options) };
    }
    case 'verify': {
      const { verifyPixels } = await import('./thumbnail.ts');
      return { kind: 'verified', result: await verifyPixels(received(request.path), request.contentType) };
    }
    default:
      return assertNever(request);
  }
}

function inspect(request: InspectRequest, send: (reply: MediaReply) => void): MediaReply {
  const { path, md5, partSize, abortFlag, progress } = request;
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
      ...(partSize === undefined ? {} : { partSize }),
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
