import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../../main/lib/clock.ts';
import { createConnections, plainHost, type NetworkHost } from '../../../main/network/connections.ts';
import { createHttpFetch } from '../../../main/network/http-fetch.ts';
import type { Route } from '../../../main/network/routes.ts';
import type { ProxyCredentials } from '../../../main/network/tunnel.ts';
import { errorCode } from '../../../main/lib/log.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { makePrivateCa } from '../../support/private-ca.ts';
import { closedPort, serve, type Handler } from '../../support/http-server.ts';
import { lackOf, startMicrosocks, startTinyproxy, stopProxies } from '../../support/proxies.ts';
import { tempDir } from '../../support/temp-dir.ts';

const lack = lackOf('tinyproxy', 'microsocks');
if (lack !== undefined) console.log(`skipped: connections through proxies. ${lack}`);

const opened: { drop(): void }[] = [];
afterEach(async () => {
  for (const connections of opened.splice(0)) connections.drop();
  await stopProxies();
});

const answer: Handler = (request, response, body) => response.end(`${request.url ?? ''} ${body.toString()}`);
const via = (port: number): Route => ({ kind: 'http', host: '127.0.0.1', port });
const direct: Route = { kind: 'direct' };

function open(host: Partial<NetworkHost>, maxSockets = 4, clock: Clock = systemClock) {
  const connections = createConnections({ maxSockets, host: { ...plainHost, ...host }, clock });
  opened.push(connections);
  const fetch = createHttpFetch(connections.agentFor);
  const post = async (url: string, body = 'x', signal = AbortSignal.timeout(20_000)): Promise<string> =>
    (await fetch(new URL(url), { method: 'POST', body, signal })).text();
  return { connections, fetch, post };
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

/** A server on which each accepted socket does as told. */
async function rawServer(onSocket: (socket: net.Socket) => void): Promise<{ port: number; close(): void }> {
  const server = net.createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made = { port: (server.address() as net.AddressInfo).port, close: () => server.close() };
  opened.push({ drop: made.close });
  return made;
}

describe('without a proxy', () => {
  it('keeps connections, and opens no more than it may', async () => {
    const server = await serve(answer);
    const { post } = open({}, 3);
    const first = await Promise.all(Array.from({ length: 20 }, (_, n) => post(`${server.url}/${n}`)));
    expect(first).toEqual(Array.from({ length: 20 }, (_, n) => `/${n} x`));
    await post(`${server.url}/again`);
    expect(server.connections).toBe(3);
  });

  it('opens new ones after a drop', async () => {
    const server = await serve(answer);
    const { connections, post } = open({});
    await post(server.url);
    connections.drop();
    await post(server.url);
    expect(server.connections).toBe(2);
  });

  it('ends what is under way at a drop, also what is still connecting', async () => {
    const arrived: (() => void)[] = [];
    const held = await serve(() => arrived.shift()?.());
    // Never takes part in a handshake.
    const mute = await rawServer(() => arrived.shift()?.());
    const { connections, post } = open({});
    const both = new Promise<void>((resolve) => {
      let left = 2;
      arrived.push(
        () => --left === 0 && resolve(),
        () => --left === 0 && resolve(),
      );
    });
    const ended = [failure(post(held.url)), failure(post(`https://127.0.0.1:${mute.port}`))];
    await both;
    connections.drop();
    expect((await Promise.all(ended)).map(errorCode)).toEqual(['ECONNRESET', 'AbortError']);
  });

  it('serves those in line also when every connection before theirs fails', async () => {
    const port = await closedPort();
    const { post } = open({}, 1);
    const errors = await Promise.all(
      Array.from({ length: 5 }, () => failure(post(`http://127.0.0.1:${port}`))),
    );
    expect(errors.map(errorCode)).toEqual(errors.map(() => 'ECONNREFUSED'));
  });

  it('gives a server ten seconds to speak TLS', async () => {
    const clock = fakeClock();
    let accepted: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (accepted = resolve));
    const mute = await rawServer((socket) => {
      socket.on('error', () => undefined);
      accepted();
    });
    const { post } = open({}, 4, clock);
    const failed = failure(post(`https://127.0.0.1:${mute.port}`));
    await arrived;
    clock.advance(10_000);
    expect(errorCode(await failed)).toBe('ETIMEDOUT');
    expect(clock.pending).toBe(0);
  });

  it('tries once more when an idle connection turns out to be closed', async () => {
    let closing: net.Socket | undefined;
    const server = await rawServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        // The second request on a connection is met with its end.
        if (closing === socket) {
          socket.resetAndDestroy();
          return;
        }
        closing = socket;
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    const { post } = open({});
    expect(await post(`http://127.0.0.1:${server.port}`)).toBe('ok');
    expect(await post(`http://127.0.0.1:${server.port}`)).toBe('ok');
  });
});

