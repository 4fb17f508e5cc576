/** The callback address against everything that a browser, a web page or another program on the computer may send. */
import crypto from 'node:crypto';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../main/auth/clock.ts';
import {
  openCallbackServer,
  openSignedOutServer,
  type CallbackServer,
  type StrayCallback,
} from '../../../main/auth/loopback.ts';
import { createTranslator } from '../../../preload/language/translator.ts';
import { freePorts } from '../../../sandbox/ports.ts';
import { occupy } from './support/auth-rig.ts';
import { manualClock } from './support/manual-clock.ts';

const state = 'a'.repeat(32);
let server: CallbackServer;
let strays: StrayCallback[];
let settled: URLSearchParams | null;
let speaks = createTranslator('en');

async function open(clock = systemClock, maxSockets?: number): Promise<void> {
  strays = [];
  settled = null;
  server = await openCallbackServer(
    await freePorts(1),
    clock,
    (why) => strays.push(why),
    () => speaks,
    maxSockets,
  );
  server.expect(state);
  void server.callback.then((parameters) => {
    settled = parameters;
  });
}
afterEach(async () => {
  speaks = createTranslator('en');
  await server.close();
});

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}
function ask(target: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port: server.port, path: target, ...options },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    request.on('error', reject);
    request.end();
  });
}
/** Sends bytes as they are; resolves with all that came back when the server closed the connection. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => {
      resolve(answer);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(answer);
      else reject(error);
    });
    socket.write(text);
  });
}
const genuine = `/callback?code=the-code&state=${state}`;

/** After each attack the person's own callback must still arrive. */
async function expectStillWorking(): Promise<void> {
  expect(settled).toBeNull();
  const answer = ask(genuine);
  expect((await server.callback).get('code')).toBe('the-code');
  server.finish('signedIn');
  expect(await answer).toMatchObject({ status: 303, headers: { location: '/result' } });
}

