/** The sandbox's object store: an S3 and STS endpoint on 127.0.0.1 that keeps its objects in a folder. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { authenticate, identify } from './auth.ts';
import { openBuckets } from './bucket-files.ts';
import { S3Error, s3Error } from './errors.ts';
import type { FaultControl, FaultPlan, FaultSource } from './faults.ts';
import { ConnectionFault, createFaults, noFaults, parseFaults, throughFaults } from './faults.ts';
import { errorReply, sendHtml, sendReply, statusError } from './http-reply.ts';
import { assumeRole, isStsRequest } from './operations/assume-role.ts';
import { checkBucketName } from './operations/buckets.ts';
import { postObject } from './operations/post-object.ts';
import { corsHeaders, preflight } from './operations/preflight.ts';
import type { Context, Reply, Store } from './request.ts';
import type { Target } from './routes.ts';
import { handlers, routeRequest } from './routes.ts';
import { openSessions } from './sessions.ts';
import { openUploadFiles } from './upload-files.ts';
import type { WireRequest } from './wire.ts';
import { readWireRequest } from './wire.ts';

export type StoreOptions = {
  /** Where everything is kept; made when missing. One store at a time may use it. */
  dir: string;
  /** 0 takes a free one. */
  port: number;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Made when missing. */
  bucket?: string;
  /** Wait for the disk on every write (default true). Without it a kill loses nothing either, a power cut may. */
  durable?: boolean;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** As S3: a body of which no byte came for this many milliseconds is given up with RequestTimeout (default 20 s). */
  idleBodyMs?: number;
  /** One line per request: method, path, operation, status, milliseconds. */
  log?: (line: string) => void;
};

export type RunningStore = { url: string; port: number; faults: FaultControl; stop(): Promise<void> };

const faultsPath = '/_sandbox/faults';
/** Starts the store; it listens when the promise resolves. @throws when the port is taken or the folder unusable */
export async function startStore(options: StoreOptions): Promise<RunningStore> {
  const store = openStore(options);
  const faults = createFaults();
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
  const exchange: Exchange = {
    store,
    faults,
    clock: options.now ?? Date.now,
    idleBodyMs: options.idleBodyMs ?? 20_000,
    log: options.log,
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void answerRequest(exchange, request, response);
  };
  server.on('request', answer);
  server.on('checkContinue', answer);
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    faults,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function openStore(options: StoreOptions): Store {
  const { dir, region, accessKeyId, secretAccessKey, bucket } = options;
  const tempDir = path.join(dir, 'temp');
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  // What a killed process left half-written.
  fs.rmSync(tempDir, { recursive: true, force: true });
  fs.mkdirSync(tempDir);
  const buckets = openBuckets(path.join(dir, 'buckets'));
  const uploads = openUploadFiles(path.join(dir, 'uploads'), (upload) => {
    const meta = buckets.find(upload.bucket)?.head(upload.key);
    if (meta?.segments?.uploadId !== upload.id) return undefined;
    return { etag: meta.etag, checksum: meta.checksum, versionId: meta.versionId };
  });
  if (bucket !== undefined && buckets.find(bucket) === undefined) {
    checkBucketName(bucket);
    buckets.create(bucket, (options.now ?? Date.now)());
  }
  return {
    region,
    durable: options.durable ?? true,
    tempDir,
    credentials: { accessKeyId, secretAccessKey },
    sessions: openSessions(dir),
    buckets,
    uploads,
  };
}

type Exchange = {
  store: Store;
  faults: FaultSource;
  clock: () => number;
  idleBodyMs: number;
  log: ((line: string) => void) | undefined;
};

async function answerRequest(
  exchange: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url?.startsWith(faultsPath) === true) {
    await controlFaults(exchange.faults, request, response);
    return;
  }
  const started = performance.now();
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const state: State = { wire: undefined, target: undefined, plan: noFaults, now: exchange.clock() };
  let reply: Reply;
  try {
    try {
      reply = await produceReply(exchange, request, response, requestId, state);
    } catch (error) {
      if (error instanceof ConnectionFault) throw error;
      if (!(error instanceof S3Error) && !request.destroyed) exchange.log?.(`error ${String(error)}`);
      const sts = state.wire !== undefined && isStsRequest(state.wire);
      reply = errorReply(error, request.url ?? '', requestId, sts);
    }
    if (response.headersSent || response.destroyed) return;
    // A refusal before `100 Continue`: the client may send the body or not, so the connection cannot go on.
    if (expectsContinue(request) && !state.continued) response.shouldKeepAlive = false;
    if (reply === portal) sendHtml(response);
    else await sendReply(response, request.method ?? 'GET', reply, state.plan, { requestId, now: state.now });
    request.resume();
  } catch (error) {
    breakConnection(error, request, response);
    reply = { status: 0 };
  }
  const duration = (performance.now() - started).toFixed(1);
  exchange.log?.(
    `${request.method} ${request.url?.split('?')[0]} ${state.target?.operation ?? '-'} ${reply.status} ${duration} ms`,
  );
}

