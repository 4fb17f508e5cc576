import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../main/lib/clock.ts';
import type { Connections } from '../../../main/network/connections.ts';
import { plainConnections } from '../../support/network.ts';
import { classify, FileChanged, ForeignReply, Stalled } from '../../../main/upload/failures.ts';
import { createStore, type PutRequest, type Store } from '../../../main/upload/store.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { noise, sha256, statOf, writeFile } from '../../support/files.ts';
import { testGrant } from '../../support/grant.ts';
import { serve, type Handler } from '../../support/http-server.ts';
import { tempDir } from '../../support/temp-dir.ts';

const stored: Handler = (_request, response) => {
  response.writeHead(200, { etag: '"etag"', 'x-amz-request-id': '1' }).end();
};
const s3Error =
  (status: number, code: string): Handler =>
  (_request, response) => {
    const headers = { 'content-type': 'application/xml', 'x-amz-request-id': '1' };
    response.writeHead(status, headers).end(`<Error><Code>${code}</Code></Error>`);
  };

function openStore(deps: Partial<Parameters<typeof createStore>[0]> = {}): Store {
  const store = createStore({ clock: systemClock, connections: plainConnections(4), ...deps });
  onTestFinished(store.close);
  return store;
}

function putOf(content: Buffer, name = 'a.jpg'): PutRequest {
  const file = writeFile(path.join(tempDir(), name), content);
  return {
    path: file,
    stat: statOf(file),
    key: `users/ada/photos/${sha256(content)}.jpg`,
    contentType: 'image/jpeg',
    sha256: sha256(content),
    md5: createHash('md5').update(content).digest('base64'),
  };
}