describe.skipIf(lack !== undefined)('through a proxy', () => {
  it('keeps tunnels, and opens no more than it may', async () => {
    const [server, proxy] = [await serve(answer), await startTinyproxy()];
    const { post } = open({ routes: () => Promise.resolve([via(proxy.port)]) }, 3);
    await Promise.all(Array.from({ length: 20 }, (_, n) => post(`${server.url}/${n}`)));
    await post(`${server.url}/again`);
    expect(server.connections).toBe(3);
    expect(proxy.tunnels()).toEqual(Array.from({ length: 3 }, () => `127.0.0.1:${server.port}`));
  });

  it('asks for the way of each origin', async () => {
    const server = await serve(answer);
    const asked: string[] = [];
    const { post } = open({
      routes: (url) => {
        asked.push(url);
        return Promise.resolve([direct]);
      },
    });
    await post(`${server.url}/a/b?c=d`);
    expect(asked).toEqual([server.url]);
  });

  it('carries large bodies both ways unharmed', async () => {
    const [server, proxy] = [await serve(answer), await startTinyproxy()];
    const { post } = open({ routes: () => Promise.resolve([via(proxy.port)]) });
    const body = 'abcdefghij'.repeat(300_000);
    expect(await post(`${server.url}/`, body)).toBe(`/ ${body}`);
  });

  it('goes over to the next entry when a proxy does not answer, and begins with that from then on', async () => {
    const [server, proxy] = [await serve(answer), await startTinyproxy()];
    let tried = 0;
    const dead = await rawServer((socket) => {
      tried++;
      socket.destroy();
    });
    const deadPort = await closedPort();
    const { post, connections } = open({
      routes: () => Promise.resolve([via(deadPort), via(proxy.port), via(dead.port), direct]),
    });
    await post(server.url);
    connections.agentFor(new URL(server.url)).destroy();
    await post(server.url);
    expect([proxy.tunnels().length, tried]).toEqual([2, 0]);
  });

  it('goes over to the next entry when a proxy says nothing for ten seconds', async () => {
    const clock = fakeClock();
    const server = await serve(answer);
    let accepted: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (accepted = resolve));
    const mute = await rawServer((socket) => {
      socket.on('error', () => undefined);
      accepted();
    });
    const { post } = open({ routes: () => Promise.resolve([via(mute.port), direct]) }, 4, clock);
    const reply = post(server.url);
    await arrived;
    clock.advance(10_000);
    expect(await reply).toBe('/ x');
  });

  it('goes direct only where the list ends so', async () => {
    const server = await serve(answer);
    const deadPort = await closedPort();
    const strict = open({ routes: () => Promise.resolve([via(deadPort)]) });
    expect(await failure(strict.post(server.url))).toMatchObject({
      name: 'ProxyFailed',
      reason: 'unreachable',
      detail: 'ECONNREFUSED',
    });
    const none = open({ routes: () => Promise.resolve([]) });
    expect(await failure(none.post(server.url))).toMatchObject({ name: 'ProxyFailed', reason: 'refused' });
    expect(server.connections).toBe(0);
    const lenient = open({ routes: () => Promise.resolve([via(deadPort), direct]) });
    expect(await lenient.post(server.url)).toBe('/ x');
  });

  it('does not go round a proxy that says no', async () => {
    const server = await serve(answer);
    for (const [status, reason] of [
      [403, 'refused'],
      [502, 'no_way'],
    ] as const) {
      const proxy = await rawServer((socket) =>
        socket.once('data', () => socket.end(`HTTP/1.1 ${status} No\r\n\r\nbody`)),
      );
      const { post } = open({ routes: () => Promise.resolve([via(proxy.port), direct]) });
      expect(await failure(post(server.url))).toMatchObject({
        name: 'ProxyFailed',
        reason,
        detail: `HTTP ${status}`,
      });
    }
    expect(server.connections).toBe(0);
  });

  it('takes nothing that a proxy says for the server’s reply', async () => {
    const body = '{"photos":[{"status":"stored"}]}';
    for (const status of [101, 300, 412, 429]) {
      const proxy = await rawServer((socket) =>
        socket.once('data', () =>
          socket.end(`HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\n\r\n${body}`),
        ),
      );
      const { post } = open({ routes: () => Promise.resolve([via(proxy.port)]) });
      expect(await failure(post('https://backend.example'))).toMatchObject({ name: 'ProxyFailed' });
    }
  });

  it.each([
    ['nothing', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['without end', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(4_000)}`],
  ])('is not held up by a proxy that says %s', async (_what, text) => {
    const proxy = await rawServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(text));
    });
    const { post } = open({ routes: () => Promise.resolve([via(proxy.port)]) });
    expect(await failure(post('http://127.0.0.1:9'))).toMatchObject({
      name: 'ProxyFailed',
      reason: 'refused',
    });
  });

  it('keeps what the server says together with the proxy’s answer', async () => {
    const proxy = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly');
      });
    });
    const { post } = open({ routes: () => Promise.resolve([via(proxy.port)]) });
    expect(await post('http://127.0.0.1:9')).toBe('early');
  });

  it('speaks SOCKS5', async () => {
    const [server, proxy] = [await serve(answer), await startMicrosocks()];
    const routes = (): Promise<Route[]> =>
      Promise.resolve([{ kind: 'socks', version: 5, host: '127.0.0.1', port: proxy.port }]);
    const { post } = open({ routes });
    expect(await post(`${server.url}/a`)).toBe('/a x');
    const gone = await closedPort();
    expect(await failure(post(`http://127.0.0.1:${gone}`))).toMatchObject({
      name: 'ProxyFailed',
      reason: 'no_way',
    });
  });

  it('speaks to a proxy over TLS, and TLS inside it', async () => {
    const ca = makePrivateCa(tempDir());
    const certificate = ca.issue(['IP:127.0.0.1']);
    const server = await serve(answer, certificate);
    // A real proxy that takes TLS is Node's own server here: tinyproxy knows none.
    const proxy = await serve(
      () => undefined,
      certificate,
      (request, client) => {
        const [host = '', port = ''] = (request.url ?? '').split(':');
        const upstream = net.connect(Number(port), host, () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          upstream.pipe(client).pipe(upstream);
        });
      },
    );
    const judged: string[] = [];
    const { post } = open({
      routes: () => Promise.resolve([{ kind: 'https', host: '127.0.0.1', port: proxy.port }]),
      trust: (url) => {
        judged.push(url);
        return Promise.resolve([ca.pem]);
      },
    });
    expect(await post(`${server.url}/a`)).toBe('/a x');
    expect(judged).toEqual([proxy.url, server.url]);
  });
});

