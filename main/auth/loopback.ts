/**
 * The address on this computer that the browser comes back to (RFC 8252 §7.3).
 *
 * Any page that a browser shows, and any program, can call this port. So: 127.0.0.1 only, GET on exact paths only, the
 * Host header must be ours (DNS rebinding), and the state is compared, in constant time, before anything else of a
 * callback is looked at. What does not pass gets a static page and settles nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';
import { page, pageHeaders, type PageLanguage, type PageName } from './pages.ts';

/** How long a connection may take to say what it wants: browsers open some that they never use. */
const headersTimeoutMs = 5_000;
/** A callback's URL is some hundred bytes long; Node answers 431 to more than this. */
const maxHeaderBytes = 16 * 1024;
/** How long the address stays up for the browser to fetch the last page. */
const lingerMs = 5_000;
/** Sockets at once; a browser opens a handful. Above it the oldest goes, so that no flood keeps the callback out. */
const mostSockets = 1_100;

const callbackPath = '/callback';
export const signedOutPath = '/signed-out';
const resultPath = '/result';

/** Why a callback was turned away: it had no state or a wrong one, or it was an error without state. */
export type StrayCallback = 'state' | 'error';

export interface CallbackServer {
  port: number;
  redirectUri: string;
  /** From now on a callback with this state is the one; before, none is. */
  expect(state: string): void;
  /** The parameters of the first callback with the right state. */
  callback: Promise<URLSearchParams>;
  /** Lets the browser know how it ended; the address closes once it has been told, or soon after. */
  finish(result: 'signedIn' | 'notSignedIn'): void;
  /** Whether {@link finish} was called. */
  finished(): boolean;
  /** Closes the address and every connection to it at once. */
  close(): Promise<void>;
}

/**
 * Listens for the callback of one sign-in.
 * @param ports tried in order; rejects with `ports_taken` when all are in use.
 * @param maxSockets connections at once; tests lower it.
 */
export async function openCallbackServer(
  ports: readonly number[],
  clock: Clock,
  onStray: (why: StrayCallback) => void,
  language: PageLanguage,
  maxSockets = mostSockets,
): Promise<CallbackServer> {
  const send = sendIn(language);
  let expected: string | null = null;
  let result: PageName | null = null;
  let settle: (parameters: URLSearchParams) => void = () => undefined;
  const callback = new Promise<URLSearchParams>((resolve) => {
    settle = resolve;
  });
  const held: ServerResponse[] = [];
  let cancelLinger: () => void = () => undefined;

  // The browser is sent on to a page without parameters, so that the code does not stay in its address bar.
  const sendOn = (response: ServerResponse): void => {
    response.writeHead(303, { ...pageHeaders(), location: resultPath }).end();
  };
  const onCallback = ({ query, keep }: Asked, response: ServerResponse): void => {
    const parameters = new URLSearchParams(query);
    const states = parameters.getAll('state');
    if (expected === null || states.length !== 1 || !sameText(states[0] ?? '', expected)) {
      send(response, 400, 'stray');
      onStray(states.length === 0 && parameters.has('error') ? 'error' : 'state');
    } else if (result !== null) {
      sendOn(response);
    } else {
      keep();
      held.push(response);
      settle(parameters);
    }
  };

  const listener = await listen(ports, maxSockets, send, (asked, response) => {
    const { path } = asked;
    if (path === callbackPath) {
      onCallback(asked, response);
    } else if (path === resultPath && result !== null) {
      response.once('finish', () => void close());
      send(response, 200, result);
    } else {
      send(response, 404, 'notFound');
    }
  });
  const close = async (): Promise<void> => {
    cancelLinger();
    await listener.close();
  };

  return {
    port: listener.port,
    redirectUri: `http://127.0.0.1:${listener.port}${callbackPath}`,
    expect: (state) => {
      expected = state;
    },
    callback,
    finish: (name) => {
      result = name;
      for (const response of held.splice(0)) sendOn(response);
      cancelLinger = clock.after(lingerMs, () => void listener.close());
    },
    finished: () => result !== null,
    close,
  };
}

