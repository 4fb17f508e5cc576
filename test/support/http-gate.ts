/** Stands between a client and a real HTTP server, sees every request, and lets a test decide what becomes of each. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

export interface GateRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** Of the reply; null until there is one. */
  status: number | null;
}

/**
 * `hold` keeps a request from the server until `release`; `damage` changes the first byte of its body; `lose` keeps the
 * reply from the client; `portal` sends it to a log-in page, as a hotel's network does.
 */
export type Verdict = 'pass' | 'hold' | 'damage' | 'lose' | 'portal';

export interface HttpGate {
  url: string;
  /** In the order in which they came. */
  readonly requests: readonly GateRequest[];
  /** Requests that wait at the gate now. */
  readonly held: number;
  /** The most requests that were at the server at one time. */
  readonly mostAtOnce: number;
  /** Connections that were opened to it since `begin`. */
  readonly connections: number;
  /** Decides on the requests to come, and forgets those that were. */
  begin(decide?: (request: GateRequest) => Verdict): void;
  /** Lets go of what was held, and of all that comes. */
  release(): void;
  /** Resolves once this holds; asked after each request and each reply. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param target the server's address. Every request reaches it as it was signed: its Host header too.
 * @param tls with it the gate speaks https.
 */
export async function openGate(target: string, tls?: { key: string; cert: string }): Promise<HttpGate> {
  const { hostname, port } = new URL(target);
  const agent = new http.Agent({ keepAlive: true });
  const watchers = new Set<() => void>();
  const waiting = new Set<() => void>();
  let requests: GateRequest[] = [];
  let decide: (request: GateRequest) => Verdict = () => 'pass';
  let atServer = 0;
  let mostAtOnce = 0;
  let connections = 0;
  const look = (): void => {
    for (const watch of watchers) watch();
  };

  const forward = (
    request: GateRequest,
    incoming: http.IncomingMessage,
    outgoing: http.ServerResponse,
    verdict: Verdict,
  ): void => {
    const { method, url } = request;
    const onward = http.request({ agent, hostname, port, method, path: url, headers: incoming.headers });
    mostAtOnce = Math.max(mostAtOnce, ++atServer);
    onward.once('close', () => atServer--);
    onward.on('response', (reply) => {
      request.status = reply.statusCode ?? 0;
      if (verdict === 'lose') {
        outgoing.destroy();
        look();
        return;
      }
      outgoing.writeHead(
        request.status,
        tls === undefined ? reply.headers : behindTls(reply.headers, incoming.headers.host),
      );
      reply.pipe(outgoing);
      look();
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) onward.destroy();
    });
    (verdict === 'damage' ? incoming.pipe(damage()) : incoming).pipe(onward);
  };

  const onRequest: http.RequestListener = (incoming, outgoing) => {
    const request: GateRequest = { method: incoming.method ?? '', url: incoming.url ?? '', status: null };
    requests.push(request);
    const verdict = decide(request);
    if (verdict === 'portal') {
      incoming.resume();
      outgoing
        .writeHead(302, { location: 'http://portal.invalid/', 'content-type': 'text/html' })
        .end('<p>Log in');
    } else if (verdict === 'hold') {
      const letGo = (): void => forward(request, incoming, outgoing, verdict);
      waiting.add(letGo);
      outgoing.once('close', () => waiting.delete(letGo));
    } else forward(request, incoming, outgoing, verdict);
    look();
  };
  const server = tls === undefined ? http.createServer(onRequest) : https.createServer(tls, onRequest);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    get held() {
      return waiting.size;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    get connections() {
      return connections;
    },
    begin: (next = () => 'pass') => {
      decide = next;
      requests = [];
      mostAtOnce = 0;
      connections = 0;
    },
    release: () => {
      decide = () => 'pass';
      for (const letGo of waiting) letGo();
      waiting.clear();
    },
    until: (holds) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!holds()) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A server that knows nothing of the TLS before it redirects to http at the address by which it was called. */
function behindTls(headers: http.IncomingHttpHeaders, host = ''): http.IncomingHttpHeaders {
  const { location } = headers;
  return location?.startsWith(`http://${host}/`) === true
    ? { ...headers, location: location.replace('http:', 'https:') }
    : headers;
}

function damage(): Transform {
  let first = true;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const bytes = first ? Buffer.concat([Buffer.from([~(chunk[0] ?? 0) & 255]), chunk.subarray(1)]) : chunk;
      first = false;
      done(null, bytes);
    },
  });
}
