import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../../sandbox/store/faults.ts';
import { json, serve, type TestServer } from '../support/http-server.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';

let proxy: FaultProxy;
let backend: TestServer;
afterEach(() => proxy.close());

async function open(...rules: Fault[]): Promise<void> {
  backend = await serve((request, response, body) => {
    json(
      response,
      200,
      { asked: body.toString(), as: request.headers['authorization'] },
      { 'x-request-id': 'r1' },
    );
  });
  proxy = await startFaultProxy(backend.url);
  proxy.set(rules);
}

const post = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${proxy.url}${path}`, {
    method: 'POST',
    body: '{"n":1}',
    headers: { authorization: 'Bearer t' },
    ...init,
  });

test('without faults requests and replies pass unchanged', async () => {
  await open();
  const response = await post('/v1/photos');
  expect(response.headers.get('x-request-id')).toBe('r1');
  expect(await response.json()).toEqual({ asked: '{"n":1}', as: 'Bearer t' });
});

test('a status comes as a problem document, for the call that it is meant for and as often as it is meant', async () => {
  const match = { operation: 'Confirm' };
  await open({ kind: 'status', status: 503, code: 'not_ready', retryAfterSeconds: 2, times: 1, match });
  expect((await post('/v1/photos/lookup')).status).toBe(200);
  const refused = await post('/v1/photos');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await refused.json()).toMatchObject({ code: 'not_ready', status: 503 });
  expect((await post('/v1/photos')).status).toBe(200);
  expect(backend.requests).toEqual(['POST /v1/photos/lookup', 'POST /v1/photos']);
});

test('a captive portal answers with a page, and the backend hears nothing', async () => {
  await open({ kind: 'htmlReply' });
  const response = await post('/v1/upload-grants');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
  expect(backend.requests).toEqual([]);
});

test('a reset comes before the work, a lost reply after it', async () => {
  await open({ kind: 'reset' });
  await expect(post('/v1/photos')).rejects.toThrow();
  expect(backend.requests).toEqual([]);
  proxy.set([{ kind: 'lostReply' }]);
  await expect(post('/v1/photos')).rejects.toThrow();
  expect(backend.requests).toEqual(['POST /v1/photos']);
});

test('a truncated reply breaks off after its head', async () => {
  await open({ kind: 'truncateReply' });
  const response = await post('/v1/photos');
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

test('a stalled request gets no answer, and the proxy closes all the same', async () => {
  await open({ kind: 'stall', times: 1 });
  const hanging = post('/v1/photos', { signal: AbortSignal.timeout(20_000) });
  hanging.catch(() => undefined);
  // The one before it has met the rule by now.
  expect((await post('/v1/photos')).status).toBe(200);
  await proxy.close();
  await expect(hanging).rejects.toThrow();
  proxy = await startFaultProxy(backend.url);
});

test('a backend that is away looks away', async () => {
  await open();
  await backend.close();
  await expect(post('/v1/photos')).rejects.toThrow();
});
