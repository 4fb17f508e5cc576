/** `fetch` by Chromium's network stack, which knows the system's proxies and certificates, with our own proxy log-in. */
import { net, type AuthInfo, type ClientRequest, type IncomingMessage } from 'electron';
import { Readable } from 'node:stream';
import { ReplyTooLong, maxReplyBytes } from './network/http-fetch.ts';
import { ProxyAuthNeeded } from './network/proxy-errors.ts';
import { addressOf } from './network/routes.ts';
import type { ProxyCredentials } from './network/tunnel.ts';

export interface ChromiumFetchDeps {
  /** As {@link NetworkHost.credentials}. */
  credentials: (
    ask: { proxy: string; realm: string; rejected?: ProxyCredentials },
    url: string,
  ) => Promise<ProxyCredentials | null>;
}

/**
 * As much of `fetch` as sign-in and configuration use: text bodies, a signal, and `redirect` as `error` or `manual`
 * (nothing is ever followed).
 *
 * Not `net.fetch`: that one turns a proxy's question for a password into an error without asking anybody.
 *
 * The returned function rejects with ProxyAuthNeeded, the signal's reason, or Chromium's error (`net::ERR_…`); reading
 * its body with ReplyTooLong.
 */
export function createChromiumFetch({ credentials }: ChromiumFetchDeps): typeof globalThis.fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const signal = init.signal ?? null;
      signal?.throwIfAborted();
      const url = input instanceof Request ? input.url : String(input);
      const request = net.request({
        url,
        method: init.method ?? 'GET',
        redirect: 'manual',
        cache: 'no-store',
        useSessionCookies: false,
      });
      let answer: Readable | null = null;
      const rest = (): void => {
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown): void => {
        rest();
        request.abort();
        reject(error);
      };
      const abort = (): void => {
        answer?.destroy(signal?.reason as Error);
        fail(signal?.reason);
      };
      // Anybody may answer with a status that no Response can have.
      const reply = (make: () => Response): void => {
        try {
          resolve(make());
        } catch (error) {
          fail(error);
        }
      };
      signal?.addEventListener('abort', abort, { once: true });
      new Headers(init.headers).forEach((value, name) => {
        request.setHeader(name, value);
      });
      answerLogins(request, (ask) => credentials(ask, url), fail);
      request.on('redirect', (status, _method, _url, headers) => {
        if (init.redirect === 'error') {
          fail(new TypeError('redirected'));
          return;
        }
        reply(() => new Response(null, { status, headers: headersOf(headers) }));
        request.abort();
      });
      request.on('response', (message) => {
        // Electron types its message as an event emitter; it is a stream of Node's.
        const body = message as unknown as Readable;
        answer = body.once('close', rest);
        reply(() => replyOf(message, body));
      });
      // There is no listening for its 'close', which comes when it has been written, long before an answer.
      request.on('error', fail);
      request.end(typeof init.body === 'string' ? init.body : undefined);
    });
}

function answerLogins(
  request: ClientRequest,
  credentials: (ask: Parameters<ChromiumFetchDeps['credentials']>[0]) => Promise<ProxyCredentials | null>,
  fail: (error: unknown) => void,
): void {
  let given: ProxyCredentials | undefined;
  const answer = async (
    { host, port, realm }: AuthInfo,
    callback: (user?: string, password?: string) => void,
  ): Promise<void> => {
    const proxy = addressOf({ host, port });
    const next = await credentials({ proxy, realm, ...(given === undefined ? {} : { rejected: given }) });
    if (next === null) throw new ProxyAuthNeeded(proxy, realm);
    given = next;
    callback(next.user, next.password);
  };
  request.on('login', (info, callback) => {
    // A server's own question is a reply like any other: status 401.
    if (info.isProxy) answer(info, callback).catch(fail);
    else callback();
  });
}

function headersOf(headers: Record<string, string | string[]>): Headers {
  const all = new Headers();
  for (const [name, values] of Object.entries(headers))
    for (const value of [values].flat()) all.append(name, value);
  return all;
}

function replyOf(message: IncomingMessage, text: Readable): Response {
  const { statusCode: status, headers } = message;
  const empty = [204, 205, 304].includes(status);
  const all = Readable.toWeb(text) as ReadableStream<Uint8Array>;
  let size = 0;
  const body = all.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, control) => {
        size += chunk.byteLength;
        if (size > maxReplyBytes) control.error(new ReplyTooLong());
        else control.enqueue(chunk);
      },
    }),
  );
  return new Response(empty ? null : body, { status, headers: headersOf(headers) });
}