type State = {
  wire: WireRequest | undefined;
  target: Target | undefined;
  plan: FaultPlan;
  now: number;
  continued?: boolean;
};

/** Stands for the page that `htmlReply` sends. */
const portal: Reply = { status: 200 };

async function produceReply(
  exchange: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  state: State,
): Promise<Reply> {
  const { store } = exchange;
  const wire = (state.wire = readWireRequest(request));
  const openBody = (): AsyncIterable<Buffer> => {
    if (expectsContinue(request) && !state.continued) response.writeContinue();
    state.continued = true;
    return readBody(request, response, state.plan, { requestId, idleMs: exchange.idleBodyMs });
  };
  if (isStsRequest(wire)) {
    const early = applyEarlyFaults(exchange, state, { method: 'POST', operation: 'AssumeRole', key: '' });
    return early ?? assumeRole(wire, openBody(), store, state.now, requestId);
  }
  const target = (state.target = routeRequest(wire));
  const early = applyEarlyFaults(exchange, state, { method: wire.method, ...target });
  if (early !== undefined) return early;
  const bucket = store.buckets.find(target.bucketName);
  if (target.operation === 'Preflight') return preflight(bucket, wire);
  const unsigned: Context = {
    store,
    wire,
    bucketName: target.bucketName,
    key: target.key,
    query: new Map(wire.query),
    identity: { accessKeyId: '', policy: [] },
    payload: { kind: 'unsigned' },
    now: state.now,
    requestId,
    openBody,
    claimWrongChecksum: state.plan.find('wrongChecksum') !== undefined,
  };
  let reply: Reply;
  if (target.operation === 'PostObject') {
    reply = await postObject(unsigned, (accessKeyId, sessionToken) =>
      identify({ accessKeyId, sessionToken }, store, state.now),
    );
  } else {
    reply = await handlers[target.operation]({ ...unsigned, ...authenticate(wire, store, state.now) });
  }
  const cors = corsHeaders(bucket, wire);
  return cors === undefined ? reply : { ...reply, headers: { ...reply.headers, ...cors } };
}

/** Faults that come before any work. Returns the reply that stands in for the true one. */
function applyEarlyFaults(
  exchange: Exchange,
  state: State,
  request: { method: string; operation: string; key: string },
): Reply | undefined {
  const plan = (state.plan = exchange.faults.pick(request));
  if (plan.isEmpty) return undefined;
  state.now += plan.find('clockSkew')?.ms ?? 0;
  for (const kind of ['reset', 'stall'] as const) {
    const fault = plan.find(kind);
    if (fault !== undefined && fault.afterBytes === undefined) throw new ConnectionFault(kind);
  }
  const status = plan.find('status');
  if (status !== undefined && status.afterBytes === undefined) throw statusError(status);
  if (plan.find('expiredToken') !== undefined) throw s3Error('ExpiredToken');
  return plan.find('htmlReply') === undefined ? undefined : portal;
}

function expectsContinue(request: IncomingMessage): boolean {
  return request.headers.expect?.toLowerCase() === '100-continue';
}

/** The body's bytes; leaving early does not close the connection, so that a refusal can still be sent. */
async function* readBody(
  request: IncomingMessage,
  response: ServerResponse,
  plan: FaultPlan,
  { requestId, idleMs }: { requestId: string; idleMs: number },
): AsyncGenerator<Buffer> {
  const bytes: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  if (!plan.isEmpty) {
    yield* throughFaults(bytes, plan, statusError);
    return;
  }
  const giveUp = (): void => {
    const reply = errorReply(s3Error('RequestTimeout'), request.url ?? '', requestId, false);
    response.shouldKeepAlive = false;
    response.writeHead(reply.status, { 'Content-Type': 'application/xml', 'x-amz-request-id': requestId });
    // Destroying the request is what wakes the handler that waits for more of the body.
    response.end(reply.text, () => request.destroy(new Error('The body stopped coming.')));
  };
  request.setTimeout(idleMs, giveUp);
  try {
    yield* bytes;
  } finally {
    request.off('timeout', giveUp);
    request.setTimeout(0);
  }
}

/** Ends an exchange that cannot be answered: as the fault says, or because the bytes could not be read. */
function breakConnection(error: unknown, request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  if (error instanceof ConnectionFault && error.kind === 'stall') {
    // Neither reads nor writes from here on, until the client gives up.
    request.pause();
    socket.pause();
    return;
  }
  if (error instanceof ConnectionFault) socket.resetAndDestroy();
  else response.destroy();
}

/** `GET`, `PUT` (a JSON list) and `DELETE` of the faults, for tests in other processes. */
async function controlFaults(
  faults: FaultControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.method === 'PUT') faults.set(parseFaults(Buffer.concat(chunks).toString('utf8')));
    else if (request.method === 'DELETE') faults.clear();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(faults.list()));
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: sentence }));
  }
}
