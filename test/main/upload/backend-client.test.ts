import { describe, expect, it } from 'vitest';
import type { AccessToken } from '../../../main/lib/engine-protocol.ts';
import { createBackendClient, type BackendClient } from '../../../main/upload/backend-client.ts';
import { BackendError, classify, TokenRefused } from '../../../main/upload/failures.ts';
import { closedPort, json, serve, type Handler } from '../../support/http-server.ts';
import { directFetch } from '../../support/network.ts';

const hash = 'ab'.repeat(32);
const found = {
  sha256: hash,
  photoId: 'p1',
  fileName: 'a.jpg',
  takenAt: null,
  storedAt: '2026-01-01T00:00:00Z',
};

/** Hands out token-1, and another one each time the last was rejected. */
function tokens() {
  const rejected: string[] = [];
  const token = (options: { rejected?: string }): Promise<AccessToken> => {
    if (options.rejected !== undefined) rejected.push(options.rejected);
    return Promise.resolve({
      token: `token-${rejected.length + 1}`,
      expiresAt: Date.now() + 1e6,
      sub: 'ada',
    });
  };
  return { rejected, token };
}

async function setUp(handler: Handler) {
  const server = await serve(handler);
  const { rejected, token } = tokens();
  const controller = new AbortController();
  const client = createBackendClient({
    apiUrl: `${server.url}/base`,
    token,
    fetch: directFetch,
    signal: controller.signal,
  });
  return { server, client, rejected, controller };
}

const failure = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => {
      throw new Error('nothing failed');
    },
    (error: unknown) => error,
  );

