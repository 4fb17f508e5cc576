/**
 * Stands between the app and the backend, and fails on purpose: with the same rules as the sandbox's store
 * (sandbox/store/faults.ts), where `operation` is the name of a call below.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createFaults, type Fault, type FaultPlan } from '../../sandbox/store/faults.ts';

export interface FaultProxy {
  url: string;
  /** Replaces all rules. */
  set(rules: readonly Fault[]): void;
  /** The rules, with what is left of their `times`. */
  list(): Fault[];
  close(): Promise<void>;
}

/** The backend's calls by their path; every other one is `Other`. */
const operations: Readonly<Record<string, string>> = {
  '/healthz': 'Healthz',
  '/v1/open-uploads': 'OpenUploads',
  '/v1/photos/lookup': 'Lookup',
  '/v1/upload-grants': 'Grant',
  '/v1/photos': 'Confirm',
};

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders | Record<string, string>;
  body: Buffer;
}

/** @param target base address of the backend. It may be away: then so are we, as far as a client can tell. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const faults = createFaults();
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => request.socket.resetAndDestroy());
  });

  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const body = await bytesOf(request);
    const { pathname } = new URL(request.url ?? '/', target);
    const plan = faults.pick({
      method: request.method ?? '',
      operation: operations[pathname] ?? 'Other',
      key: '',
    });
    if (plan.find('reset') !== undefined) return void request.socket.resetAndDestroy();
    // Nothing comes any more, until the client gives up.
    if (plan.find('stall') !== undefined) return;
    const reply = standIn(plan) ?? (await ask(target, agent, request, body));
    if (plan.find('lostReply') !== undefined) return void request.socket.resetAndDestroy();
    await send(response, reply, plan);
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    set: faults.set,
    list: faults.list,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/** The reply that comes in place of the backend's, which is not asked then. */
function standIn(plan: FaultPlan): Answer | undefined {
  const status = plan.find('status');
  if (status !== undefined) {
    const { code, retryAfterSeconds } = status;
    const problem = { type: `urn:tintype:problem:${code}`, title: code, status: status.status, code };
    return {
      status: status.status,
      headers: {
        'content-type': 'application/problem+json',
        ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      },
      body: Buffer.from(JSON.stringify(problem)),
    };
  }
  if (plan.find('htmlReply') === undefined) return undefined;
  const page = '<!doctype html><title>Welcome</title><p>Accept the terms of this network to go on.';
  return { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from(page) };
}

async function ask(
  target: string,
  agent: http.Agent,
  { method, url, headers }: http.IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  const onward = http.request(new URL(url ?? '/', target), {
    agent,
    method,
    headers: { ...headers, 'content-length': String(body.length) },
  });
  onward.end(body);
  const [reply] = (await once(onward, 'response')) as [http.IncomingMessage];
  return { status: reply.statusCode ?? 502, headers: reply.headers, body: await bytesOf(reply) };
}

async function send(response: http.ServerResponse, reply: Answer, plan: FaultPlan): Promise<void> {
  const { 'transfer-encoding': _chunked, connection: _connection, ...headers } = reply.headers;
  response.writeHead(reply.status, { ...headers, 'content-length': String(reply.body.length) });
  if (plan.find('truncateReply') !== undefined) {
    response.write(reply.body.subarray(0, Math.floor(reply.body.length / 2)), () =>
      response.socket?.resetAndDestroy(),
    );
    return;
  }
  const slow = plan.find('slow');
  if (slow !== undefined) await delay((reply.body.length / slow.bytesPerSecond) * 1000);
  response.end(reply.body);
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