describe.skipIf(lack !== undefined)('a proxy with a password', () => {
  const login = { user: 'ada', password: 'päss word' };
  const wrong = { user: 'ada', password: 'wrong' };
  type Ask = Parameters<NetworkHost['credentials']>[0];

  async function setUp(...answers: (ProxyCredentials | null)[]) {
    // Tinyproxy's configuration knows no blanks.
    const server = await serve(answer);
    const proxy = await startTinyproxy({ login: { user: 'ada', password: 'secret' } });
    const asks: Ask[] = [];
    const { post } = open({
      routes: () => Promise.resolve([via(proxy.port)]),
      credentials: (ask) => {
        asks.push(ask);
        return Promise.resolve(answers[Math.min(asks.length, answers.length) - 1] ?? null);
      },
    });
    return { server, proxy, asks, post };
  }

  it('is given what the host knows, which is asked once', async () => {
    const { server, proxy, asks, post } = await setUp({ user: 'ada', password: 'secret' });
    expect(await post(`${server.url}/a`)).toBe('/a x');
    expect(await Promise.all([post(server.url), post(server.url), post(server.url)])).toHaveLength(3);
    expect(asks).toEqual([{ proxy: `127.0.0.1:${proxy.port}`, realm: 'Tinyproxy' }]);
  });

  it('is an error of its own while nobody knows', async () => {
    const { server, proxy, post } = await setUp(null);
    expect(await failure(post(server.url))).toMatchObject({
      name: 'ProxyAuthNeeded',
      proxy: `127.0.0.1:${proxy.port}`,
      realm: 'Tinyproxy',
    });
    expect(server.connections).toBe(0);
  });

  it('that refuses a password has the host asked for another one', async () => {
    const { server, asks, post } = await setUp(wrong, { user: 'ada', password: 'secret' });
    expect(await post(`${server.url}/a`)).toBe('/a x');
    expect(asks.map(({ rejected }) => rejected)).toEqual([undefined, wrong]);
  });

  it('ends the matter when the host has no other', async () => {
    const { server, asks, post } = await setUp(wrong);
    const error = await failure(post(server.url));
    expect(error).toMatchObject({ name: 'ProxyAuthNeeded' });
    expect(asks).toHaveLength(2);
    expect(JSON.stringify(error) + String(error)).not.toContain('wrong');
  });

  it('gets user and password as UTF-8', async () => {
    let head = '';
    const proxy = await rawServer((socket) => {
      socket.once('data', (chunk) => {
        head = chunk.toString();
        const given = head.includes('Proxy-Authorization');
        socket.end(
          given
            ? 'HTTP/1.1 403 No\r\n\r\n'
            : 'HTTP/1.1 407 Who\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm="The office"\r\n\r\n',
        );
      });
    });
    const asks: Ask[] = [];
    const { post } = open({
      routes: () => Promise.resolve([via(proxy.port)]),
      credentials: (ask) => {
        asks.push(ask);
        return Promise.resolve(login);
      },
    });
    await failure(post('https://backend.example'));
    expect(asks[0]?.realm).toBe('The office');
    const [, basic = ''] = /Proxy-Authorization: Basic (\S+)/.exec(head) ?? [];
    expect(Buffer.from(basic, 'base64').toString('utf8')).toBe('ada:päss word');
  });

  it('that knows only what we do not speak is a refusal', async () => {
    const proxy = await rawServer((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 407 Who\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n'),
      );
    });
    const { post } = open({ routes: () => Promise.resolve([via(proxy.port)]) });
    expect(await failure(post('https://backend.example'))).toMatchObject({
      name: 'ProxyFailed',
      reason: 'refused',
      detail: 'HTTP 407 Negotiate, NTLM',
    });
  });
});