/** Takes no more than that many bytes a second, and answers when it has them all; returns its port. */
async function slowStore(bytesPerSecond: number, size: number): Promise<number> {
  const reply = 'HTTP/1.1 200 OK\r\netag: "e"\r\nx-amz-request-id: 1\r\ncontent-length: 0\r\n\r\n';
  const server = net.createServer((socket) => {
    let received = 0;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), (chunk.length / bytesPerSecond) * 1000);
      if (received >= size) socket.write(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Connections that take this certificate's word. */
function trusting(ca: string, maxSockets: number): Connections {
  const agent = new https.Agent({ keepAlive: true, maxSockets, ca });
  return {
    agentFor: () => agent,
    drop: () => {
      agent.destroy();
    },
  };
}

const quietly = (signal = new AbortController().signal) => ({ signal, onBytes: () => undefined });

describe('put', () => {
  it('sends one signed request that lets the store check every byte, and no header more than that needs', async () => {
    const content = noise(3_000_000);
    let seen: { headers: Record<string, unknown>; body: Buffer } | null = null;
    const { url, requests } = await serve((request, response, body) => {
      seen = { headers: request.headers, body };
      stored(request, response, body);
    });
    const request = putOf(content);
    let sent = 0;
    const outcome = await openStore().put(testGrant(url), request, {
      signal: new AbortController().signal,
      onBytes: (count) => (sent += count),
    });
    expect([outcome, sent]).toEqual(['stored', content.length]);
    expect(requests).toEqual([`PUT /library/${request.key}`]);
    const { headers, body } = seen as unknown as { headers: Record<string, string>; body: Buffer };
    expect(body.equals(content)).toBe(true);
    expect(headers).toMatchObject({
      'content-length': String(content.length),
      'content-type': 'image/jpeg',
      'if-none-match': '*',
      'x-amz-content-sha256': request.sha256,
      'x-amz-checksum-sha256': Buffer.from(request.sha256, 'hex').toString('base64'),
      'x-amz-security-token': 'session',
    });
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 .*SignedHeaders=[^,]*if-none-match[^,]*x-amz-content-sha256/,
    );
    for (const absent of [
      'expect',
      'transfer-encoding',
      'content-encoding',
      'content-md5',
      'x-amz-trailer',
    ]) {
      expect(headers).not.toHaveProperty(absent);
    }
    expect(Object.keys(headers).filter((name) => /crc|sdk-checksum/.test(name))).toEqual([]);
  });

  it('sends Content-MD5 where the grant says so, and the encryption that it asks for', async () => {
    let headers: Record<string, unknown> = {};
    const { url } = await serve((request, response, body) => {
      ({ headers } = request);
      stored(request, response, body);
    });
    const request = putOf(Buffer.from('content'));
    const grant = testGrant(url, { checksum: 'MD5', sse: { algorithm: 'aws:kms', kmsKeyId: 'key-1' } });
    await openStore().put(grant, request, quietly());
    expect(headers).toMatchObject({
      'content-md5': request.md5,
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
    });
    expect(headers).not.toHaveProperty('x-amz-checksum-sha256');
  });

  it('takes 412 for what it is: the content is there already', async () => {
    const { url } = await serve(s3Error(412, 'PreconditionFailed'));
    expect(await openStore().put(testGrant(url), putOf(noise(5_000_000)), quietly())).toBe('exists');
  });

  it('uses its connections again, also for large files and after a new grant', async () => {
    const server = await serve(stored);
    const store = openStore();
    for (let round = 0; round < 6; round++) {
      await store.put(testGrant(server.url), putOf(noise(2_500_000, round)), quietly());
    }
    expect(server.connections).toBe(1);
  });

  it('uses its connections again over TLS, for photos of one slice and of several', async () => {
    const certificate = selfSignedCertificate();
    const server = await serve(stored, certificate);
    const store = openStore({ connections: trusting(certificate.cert, 2) });
    for (let round = 0; round < 6; round++) {
      const size = round % 2 === 0 ? 50_000 : 3_500_000;
      await store.put(testGrant(server.url), putOf(noise(size, round)), quietly());
    }
    expect(server.connections).toBe(1);
  });

  it('opens no more connections than it was given', async () => {
    const server = await serve(stored);
    const store = openStore({ connections: plainConnections(3) });
    const grant = testGrant(server.url);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => store.put(grant, putOf(noise(100_000, n)), quietly())),
    );
    expect(server.connections).toBeLessThanOrEqual(3);
  });

  it('ends when it is aborted, before, within and after the bytes', async () => {
    const { url } = await serve(() => undefined);
    const store = openStore();
    const early = store.put(testGrant(url), putOf(noise(10)), quietly(AbortSignal.abort()));
    expect(classify(await early.catch((error: unknown) => error))).toEqual({ kind: 'cancelled' });
    const controller = new AbortController();
    const during = store.put(testGrant(url), putOf(noise(20_000_000)), {
      signal: controller.signal,
      onBytes: () => {
        controller.abort();
      },
    });
    expect(classify(await during.catch((error: unknown) => error))).toEqual({ kind: 'cancelled' });
  });

  it('gives up on a store that takes the bytes and never answers', async () => {
    const { url } = await serve(() => undefined);
    const put = openStore({ stallAfterMs: 100 }).put(testGrant(url), putOf(noise(10)), quietly());
    await expect(put).rejects.toBeInstanceOf(Stalled);
  });

  it('does not give up on a slow line, whose buffers took the photo long before it arrives', async () => {
    const content = noise(8 * 1024 * 1024);
    const port = await slowStore(4 * 1024 * 1024, content.length);
    const put = openStore({ stallAfterMs: 100 }).put(
      testGrant(`http://127.0.0.1:${port}`),
      putOf(content),
      quietly(),
    );
    expect(await put).toBe('stored');
  });

  it('gives up soon on a store that falls silent after it was fast', async () => {
    let silent = false;
    const { url } = await serve((request, response, body) => {
      if (!silent) stored(request, response, body);
    });
    const store = openStore({ stallAfterMs: 100 });
    await store.put(testGrant(url), putOf(noise(4_000_000)), quietly());
    silent = true;
    const startedAt = Date.now();
    await expect(store.put(testGrant(url), putOf(noise(4_000_001)), quietly())).rejects.toBeInstanceOf(
      Stalled,
    );
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  it('refuses a file that changed since it was inspected, before a byte is sent', async () => {
    const { url, requests } = await serve(stored);
    const request = putOf(Buffer.from('content'));
    fs.writeFileSync(request.path, 'CONTENT');
    await expect(openStore().put(testGrant(url), request, quietly())).rejects.toBeInstanceOf(FileChanged);
    expect(requests).toEqual([]);
  });

  it('says that the file changed when it did so under way, whatever the store made of it', async () => {
    for (const answer of [stored, s3Error(400, 'BadDigest')]) {
      const request = putOf(Buffer.from('content'));
      const { url } = await serve((incoming, response, body) => {
        fs.writeFileSync(request.path, 'CONTENT');
        answer(incoming, response, body);
      });
      await expect(openStore().put(testGrant(url), request, quietly())).rejects.toBeInstanceOf(FileChanged);
    }
  });

  it('ends the request when the file shrinks under way', async () => {
    const request = putOf(noise(40_000_000));
    const { url } = await serve(stored);
    const put = openStore().put(testGrant(url), request, {
      signal: new AbortController().signal,
      onBytes: () => {
        fs.truncateSync(request.path, 1000);
      },
    });
    await expect(put).rejects.toBeInstanceOf(FileChanged);
  });

  it('works again after close, on new connections', async () => {
    const server = await serve(stored);
    const store = openStore();
    const grant = testGrant(server.url);
    await store.put(grant, putOf(Buffer.from('a')), quietly());
    store.close();
    await store.put(grant, putOf(Buffer.from('b')), quietly());
    expect(server.connections).toBe(2);
  });

  it('keeps every photo’s bytes apart, though all share a few buffers, and some are cut off', async () => {
    const bodies = new Map<string, Buffer>();
    const { url } = await serve((request, response, body) => {
      bodies.set(String(request.url), body);
      stored(request, response, body);
    });
    const store = openStore();
    const grant = testGrant(url);
    const requests = Array.from({ length: 12 }, (_, n) => putOf(noise(4_200_000 - n * 300_000, n + 1)));
    await Promise.all(
      requests.map((request, n) => {
        const controller = new AbortController();
        return store
          .put(grant, request, {
            signal: controller.signal,
            // Every third is given up in its midst.
            onBytes: () => {
              if (n % 3 === 0) controller.abort();
            },
          })
          .catch((error: unknown) => {
            expect([n % 3, classify(error).kind]).toEqual([0, 'cancelled']);
          });
      }),
    );
    for (const { key, sha256: hash } of requests) {
      const body = bodies.get(`/library/${key}`);
      if (body !== undefined) expect(sha256(body)).toBe(hash);
    }
    expect(bodies.size).toBeGreaterThanOrEqual(8);
  });

  it('asks before each slice, and sends as much of it as it may', async () => {
    const { url } = await serve(stored);
    const asked: number[] = [];
    let open: (bytes: number) => void = () => undefined;
    const firstWait = new Promise<number>((resolve) => (open = resolve));
    const content = noise(2 * 1024 * 1024 + 150_000);
    const counted: number[] = [];
    const put = openStore().put(testGrant(url), putOf(content), {
      signal: new AbortController().signal,
      onBytes: (count) => counted.push(count),
      admit: (wanted) => {
        asked.push(wanted);
        // A limit comes into force with the second slice, and is lifted with the fourth.
        if (asked.length === 2) return firstWait;
        return asked.length === 3 ? Promise.resolve(1_024) : wanted;
      },
    });
    while (asked.length < 2) await new Promise(setImmediate);
    // Nothing more goes out as long as it must wait.
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect([asked.length, counted.length]).toEqual([2, 1]);
    open(5_000);
    expect(await put).toBe('stored');
    const mebibyte = 1024 * 1024;
    const left = content.length - mebibyte - 5_000 - 1_024;
    expect(asked).toEqual([mebibyte, mebibyte, mebibyte, mebibyte, left - mebibyte]);
    expect(counted).toEqual([mebibyte, 5_000, 1_024, mebibyte, left - mebibyte]);
  });

  it('does not take the wait for its turn for a stall', async () => {
    const clock = fakeClock();
    const { url } = await serve(stored);
    let open: (bytes: number) => void = () => undefined;
    let waiting: () => void = () => undefined;
    const atTheDoor = new Promise<void>((resolve) => (waiting = resolve));
    const put = openStore({ clock, stallAfterMs: 1000 }).put(testGrant(url), putOf(noise(10)), {
      ...quietly(),
      admit: () => {
        waiting();
        return new Promise((resolve) => (open = resolve));
      },
    });
    await atTheDoor;
    clock.advance(9_000);
    open(10);
    expect(await put).toBe('stored');
  });

  it('ends at once when it is aborted while it waits for its turn', async () => {
    const { url, requests } = await serve(stored);
    const controller = new AbortController();
    const put = openStore().put(testGrant(url), putOf(noise(10)), {
      ...quietly(controller.signal),
      admit: () => {
        queueMicrotask(() => {
          controller.abort();
        });
        return new Promise(() => undefined);
      },
    });
    expect(classify(await put.catch((error: unknown) => error))).toEqual({ kind: 'cancelled' });
    expect(requests).toEqual([]);
  });

  it('gives up on a store that does not come to speak TLS within ten seconds', async () => {
    const clock = fakeClock();
    const server = net.createServer((socket) => socket.on('error', () => undefined));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const hello = once(server, 'connection').then(([socket]) => once(socket as net.Socket, 'data'));
    const put = openStore({ clock, connections: plainConnections(4, clock) }).put(
      testGrant(`https://127.0.0.1:${port}`),
      putOf(noise(10)),
      quietly(),
    );
    const failed = put.catch((error: unknown) => error);
    await hello;
    clock.advance(9_999);
    expect(clock.pending).toBeGreaterThan(0);
    clock.advance(1);
    expect(classify(await failed)).toEqual({ kind: 'network', detail: 'ETIMEDOUT' });
    expect(clock.pending).toBe(0);
  });

  /** Answers after the first bytes, and reads no further. */
  async function hastyStore(...head: string[]): Promise<string> {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.pause();
        socket.write(`${[...head, 'x-amz-request-id: 1', 'content-length: 0'].join('\r\n')}\r\n\r\n`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('stops sending when the store has answered already, and takes the answer', async () => {
    const size = 30_000_000;
    const url = await hastyStore('HTTP/1.1 412 Precondition Failed');
    let sent = 0;
    const outcome = await openStore().put(testGrant(url), putOf(noise(size)), {
      signal: new AbortController().signal,
      onBytes: (count) => (sent += count),
    });
    expect(outcome).toBe('exists');
    expect(sent).toBeLessThan(size);
  });

  it('does not take a success for a stored photo that came before its last byte was sent', async () => {
    const url = await hastyStore('HTTP/1.1 200 OK', 'etag: "e"');
    await expect(openStore().put(testGrant(url), putOf(noise(30_000_000)), quietly())).rejects.toBeInstanceOf(
      ForeignReply,
    );
  });

  it.each([
    ['a page with an ETag', { etag: '"e"', 'content-type': 'text/html; charset=utf-8' }],
    ['a success without an ETag', { 'x-amz-request-id': '1' }],
  ])('does not take %s for a stored photo', async (_what, headers) => {
    const { url } = await serve((_request, response) => response.writeHead(200, headers).end('Welcome'));
    await expect(openStore().put(testGrant(url), putOf(noise(10)), quietly())).rejects.toBeInstanceOf(
      ForeignReply,
    );
  });

  it('reads no more of an endless reply than it needs, and drops its connection', async () => {
    let closed: () => void = () => undefined;
    const dropped = new Promise<void>((resolve) => (closed = resolve));
    const { url } = await serve((_request, response) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      response.once('close', closed);
      more();
    });
    const failed = await openStore()
      .put(testGrant(url), putOf(noise(10)), quietly())
      .catch((error: unknown) => error);
    expect(classify(failed)).toMatchObject({ kind: 'network', detail: 'store 403 not_our_store' });
    await dropped;
  });
});

/** Answers the first `good` requests, and cuts every connection on which another one comes. */
async function forgetfulStore(good: number, cutNew = false) {
  const reply = 'HTTP/1.1 200 OK\r\netag: "e"\r\nx-amz-request-id: 1\r\ncontent-length: 0\r\n\r\n';
  let connections = 0;
  let cuts = 0;
  let answered = 0;
  const waiting: net.Socket[] = [];
  const server = net.createServer((socket) => {
    connections++;
    let used = false;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      if (used || (cutNew && answered >= good)) {
        cuts++;
        socket.resetAndDestroy();
        return;
      }
      used = true;
      waiting.push(socket);
      answered++;
      // Those of the first round are all answered together, so that each has a connection of its own.
      if (answered < good) return;
      for (const ready of waiting.splice(0)) ready.write(reply);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    grant: testGrant(`http://127.0.0.1:${port}`),
    counts: () => ({ connections, cuts }),
  };
}

describe('a connection that the store closed while it was idle', () => {
  it('is no failure: the photo goes over a new one, and its bytes count once', async () => {
    const { grant, counts } = await forgetfulStore(3);
    const store = openStore();
    await Promise.all([1, 2, 3].map((n) => store.put(grant, putOf(noise(10, n)), quietly())));
    let sent = 0;
    const outcome = await store.put(grant, putOf(noise(1000)), {
      signal: new AbortController().signal,
      onBytes: (count) => (sent += count),
    });
    // Three idle connections were dead; finding out about one was enough.
    expect([outcome, sent, counts()]).toEqual(['stored', 1000, { connections: 4, cuts: 1 }]);
  });

  it('is tried again once only', async () => {
    const { grant, counts } = await forgetfulStore(1, true);
    const store = openStore();
    await store.put(grant, putOf(noise(10)), quietly());
    const failed = await store.put(grant, putOf(noise(11)), quietly()).catch((error: unknown) => error);
    expect(classify(failed)).toEqual({ kind: 'network', detail: 'ECONNRESET' });
    expect(counts()).toEqual({ connections: 2, cuts: 2 });
  });
});
