import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../main/lib/clock.ts';
import { classify, FileChanged, Stalled } from '../../../main/upload/failures.ts';
import { createStore, type PutRequest, type Store } from '../../../main/upload/store.ts';
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
  const store = createStore({ clock: systemClock, maxSockets: 4, ...deps });
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
    expect(requests).toEqual([`PUT /library/${request.key}?x-id=PutObject`]);
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

  it('opens no more connections than it was given', async () => {
    const server = await serve(stored);
    const store = openStore({ maxSockets: 3 });
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
});