describe('the callback', () => {
  it('is held until its outcome is known, then sent on to a page without parameters', async () => {
    await open();
    const answer = ask(genuine);
    const parameters = await server.callback;
    expect([...parameters]).toEqual([
      ['code', 'the-code'],
      ['state', state],
    ]);
    expect((await ask('/result')).status, 'there is no result yet').toBe(404);
    server.finish('signedIn');
    const { status, headers } = await answer;
    expect([status, headers.location]).toEqual([303, '/result']);

    const page = await ask('/result');
    expect(page.body).toContain('You are signed in');
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      connection: 'close',
    });
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(page.body).not.toContain('<script');
    await server.close();
    await expect(ask('/result'), 'closed after the page').rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('leaves the address open for the last page, but not for long', async () => {
    const clock = manualClock();
    await open(clock);
    const answer = ask(genuine);
    await server.callback;
    server.finish('notSignedIn');
    expect((await answer).status).toBe(303);
    clock.advance(5_000);
    await expect(ask('/result')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('counts once, however often it comes', async () => {
    await open();
    const answers = [ask(genuine), ask(`/callback?code=another&state=${state}`), ask(genuine)];
    const parameters = await server.callback;
    server.finish('signedIn');
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(['the-code', 'another']).toContain(parameters.get('code'));
    expect((await ask(genuine)).status, 'a reload').toBe(303);
  });

  it.each([
    ['a forged error', '/callback?error=access_denied&error_description=%3Cscript%3E', 'error'],
    ['a forged error with a guessed state', '/callback?error=access_denied&state=guess', 'state'],
    ['a code without state', '/callback?code=stolen', 'state'],
    ['an empty state', '/callback?code=stolen&state=', 'state'],
    ['two states', `/callback?code=stolen&state=${state}&state=other`, 'state'],
    ["a superseded attempt's state", `/callback?code=old&state=${'b'.repeat(32)}`, 'state'],
    ['nothing at all', '/callback', 'state'],
    ['an undecodable state', '/callback?state=%E0%A4%A', 'state'],
  ])('turns away %s, and lives on', async (_name, target, why) => {
    await open();
    const { status, body } = await ask(target);
    expect(status).toBe(400);
    expect(body).not.toContain('script');
    expect(body).not.toContain('access_denied');
    expect(strays).toEqual([why]);
    await expectStillWorking();
  });

  it('has its state compared in constant time, whatever its length', async () => {
    const compare = vi.spyOn(crypto, 'timingSafeEqual');
    syncBuiltinESMExports();
    try {
      await open();
      const guesses = ['', 'a', state.slice(1), `${state}a`, `b${state.slice(1)}`];
      for (const guess of guesses) expect((await ask(`/callback?code=x&state=${guess}`)).status).toBe(400);
      expect(compare.mock.results.map(({ value }) => value)).toEqual(guesses.map(() => false));
      const answer = ask(genuine);
      await server.callback;
      server.finish('signedIn');
      await answer;
      expect(compare.mock.results.at(-1)?.value, 'nothing else decides').toBe(true);
    } finally {
      compare.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it('before the state is known is nobody’s', async () => {
    const [port = 0] = await freePorts(1);
    server = await openCallbackServer(
      [port],
      systemClock,
      () => undefined,
      () => speaks,
    );
    expect((await ask('/callback?code=x&state=')).status).toBe(400);
    expect((await ask('/callback?code=x&state=null')).status).toBe(400);
  });
});

describe('anything else', () => {
  it.each([
    '/',
    '/favicon.ico',
    '/callback/',
    '/Callback',
    '//callback',
    '/x/../callback',
    '/callback%2f',
    '/signed-out',
  ])('on %s is not found', async (target) => {
    await open();
    expect((await ask(`${target}?code=x&state=${state}`)).status).toBe(404);
    expect(strays).toEqual([]);
    await expectStillWorking();
  });

  it.each(['POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('than GET is refused: %s', async (method) => {
    await open();
    const { status, headers } = await ask(genuine, { method });
    expect([status, headers.allow]).toEqual([405, 'GET']);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    await expectStillWorking();
  });

  it('addressed to another host is refused (DNS rebinding)', async () => {
    await open();
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      `localhost:${server.port}`,
      '127.0.0.1',
      `127.0.0.1:${server.port}.evil.example`,
    ]) {
      expect({ host, status: (await ask(genuine, { headers: { host } })).status }).toEqual({
        host,
        status: 400,
      });
    }
    const twice = `GET ${genuine} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nHost: evil.example\r\n\r\n`;
    expect(await raw(twice)).toMatch(/^HTTP\/1.1 400/);
    expect(await raw(`GET ${genuine} HTTP/1.1\r\n\r\n`), 'no host').toMatch(/^HTTP\/1.1 400/);
    const absolute = `GET http://evil.example${genuine} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
    expect(await raw(absolute)).toMatch(/^HTTP\/1.1 404/);
    expect(strays).toEqual([]);
    await expectStillWorking();
  });

  it('that is not HTTP, or far too long, is cut off', async () => {
    await open();
    expect(await raw('\u0016\u0003\u0001\u0002\u0000hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    const long = `GET /callback?state=${'x'.repeat(1_000_000)} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
    expect(await raw(long)).toMatch(/^(HTTP\/1.1 431|$)/);
    await expectStillWorking();
  });

  it('that says nothing, or says it byte by byte, is cut off in seconds', async () => {
    await open();
    // Node's own limits are a minute and more, and so is what this test would take with them.
    const idle = raw('');
    const loris = new Promise<void>((resolve) => {
      const socket = net.connect(server.port, '127.0.0.1');
      const drip = setInterval(() => socket.write('X'), 200);
      socket.write('GET /callback?state=');
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(drip);
        resolve();
      });
      socket.resume();
    });
    await Promise.all([idle, loris]);
    await expectStillWorking();
  }, 60_000);

  it('in a thousand requests at once does not keep the callback out', async () => {
    await open();
    const attack = Array.from({ length: 1_000 }, (_, index) => ask(`/callback?code=x&state=guess-${index}`));
    for (const asked of attack) asked.catch(() => undefined);
    const answer = ask(genuine);
    expect((await server.callback).get('code')).toBe('the-code');
    server.finish('signedIn');
    expect((await answer).status).toBe(303);
    // On a busy machine some are cut off for being slow.
    const outcomes = await Promise.allSettled(attack);
    const answered = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const turnedAway = answered.filter(({ status }) => status === 400);
    expect(answered.filter(({ status }) => ![400, 408].includes(status))).toEqual([]);
    expect(turnedAway.length).toBeGreaterThan(0);
    expect(strays.length).toBeGreaterThanOrEqual(turnedAway.length);
  });

  it('in more connections than there is room for ends the oldest, but never the one that is held', async () => {
    await open(systemClock, 4);
    const idle: net.Socket[] = [];
    const connectIdle = async (): Promise<void> => {
      const socket = net.connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      idle.push(socket);
      await new Promise((resolve) => socket.once('connect', resolve));
    };
    const callback = ask(genuine);
    await server.callback;
    for (let more = 0; more < 4; more++) await connectIdle();
    const [first, second] = idle;
    const gone = new Promise((resolve) => first?.once('close', resolve).resume());
    await connectIdle();
    await gone;
    // The others are as good as before.
    const answer = new Promise<string>((resolve) => {
      second?.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1')));
      second?.once('end', () => resolve('it was ended'));
    });
    second?.write(`GET /elsewhere HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    expect(await answer).toMatch(/^HTTP\/1.1 404/);
    for (let more = 0; more < 8; more++) await connectIdle();
    server.finish('signedIn');
    expect((await callback).status).toBe(303);
    for (const socket of idle) socket.destroy();
  });

  it('that is odd HTTP is answered or cut off, and nothing more', async () => {
    await open();
    const host = `Host: 127.0.0.1:${server.port}`;
    for (const [text, answer] of [
      [`GET ${genuine} HTTP/1.0\r\n\r\n`, /^HTTP\/1.1 400/],
      [`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\n${host}\r\n\r\n`, /^$/],
      [`GET /socket HTTP/1.1\r\n${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`, / 404 /],
      [`POST ${genuine} HTTP/1.1\r\n${host}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`, / 405 /],
      [
        `GET ${genuine} HTTP/1.1\r\n${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n`,
        /^HTTP\/1.1 400/,
      ],
      [`GET ${genuine} HTTP/1.1\nHost: evil.example\n ${host}\n\n`, /^HTTP\/1.1 400/],
      [`GET http://127.0.0.1:${server.port}${genuine} HTTP/1.1\r\n${host}\r\n\r\n`, /^HTTP\/1.1 404/],
    ] as const) {
      expect({ text, answer: await raw(text) }).toEqual({
        text,
        answer: expect.stringMatching(answer) as string,
      });
    }
    await expectStillWorking();
  });

  it('pipelined behind a stray callback is not the callback of that connection', async () => {
    await open();
    const host = `Host: 127.0.0.1:${server.port}`;
    const both = `GET /callback?state=guess HTTP/1.1\r\n${host}\r\n\r\nGET ${genuine} HTTP/1.1\r\n${host}\r\n\r\n`;
    expect((await raw(both)).match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    await expectStillWorking();
  });

  it('than a browser that stays: who has gone before the outcome is known does no harm', async () => {
    await open();
    const socket = net.connect(server.port, '127.0.0.1');
    socket.write(`GET ${genuine} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    await server.callback;
    socket.destroy();
    server.finish('signedIn');
    expect((await ask('/result')).body).toContain('You are signed in');
  });
});

it('speaks the language that the app speaks when it is asked', async () => {
  await open();
  expect((await ask('/elsewhere')).body).toContain('<html lang="en" dir="ltr">');
  speaks = createTranslator('de-CH');
  const { body } = await ask('/elsewhere');
  expect(body).toContain('<html lang="de-CH" dir="ltr">');
  expect(body).toContain('<h1>Hier ist nichts</h1>');
});

describe('the address', () => {
  it('closes with every connection to it, so that the next attempt has the port to itself', async () => {
    await open();
    const { port } = server;
    const idle = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const gone = new Promise((resolve) => idle.once('close', resolve));
    idle.on('error', () => undefined);
    await server.close();
    await gone;
    const next = await openCallbackServer(
      [port],
      systemClock,
      () => undefined,
      () => speaks,
    );
    expect(next.port).toBe(port);
    await next.close();
  });

  it('is on the loopback interface only', async () => {
    await open();
    const other = await new Promise((resolve) => {
      const socket = net.connect(server.port, '::1');
      socket.on('error', () => {
        resolve('refused');
      });
      socket.on('connect', () => {
        resolve('connected');
      });
    });
    expect(other).toBe('refused');
  });

  it('is the first of the ports that is free; when none is, they are named', async () => {
    await open();
    const [free = 0] = await freePorts(1);
    const taken = await occupy(0);
    const second = await openCallbackServer(
      [taken.port, free],
      systemClock,
      () => undefined,
      () => speaks,
    );
    expect(second.redirectUri).toBe(`http://127.0.0.1:${free}/callback`);
    await expect(
      openCallbackServer(
        [taken.port, free],
        systemClock,
        () => undefined,
        () => speaks,
      ),
    ).rejects.toMatchObject({
      code: 'ports_taken',
      problem: { code: 'auth_ports_taken', detail: expect.stringContaining(`${taken.port}, ${free}`) },
    });
    await second.close();
    await taken.close();
  });
});

describe('the signed-out page', () => {
  it('is shown once; without a visit its address closes in the end', async () => {
    await open();
    const clock = manualClock();
    const ports = await freePorts(1);
    const first = await openSignedOutServer(ports, clock, 60_000, () => speaks);
    expect((await fetch(first.signedOutUri.replace('signed-out', 'callback'))).status).toBe(404);
    expect(await (await fetch(first.signedOutUri)).text()).toContain('You are signed out');
    await first.closed;
    const second = await openSignedOutServer(ports, clock, 60_000, () => speaks);
    clock.advance(60_000);
    await second.closed;
  });
});