export interface SignedOutServer {
  signedOutUri: string;
  /** Resolves when the address is closed: the page was fetched, or it was given up. */
  closed: Promise<void>;
  close(): Promise<void>;
}

/** Serves the page on which the hosted sign-out ends, until it was fetched once or `waitMs` are over. */
export async function openSignedOutServer(
  ports: readonly number[],
  clock: Clock,
  waitMs: number,
  language: PageLanguage,
): Promise<SignedOutServer> {
  const send = sendIn(language);
  const listener = await listen(ports, mostSockets, send, ({ path }, response) => {
    if (path !== signedOutPath) {
      send(response, 404, 'notFound');
      return;
    }
    response.once('finish', () => void close());
    send(response, 200, 'signedOut');
  });
  const cancelTimer = clock.after(waitMs, () => void listener.close());
  const close = async (): Promise<void> => {
    cancelTimer();
    await listener.close();
  };
  return {
    signedOutUri: `http://127.0.0.1:${listener.port}${signedOutPath}`,
    closed: listener.closed,
    close,
  };
}

interface Listener {
  port: number;
  closed: Promise<void>;
  close(): Promise<void>;
}
interface Asked {
  path: string;
  query: string;
  /** Spares this connection when there are too many. */
  keep: () => void;
}
type Answer = (asked: Asked, response: ServerResponse) => void;
type Send = (response: ServerResponse, status: number, name: PageName) => void;

async function listen(
  ports: readonly number[],
  maxSockets: number,
  send: Send,
  answer: Answer,
): Promise<Listener> {
  for (const port of ports) {
    /** Connections that may be ended for a newer one, the oldest first. */
    const spare = new Set<Socket>();
    const server = createServer(
      {
        maxHeaderSize: maxHeaderBytes,
        headersTimeout: headersTimeoutMs,
        requestTimeout: headersTimeoutMs,
        connectionsCheckingInterval: 1_000,
        keepAlive: false,
      },
      (request, response) =>
        guard(request, response, port, send, (asked) => {
          answer({ ...asked, keep: () => spare.delete(request.socket) }, response);
        }),
    );
    // A second one on the same connection could not be answered: the first answer ends it.
    server.maxRequestsPerSocket = 1;
    server.on('connection', (socket) => {
      const [oldest] = spare;
      if (oldest !== undefined && spare.size >= maxSockets) {
        spare.delete(oldest);
        oldest.destroy();
      }
      spare.add(socket);
      socket.once('close', () => spare.delete(socket));
    });
    if (!(await bound(server, port))) continue;
    // Such as no file handle left to accept a connection with: that one is lost, the address stays.
    server.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => {
      server.once('close', resolve);
    });
    const close = (): Promise<void> => {
      // Without the second call a browser's idle connection would keep the port, and deliver the next sign-in's
      // callback to this one.
      server.close();
      server.closeAllConnections();
      return closed;
    };
    return { port, closed, close };
  }
  throw new AuthError('ports_taken', ports.join(', '));
}

/** False where the port is in use or reserved. */
function bound(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(new AuthError('ports_taken', error.code));
    };
    server.once('error', onError);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

function guard(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  send: Send,
  pass: (asked: Pick<Asked, 'path' | 'query'>) => void,
): void {
  const hosts = request.headersDistinct['host'] ?? [];
  if (hosts.length !== 1 || hosts[0] !== `127.0.0.1:${port}`) {
    send(response, 400, 'refused');
    return;
  }
  // Split, not parsed: what is asked for is compared byte for byte, so `//host/callback` or `/x/../callback` is not it.
  const [path = '', ...rest] = (request.url ?? '').split('?');
  if (request.method !== 'GET') {
    response.setHeader('allow', 'GET');
    send(response, 405, 'refused');
    return;
  }
  pass({ path, query: rest.join('?') });
}

function sendIn(language: PageLanguage): Send {
  return (response, status, name) => {
    response.writeHead(status, pageHeaders()).end(page(name, language()));
  };
}

/** Compares digests, which are of one length, so that neither content nor length shows in the time it takes. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
