import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/auth/clock.ts';
import { createTransport, jsonOf } from '../../../main/auth/transport.ts';
import { closedPort, serve } from '../../support/http-server.ts';
import { deferred } from '../../support/deferred.ts';
import { manualClock } from './support/manual-clock.ts';
import { caught } from './support/caught.ts';

const get = { method: 'GET', headers: {} } as const;

describe('a request', () => {
  it('brings status, text and the time of the server', async () => {
    const server = await serve((request, response, body) => {
      response
        .writeHead(201, { date: 'Wed, 21 Oct 2026 07:28:00 GMT' })
        .end(`${String(request.headers['x-it'])} ${body.toString()}`);
    });
    const transport = createTransport(fetch, systemClock, 5_000);
    const request = { method: 'POST', headers: { 'x-it': 'got' }, body: 'this' } as const;
    expect(await transport(server.url, request)).toEqual({
      status: 201,
      text: 'got this',
      serverTime: Date.UTC(2026, 9, 21, 7, 28),
      retryAfterMs: null,
    });
  });

  it.each([
    ['120', 120_000],
    ['Wed, 21 Oct 2026 07:29:30 GMT', 90_000],
    ['Wed, 21 Oct 2026 07:00:00 GMT', 0],
    ['soon', null],
  ])('brings how long the server asks to be left alone: %s', async (text, ms) => {
    const server = await serve((_request, response) => {
      response.writeHead(429, { date: 'Wed, 21 Oct 2026 07:28:00 GMT', 'retry-after': text }).end('{}');
    });
    const reply = await createTransport(fetch, systemClock, 5_000)(server.url, get);
    expect(reply.retryAfterMs).toBe(ms);
    expect(() => jsonOf(reply)).toThrow(expect.objectContaining({ code: 'throttled', retryAfterMs: ms }));
  });

  it('is given up when the headers come but not the whole body', async () => {
    const clock = manualClock();
    const sent = deferred<void>();
    const server = await serve((_request, response) => {
      response.writeHead(200);
      response.write('{"access_token":');
      sent.resolve();
    });
    const reply = createTransport(fetch, clock, 10_000)(server.url, get);
    const failure = caught(reply);
    await sent.promise;
    clock.advance(10_000);
    expect(await failure).toMatchObject({ code: 'deadline' });
    expect(clock.pending).toBe(0);
  });

  it('is given up even if fetch does not listen', async () => {
    const clock = manualClock();
    const reply = createTransport(() => new Promise(() => undefined), clock, 10_000)('http://127.0.0.1', get);
    const failure = caught(reply);
    clock.advance(10_000);
    expect(await failure).toMatchObject({ code: 'deadline' });
  });

  it('is never redirected: the form holds the refresh token', async () => {
    const elsewhere = await serve((_request, response) => response.end('caught'));
    const server = await serve((_request, response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    const transport = createTransport(fetch, systemClock, 5_000);
    await expect(
      transport(server.url, { method: 'POST', headers: {}, body: 'secret' }),
    ).rejects.toMatchObject({ code: 'offline' });
    expect(elsewhere.requests).toEqual([]);
  });

  it('says which error of the system kept it', async () => {
    const port = await closedPort();
    await expect(
      createTransport(fetch, systemClock, 5_000)(`http://127.0.0.1:${port}`, get),
    ).rejects.toMatchObject({
      code: 'offline',
      problem: { code: 'auth_network', detail: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('takes no endless body', async () => {
    const server = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    await expect(createTransport(fetch, systemClock, 5_000)(server.url, get)).rejects.toMatchObject({
      code: 'reply_unexpected',
    });
  });
});

describe('jsonOf', () => {
  it.each([
    [429, '{}', 'throttled'],
    [500, '{}', 'server_unavailable'],
    [200, '<html>secret</html>', 'reply_unexpected'],
    [200, '[]', 'reply_unexpected'],
    [400, 'null', 'reply_unexpected'],
  ])('refuses %i %s', (status, text, code) => {
    expect(() => jsonOf({ status, text, serverTime: null, retryAfterMs: null })).toThrow(
      expect.objectContaining({ code }),
    );
    expect(() => jsonOf({ status, text, serverTime: null, retryAfterMs: null })).not.toThrow(/secret/);
  });
});
