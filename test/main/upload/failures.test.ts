import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/lib/clock.ts';
import { plainConnections } from '../../support/network.ts';
import {
  BackendError,
  classify,
  FileChanged,
  ForeignReply,
  parseRetryAfter,
  Stalled,
  TokenRefused,
  type Failure,
} from '../../../main/upload/failures.ts';
import { ProxyAuthNeeded, ProxyFailed } from '../../../main/network/proxy-errors.ts';
import type { Grant } from '../../../main/upload/backend-client.ts';
import { createStore, type PutRequest, type Store } from '../../../main/upload/store.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { asOrdinaryUser, sha256, statOf, writeFile } from '../../support/files.ts';
import { testGrant } from '../../support/grant.ts';
import { closedPort, serve, type Handler } from '../../support/http-server.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** What a real failure is classified as. */
async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work();
  } catch (error) {
    return classify(error);
  }
  throw new Error('nothing failed');
}

async function atStore(
  endpoint: string,
  ask: (store: Store, grant: Grant, request: PutRequest) => Promise<unknown>,
): Promise<unknown> {
  const store = createStore({ clock: systemClock, connections: plainConnections(1) });
  const file = writeFile(path.join(tempDir(), 'a.jpg'), 'content');
  const request = {
    path: file,
    stat: statOf(file),
    key: 'users/ada/photos/x.jpg',
    contentType: 'image/jpeg',
    sha256: sha256('content'),
    md5: null,
  };
  try {
    return await ask(store, testGrant(endpoint), request);
  } finally {
    store.close();
  }
}

/** A PUT of a small file, by our own hands. */
function put(endpoint: string): Promise<unknown> {
  return atStore(endpoint, (store, grant, request) =>
    store.put(grant, request, { signal: new AbortController().signal, onBytes: () => undefined }),
  );
}

/** The first request of a large file, by the SDK. */
function begin(endpoint: string): Promise<unknown> {
  return atStore(endpoint, (store, grant, request) =>
    store.createUpload(grant, request, new AbortController().signal),
  );
}

function s3Error(status: number, code: string, headers = {}): Handler {
  return (_request, response) => {
    response
      .writeHead(status, {
        'content-type': 'application/xml',
        'x-amz-request-id': '4442587FB7D0A2F9',
        ...headers,
      })
      .end(
        `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>`,
      );
  };
}

describe('failures of the file system', () => {
  it('knows a file that is gone, or whose folder became a file', async () => {
    const dir = tempDir();
    const file = writeFile(path.join(dir, 'a'), 'a');
    expect(await failureOf(() => fs.promises.stat(path.join(dir, 'gone')))).toMatchObject({
      kind: 'blocked',
      reason: 'missing',
      detail: 'ENOENT',
    });
    expect(await failureOf(() => fs.promises.open(path.join(file, 'b')))).toMatchObject({
      reason: 'missing',
    });
  });

  it('knows a file that must not be read', async () => {
    const dir = tempDir();
    const file = writeFile(path.join(dir, 'a'), 'a');
    fs.chmodSync(dir, 0o755);
    fs.chmodSync(file, 0o000);
    expect(await failureOf(() => asOrdinaryUser(() => fs.readFileSync(file)))).toMatchObject({
      kind: 'blocked',
      reason: 'permission_denied',
      detail: 'EACCES',
    });
  });

  it('calls any other trouble with a path local, never the network’s', async () => {
    const dir = tempDir();
    fs.symlinkSync(path.join(dir, 'b'), path.join(dir, 'a'));
    fs.symlinkSync(path.join(dir, 'a'), path.join(dir, 'b'));
    const local = async (work: () => unknown) =>
      expect(await failureOf(work)).toMatchObject({ kind: 'local_io' });
    await local(() => fs.promises.stat(path.join(dir, 'a')));
    await local(() => fs.promises.stat(path.join(dir, 'x'.repeat(300))));
    await local(() => fs.promises.readFile(dir));
  });
});