describe('the backend client', () => {
  it('asks with the bearer token, below the base address, and reads the reply', async () => {
    let seen: unknown;
    const { server, client } = await setUp((request, response, body) => {
      seen = [request.headers.authorization, request.headers['content-type'], JSON.parse(body.toString())];
      json(response, 200, { found: [found] });
    });
    expect(await client.lookup([hash])).toEqual([{ sha256: hash, photoId: 'p1', fileName: 'a.jpg' }]);
    expect(seen).toEqual(['Bearer token-1', 'application/json', { sha256: [hash] }]);
    expect(server.requests).toEqual(['POST /base/v1/photos/lookup']);
  });

  it('reads each outcome of a confirmation, and a grant with its end as a number', async () => {
    const photos = [
      { sha256: hash, status: 'stored', photoId: 'p1' },
      { sha256: 'cd'.repeat(32), status: 'rejected', code: 'size_mismatch' },
    ];
    const credentials = { accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T' };
    const grant = {
      bucket: 'b',
      region: 'r',
      forcePathStyle: true,
      keyPrefix: 'users/ada/',
      checksum: 'MD5',
      maxBytes: 9,
    };
    const { client } = await setUp((request, response) => {
      if (request.url === '/base/v1/photos') json(response, 200, { photos });
      else
        json(response, 200, {
          ...grant,
          credentials: { ...credentials, expiration: '2026-01-02T03:04:05.000Z' },
        });
    });
    expect(await client.confirm([])).toEqual(photos);
    expect(await client.grant()).toEqual({
      ...grant,
      credentials: { ...credentials, expiration: Date.UTC(2026, 0, 2, 3, 4, 5) },
    });
  });

  it('reads when open uploads were begun', async () => {
    const upload = { key: 'users/ada/x.mp4', uploadId: 'u1' };
    const { server, client } = await setUp((_request, response) => {
      json(response, 200, { uploads: [{ ...upload, startedAt: '2026-01-02T03:04:05.000Z' }] });
    });
    expect(await client.openUploads()).toEqual([{ ...upload, startedAt: Date.UTC(2026, 0, 2, 3, 4, 5) }]);
    expect(server.requests).toEqual(['GET /base/v1/open-uploads']);
  });

  it('asks main for another token when the backend refuses one, once', async () => {
    const good = await setUp((request, response) => {
      if (request.headers.authorization === 'Bearer token-1') json(response, 401, { code: 'unauthorized' });
      else json(response, 200, { found: [] });
    });
    expect(await good.client.lookup([hash])).toEqual([]);
    expect(good.rejected).toEqual(['token-1']);
    const bad = await setUp((_request, response) => {
      json(response, 401, { code: 'unauthorized' });
    });
    expect(classify(await failure(bad.client.lookup([hash])))).toMatchObject({ kind: 'server' });
    expect([bad.rejected, bad.server.requests.length]).toEqual([['token-1'], 2]);
  });

  it('asks nothing without a token', async () => {
    const server = await serve((_request, response) => response.end());
    const client = createBackendClient({
      apiUrl: server.url,
      token: () => Promise.reject(new TokenRefused('offline')),
      fetch: directFetch,
      signal: new AbortController().signal,
    });
    expect(await failure(client.lookup([hash]))).toBeInstanceOf(TokenRefused);
    expect(server.requests).toEqual([]);
  });

  it('keeps status, code and Retry-After of a problem document', async () => {
    const { client } = await setUp((_request, response) => {
      json(
        response,
        503,
        { type: 'about:blank', status: 503, code: 'store_unavailable' },
        { 'retry-after': '4' },
      );
    });
    const error = await failure(client.grant());
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({ status: 503, code: 'store_unavailable', retryAfterMs: 4000 });
  });

  it.each([
    ['a page with success', 200, 'text/html', '<!doctype html>', 'captive_portal'],
    ['a page that calls itself JSON', 200, 'application/json', '<!doctype html>', 'captive_portal'],
    [
      'what reads like an answer and does not call itself JSON',
      200,
      'text/html',
      '{"found":[]}',
      'captive_portal',
    ],
    ['a page with 403', 403, 'text/html', '<!doctype html>', 'network'],
    ['a page with 404', 404, 'text/html', 'not found', 'network'],
    ['a page of a log-in', 511, 'text/html', '<!doctype html>', 'captive_portal'],
    ['a page of a proxy', 407, 'text/html', '<!doctype html>', 'proxy'],
    ['a page with 502', 502, 'text/html', 'bad gateway', 'server'],
    ['JSON of somebody else', 200, 'application/json', '{"hello":"world"}', 'network'],
    ['a refusal of somebody else', 403, 'application/json', '{"error":"no"}', 'network'],
  ])('is not deceived by %s', async (_what, status, contentType, text, kind) => {
    const { client } = await setUp((_request, response) => {
      response.writeHead(status, { 'content-type': contentType }).end(text);
    });
    expect(classify(await failure(client.lookup([hash])))).toMatchObject({ kind });
  });

  it('follows no redirect: the token would go with it', async () => {
    const other = await serve((_request, response) => {
      json(response, 200, { found: [] });
    });
    const { client } = await setUp((_request, response) => {
      response.writeHead(307, { location: `${other.url}/v1/photos/lookup` }).end();
    });
    expect(classify(await failure(client.lookup([hash])))).toMatchObject({ kind: 'captive_portal' });
    expect(other.requests).toEqual([]);
  });

  it('ends every call when the session ends', async () => {
    const begun: Promise<unknown>[] = [];
    const { client, controller } = await setUp(() => {
      if (begun.length === 2) controller.abort();
    });
    begun.push(failure(client.lookup([hash])), failure(client.confirm([])));
    for (const error of await Promise.all(begun)) expect(classify(error)).toEqual({ kind: 'cancelled' });
    expect(classify(await failure(client.lookup([hash])))).toEqual({ kind: 'cancelled' });
  });
});

describe('probe', () => {
  const probe = async (handler: Handler): Promise<'online' | 'offline'> => {
    const { client } = await setUp(handler);
    return client.probe().then(
      () => 'online',
      () => 'offline',
    );
  };

  it('needs no token', async () => {
    let headers: Record<string, unknown> = {};
    const { client } = await setUp((request, response) => {
      ({ headers } = request);
      json(response, 200, { status: 'ok' });
    });
    await client.probe();
    expect(headers).not.toHaveProperty('authorization');
  });

  it('believes only our backend', async () => {
    expect(await probe((_request, response) => json(response, 200, { status: 'ok' }))).toBe('online');
    expect(await probe((_request, response) => json(response, 503, { code: 'not_ready' }))).toBe('offline');
    expect(
      await probe((_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      ),
    ).toBe('offline');
    expect(
      await probe((_request, response) => response.writeHead(302, { location: 'http://x.invalid' }).end()),
    ).toBe('offline');
    expect(await probe((_request, response) => response.destroy())).toBe('offline');
  });

  it('ends by itself when nothing answers', async () => {
    const port = await closedPort();
    const client: BackendClient = createBackendClient({
      apiUrl: `http://127.0.0.1:${port}`,
      token: tokens().token,
      fetch: directFetch,
      signal: new AbortController().signal,
    });
    await expect(client.probe()).rejects.toThrow();
    const { client: silent } = await setUp(() => undefined);
    const error = await failure(silent.probe());
    expect(classify(error)).toEqual({ kind: 'network', detail: 'TimeoutError' });
  });
});