describe('certificates', () => {
  it('of an authority that Node knows not: the host is asked once for each server', async () => {
    const ca = makePrivateCa(tempDir());
    const [one, two] = [
      await serve(answer, ca.issue(['IP:127.0.0.1'])),
      await serve(answer, ca.issue(['IP:127.0.0.1'])),
    ];
    const judged: string[] = [];
    const { post } = open({
      trust: (url) => {
        judged.push(url);
        return Promise.resolve([ca.pem]);
      },
    });
    expect(await Promise.all([post(`${one.url}/a`), post(`${one.url}/b`)])).toEqual(['/a x', '/b x']);
    expect([await post(one.url), await post(two.url)]).toEqual(['/ x', '/ x']);
    expect(judged).toEqual([one.url, two.url]);
  });

  it('are judged anew in another network: who is no longer vouched for is refused', async () => {
    const ca = makePrivateCa(tempDir());
    const server = await serve(answer, ca.issue(['IP:127.0.0.1']));
    let vouched = [ca.pem];
    const { connections, post } = open({ trust: () => Promise.resolve(vouched) });
    expect(await post(server.url)).toBe('/ x');
    vouched = [];
    expect(await post(server.url)).toBe('/ x');
    connections.drop();
    expect(errorCode(await failure(post(server.url)))).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
  });

  it('that the host does not vouch for stay refused, and it is not asked over and over', async () => {
    const ca = makePrivateCa(tempDir());
    const server = await serve(answer, ca.issue(['IP:127.0.0.1']));
    let judged = 0;
    const { post } = open({
      trust: () => {
        judged++;
        return Promise.resolve([]);
      },
    });
    for (let round = 0; round < 3; round++)
      expect(errorCode(await failure(post(server.url)))).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
    expect([judged, server.requests]).toEqual([1, []]);
  });

  it('are verified by Node whatever the host hands over', async () => {
    const [ca, other] = [makePrivateCa(tempDir()), makePrivateCa(tempDir())];
    const trusting = open({ trust: () => Promise.resolve([ca.pem]) });
    const wrongHost = await serve(answer, ca.issue(['DNS:elsewhere.example']));
    expect(errorCode(await failure(trusting.post(wrongHost.url)))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    const expired = await serve(answer, ca.issue(['IP:127.0.0.1'], { expired: true }));
    expect(errorCode(await failure(trusting.post(expired.url)))).toBe('CERT_HAS_EXPIRED');
    const mistaken = open({ trust: () => Promise.resolve([other.pem]) });
    const server = await serve(answer, ca.issue(['IP:127.0.0.1']));
    expect(errorCode(await failure(mistaken.post(server.url)))).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
    expect([wrongHost.requests, expired.requests, server.requests]).toEqual([[], [], []]);
  });
});

it('is an http.Agent as the SDK knows it', () => {
  const { connections } = open({});
  expect(connections.agentFor(new URL('https://a'))).toBeInstanceOf(http.Agent);
});