describe('failures of the network', () => {
  it('knows a closed port, from fetch, from our requests and from the SDK', async () => {
    const port = await closedPort();
    const refused = { kind: 'network', detail: 'ECONNREFUSED' };
    expect(await failureOf(() => fetch(`http://127.0.0.1:${port}`))).toEqual(refused);
    expect(await failureOf(() => fetch(`http://localhost:${port}`))).toEqual(refused);
    expect(await failureOf(() => put(`http://127.0.0.1:${port}`))).toEqual(refused);
    expect(await failureOf(() => begin(`http://127.0.0.1:${port}`))).toEqual(refused);
  });

  it('knows a name that does not resolve', async () => {
    const failure = await failureOf(() => fetch('https://library.invalid'));
    expect(failure).toMatchObject({
      kind: 'network',
      detail: expect.stringMatching(/^E(NOTFOUND|AI_AGAIN)$/),
    });
  });

  it('knows a certificate that nobody vouches for, from fetch, from our requests and from the SDK', async () => {
    const { url } = await serve((_request, response) => response.end(), selfSignedCertificate());
    const untrusted = { kind: 'certificate', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
    expect(await failureOf(() => fetch(url))).toEqual(untrusted);
    expect(await failureOf(() => put(url))).toEqual(untrusted);
    expect(await failureOf(() => begin(url))).toEqual(untrusted);
  });

  it('knows a connection that is cut before and within the reply', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.resetAndDestroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await failureOf(() => fetch(`http://127.0.0.1:${port}`))).toMatchObject({ kind: 'network' });
    expect(await failureOf(() => put(`http://127.0.0.1:${port}`))).toEqual({
      kind: 'network',
      detail: 'ECONNRESET',
    });
    expect(await failureOf(() => begin(`http://127.0.0.1:${port}`))).toEqual({
      kind: 'network',
      detail: 'ECONNRESET',
    });
    server.close();
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy());
    });
    expect(await failureOf(async () => (await fetch(url)).text())).toMatchObject({ kind: 'network' });
  });

  it('knows a redirect, a deadline and an abort of our own', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/redirect') response.writeHead(302, { location: 'http://portal.invalid' }).end();
    });
    expect(await failureOf(() => fetch(`${url}/redirect`, { redirect: 'error' }))).toMatchObject({
      kind: 'network',
    });
    expect(await failureOf(() => fetch(url, { signal: AbortSignal.timeout(20) }))).toMatchObject({
      kind: 'network',
      detail: 'TimeoutError',
    });
    expect(await failureOf(() => fetch(url, { signal: AbortSignal.abort() }))).toEqual({ kind: 'cancelled' });
  });

  it('does not take a firewall’s refusal for a file without permission', () => {
    const refused = Object.assign(new Error('connect EACCES'), { code: 'EACCES', syscall: 'connect' });
    const wrapped = new TypeError('fetch failed', { cause: refused });
    const both = Object.assign(new AggregateError([refused, refused]), { code: 'EACCES' });
    for (const error of [refused, wrapped, both, new TypeError('fetch failed', { cause: both })]) {
      expect(classify(error)).toEqual({ kind: 'network', detail: 'EACCES' });
    }
  });
});

describe('failures of a proxy', () => {
  it.each([
    [
      new ProxyAuthNeeded('proxy.example:8080', 'The office'),
      { kind: 'proxy_auth', detail: 'proxy.example:8080' },
    ],
    [new ProxyFailed('unreachable', 'ECONNREFUSED'), { kind: 'proxy', detail: 'proxy ECONNREFUSED' }],
    [new ProxyFailed('refused', 'HTTP 403'), { kind: 'proxy', detail: 'proxy HTTP 403' }],
    // A machine without a network reaches no proxy either.
    [new ProxyFailed('unreachable', 'ENETUNREACH'), { kind: 'network', detail: 'proxy ENETUNREACH' }],
    // The proxy works; what it should lead to does not.
    [new ProxyFailed('no_way', 'HTTP 502'), { kind: 'network', detail: 'proxy HTTP 502' }],
  ])('%s', (error, failure) => {
    expect(classify(error)).toEqual(failure);
  });
});

