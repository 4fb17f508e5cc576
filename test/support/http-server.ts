import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach } from 'vitest';

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse, body: Buffer) => void;

export interface TestServer {
  url: string;
  port: number;
  /** What was asked so far: `POST /v1/photos`. */
  readonly requests: string[];
  /** Connections that were opened so far. */
  readonly connections: number;
  close(): Promise<void>;
}

const open: TestServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/**
 * A real HTTP server on a free loopback port, closed after the test; with `tls` it speaks https.
 *
 * @param onConnect makes it a proxy too: it is handed each CONNECT.
 */
export async function serve(
  handler: Handler,
  tls?: { key: string; cert: string },
  onConnect?: (request: http.IncomingMessage, client: Duplex) => void,
): Promise<TestServer> {
  const requests: string[] = [];
  let connections = 0;
  const listener: http.RequestListener = (request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      handler(request, response, Buffer.concat(chunks));
    });
  };
  const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  server.on('connection', () => connections++);
  if (onConnect !== undefined) server.on('connect', onConnect);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const made: TestServer = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  open.push(made);
  return made;
}

/** A loopback port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await serve(() => undefined);
  await server.close();
  return server.port;
}

export function json(response: http.ServerResponse, status: number, body: unknown, headers = {}): void {
  const contentType = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(JSON.stringify(body));
}
