/** `fetch` over Node's own HTTP client, so that the backend is reached over the same connections as the store. */
import http from 'node:http';
import https from 'node:https';
import { errorCode } from '../lib/log.ts';

export interface FetchInit {
  method?: 'GET' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
}

/** As much of `fetch` as the backend's calls need. A redirect is a reply like any other: nothing is sent after it. */
export type HttpFetch = (url: URL, init: FetchInit) => Promise<Response>;

/** The longest reply is a lookup's, some 100 kB; a captive portal may send without end. */
export const maxReplyBytes = 8 * 1024 * 1024;

/** A reply that is longer than any of ours. */
export class ReplyTooLong extends Error {
  override readonly name = 'ReplyTooLong';
}

/** The returned function rejects with the signal's reason, the agent's or the socket's error, or ReplyTooLong. */
export function createHttpFetch(agentFor: (url: URL) => http.Agent): HttpFetch {
  const send = (url: URL, init: FetchInit, again: boolean): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { signal, body, ...message } = init;
      signal.throwIfAborted();
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        ...message,
        agent: agentFor(url),
        headers: {
          ...message.headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
      });
      const abort = (): void => {
        request.destroy(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      request.once('close', () => {
        signal.removeEventListener('abort', abort);
      });
      request.once('response', (response) => {
        readReply(response).then(resolve, (error: unknown) => {
          request.destroy();
          reject(signal.aborted ? (signal.reason as Error) : (error as Error));
        });
      });
      request.once('error', (error) => {
        // The other side had closed an idle connection before it saw our request: that says nothing of the server.
        const lost = request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errorCode(error));
        if (lost && again && !signal.aborted) resolve(send(url, init, false));
        else reject(error);
      });
      request.end(body);
    });
  return (url, init) => send(url, init, true);
}

async function readReply(response: http.IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxReplyBytes) throw new ReplyTooLong();
  }
  const { statusCode: status = 0, rawHeaders } = response;
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  // These come without a body, and Response insists on it.
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : new Uint8Array(Buffer.concat(chunks)), { status, headers });
}