describe('replies of the store', () => {
  it.each([
    [503, 'SlowDown', { kind: 'throttled' }],
    [503, 'ServiceUnavailable', { kind: 'throttled' }],
    [429, 'TooManyRequestsException', { kind: 'throttled' }],
    [500, 'InternalError', { kind: 'server' }],
    [502, 'BadGateway', { kind: 'server' }],
    [409, 'ConditionalRequestConflict', { kind: 'server' }],
    [403, 'RequestTimeTooSkewed', { kind: 'clock_skew' }],
    [403, 'RequestExpired', { kind: 'clock_skew' }],
    [400, 'ExpiredToken', { kind: 'grant_expired' }],
    [400, 'InvalidToken', { kind: 'grant_expired' }],
    [403, 'InvalidAccessKeyId', { kind: 'grant_expired' }],
    [400, 'BadDigest', { kind: 'mismatch' }],
    [400, 'InvalidDigest', { kind: 'mismatch' }],
    [400, 'XAmzContentSHA256Mismatch', { kind: 'mismatch' }],
    [400, 'IncompleteBody', { kind: 'network' }],
    [400, 'RequestTimeout', { kind: 'network' }],
    // The store lacks a part that it had, or has another: the next try asks which, and sends it again.
    [400, 'InvalidPart', { kind: 'server' }],
    [404, 'NoSuchUpload', { kind: 'server' }],
    [400, 'EntityTooLarge', { kind: 'blocked', reason: 'too_large' }],
    [403, 'QuotaExceeded', { kind: 'blocked', reason: 'quota' }],
    [507, 'XMinioStorageFull', { kind: 'wait', reason: 'store_full' }],
    [403, 'AccessDenied', { kind: 'blocked', reason: 'forbidden' }],
    [403, 'SignatureDoesNotMatch', { kind: 'blocked', reason: 'forbidden' }],
    [404, 'NoSuchBucket', { kind: 'blocked', reason: 'rejected' }],
    [400, 'InvalidArgument', { kind: 'blocked', reason: 'rejected' }],
  ])('%i %s', async (status, code, expected) => {
    const { url, requests } = await serve(s3Error(status, code));
    for (const ask of [put, begin]) {
      expect(await failureOf(() => ask(url))).toMatchObject({
        ...expected,
        detail: `store ${status} ${code}`,
      });
    }
    // Nobody must try again behind our back; only a clock that was wrong is set right, once.
    expect(requests).toHaveLength(code === 'RequestTimeTooSkewed' ? 4 : 2);
  });

  it('reads Retry-After of a store that asks for time', async () => {
    const { url } = await serve(s3Error(503, 'SlowDown', { 'retry-after': '7' }));
    for (const ask of [put, begin]) {
      expect(await failureOf(() => ask(url))).toMatchObject({ kind: 'throttled', retryAfterMs: 7000 });
    }
  });

  it('takes a refusal for the store’s that names no code but has a number', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(403, { 'x-amz-request-id': '1' }).end();
    });
    expect(await failureOf(() => put(url))).toEqual({
      kind: 'blocked',
      reason: 'forbidden',
      detail: 'store 403',
    });
  });

  it('finds the number in the document where a proxy took the header away', async () => {
    const { url } = await serve((_request, response) => {
      response
        .writeHead(403, { 'content-type': 'application/xml' })
        .end('<Error><Code>AccessDenied</Code><RequestId>tx00-1</RequestId></Error>');
    });
    expect(await failureOf(() => put(url))).toMatchObject({ kind: 'blocked', reason: 'forbidden' });
  });

  it.each([
    [200, { kind: 'captive_portal' }],
    [302, { kind: 'captive_portal' }],
    [403, { kind: 'network' }],
    [404, { kind: 'network' }],
    [407, { kind: 'proxy' }],
    [502, { kind: 'server' }],
    [503, { kind: 'throttled' }],
    [511, { kind: 'captive_portal' }],
  ])('takes a page where S3 speaks XML for somebody in between: status %i', async (status, expected) => {
    const { url } = await serve((_request, response) => {
      response
        .writeHead(status, { 'content-type': 'text/html' })
        .end('<!doctype html><title>Welcome</title><p>Log in');
    });
    for (const ask of [put, begin]) expect(await failureOf(() => ask(url))).toMatchObject(expected);
  });
});

describe('replies of the backend', () => {
  it.each([
    [401, 'unauthorized', { kind: 'server' }],
    [403, 'forbidden', { kind: 'blocked', reason: 'forbidden' }],
    [403, 'quota_exceeded', { kind: 'blocked', reason: 'quota' }],
    [400, 'bad_request', { kind: 'blocked', reason: 'rejected' }],
    [422, 'invalid', { kind: 'blocked', reason: 'rejected' }],
    [429, 'rate_limited', { kind: 'throttled', retryAfterMs: 1000 }],
    [500, 'internal', { kind: 'server', retryAfterMs: 1000 }],
    [503, 'database_unavailable', { kind: 'server', retryAfterMs: 1000 }],
    [507, 'store_full', { kind: 'wait', reason: 'store_full' }],
    [404, '', { kind: 'network' }],
    [200, '', { kind: 'captive_portal' }],
  ])('%i %s', (status, code, expected) => {
    expect(classify(new BackendError(status, code, 1000))).toMatchObject(expected);
  });

  it('waits for the person only when main says so', () => {
    expect(classify(new TokenRefused('sign_in_needed'))).toMatchObject({ kind: 'sign_in' });
    expect(classify(new TokenRefused('offline'))).toMatchObject({ kind: 'network' });
  });
});

it('knows our own errors', () => {
  expect(classify(new FileChanged('stat differs'))).toEqual({ kind: 'file_changed', detail: 'stat differs' });
  expect(classify(new Stalled())).toEqual({ kind: 'network', detail: 'stalled' });
  expect(classify(new ForeignReply())).toEqual({ kind: 'captive_portal', detail: 'ForeignReply' });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-02T03:04:05Z');
  it.each([
    [null, null],
    ['0', 0],
    ['120', 120_000],
    ['9999999', 86_400_000],
    ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['soon', null],
    ['', null],
    ['-5', null],
    ['1.5', null],
    ['9'.repeat(400), null],
  ])('%j → %j', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
