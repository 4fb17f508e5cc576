import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestStore } from './support/running-store.ts';
import { assumeRole, bucket, openTestStore, rootKeys, uploadPolicy } from './support/running-store.ts';
import { send, sendRaw, signRequest } from './support/signed-request.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');
const put = (key: string, body: Buffer, headers: Record<string, string> = {}) =>
  store.call({ method: 'PUT', path: key, body, headers });
const tempFiles = (): string[] => fs.readdirSync(path.join(store.dir, 'temp'));

describe('every reply', () => {
  it('has a request id and the date', async () => {
    const good = await put('head/a', Buffer.from('a'));
    const bad = await store.call({ path: 'head/missing' });
    for (const { headers } of [good, bad]) {
      expect(headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
      expect(Math.abs(Date.parse(headers.date ?? '') - Date.now())).toBeLessThan(5000);
    }
    expect(bad.text).toContain(`<RequestId>${String(bad.headers['x-amz-request-id'])}</RequestId>`);
  });
});

describe('a body that is not what the headers promise', () => {
  const body = randomBytes(100_000);
  const wrong = Buffer.from('something else');

  it.each([
    ['SHA-256 checksum', { 'x-amz-checksum-sha256': sha256(wrong) }, 'BadDigest'],
    ['CRC32 checksum', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    ['CRC64NVME checksum', { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }, 'BadDigest'],
    ['Content-MD5', { 'content-md5': createHash('md5').update(wrong).digest('base64') }, 'BadDigest'],
    ['Content-MD5 that is none', { 'content-md5': 'abc' }, 'InvalidDigest'],
    ['checksum that is none', { 'x-amz-checksum-sha256': 'abc' }, 'InvalidRequest'],
    ['two checksums', { 'x-amz-checksum-sha1': 'a', 'x-amz-checksum-sha256': 'b' }, 'InvalidRequest'],
    ['an algorithm without a value', { 'x-amz-sdk-checksum-algorithm': 'SHA256' }, 'InvalidRequest'],
  ])('is refused and leaves nothing: %s', async (name, headers, code) => {
    const key = `wrong/${name}`;
    const answer = await put(key, body, headers);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect((await store.call({ method: 'HEAD', path: key })).status).toBe(404);
    expect(tempFiles()).toEqual([]);
  });

  it('is refused when it is not the one that was signed', async () => {
    const options = signRequest({
      url: store.running.url,
      keys: rootKeys,
      method: 'PUT',
      path: `/${bucket}/t`,
      body,
    });
    const tampered = Buffer.from(body);
    tampered[0] = (tampered[0] ?? 0) ^ 1;
    expect((await sendRaw(options, tampered)).code).toBe('XAmzContentSHA256Mismatch');
  });

  it('leaves nothing when the client goes away in the middle', async () => {
    const options = signRequest({
      url: store.running.url,
      keys: rootKeys,
      method: 'PUT',
      path: `/${bucket}/cut`,
      body,
    });
    const request = http.request(options);
    request.on('error', () => undefined);
    request.write(body.subarray(0, 50_000));
    await expect.poll(tempFiles).toHaveLength(1);
    request.destroy();
    await expect.poll(tempFiles).toEqual([]);
    expect((await store.call({ method: 'HEAD', path: 'cut' })).status).toBe(404);
  });
});

describe('a body that stops coming', () => {
  it('is given up with RequestTimeout, as at S3', async () => {
    const own = await openTestStore({ idleBodyMs: 200 });
    try {
      const body = randomBytes(100_000);
      const options = signRequest({
        url: own.running.url,
        keys: rootKeys,
        method: 'PUT',
        path: `/${bucket}/idle`,
        body,
      });
      const request = http.request({ ...options, agent: false });
      request.on('error', () => undefined);
      request.write(body.subarray(0, 1000));
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      const text = (await response.toArray()).join('');
      expect([response.statusCode, text]).toEqual([
        400,
        expect.stringContaining('<Code>RequestTimeout</Code>'),
      ]);
      await expect.poll(() => fs.readdirSync(`${own.dir}/temp`)).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

describe('conditional writes', () => {
  it('let exactly one of twelve win a key, over and over', async () => {
    for (let round = 0; round < 5; round += 1) {
      const bodies = Array.from({ length: 12 }, () => randomBytes(20_000));
      const answers = await Promise.all(
        bodies.map((body) => put(`race/${round}`, body, { 'if-none-match': '*' })),
      );
      const statuses = answers.map((answer) => answer.status).toSorted((a, b) => a - b);
      expect(statuses).toEqual([200, ...Array.from({ length: 11 }, () => 412)]);
      const winner = bodies[answers.findIndex((answer) => answer.status === 200)] ?? Buffer.alloc(0);
      const etag = createHash('md5').update(winner).digest('hex');
      expect((await store.call({ method: 'HEAD', path: `race/${round}` })).headers.etag).toBe(`"${etag}"`);
    }
    expect(tempFiles()).toEqual([]);
  });

  it('follow If-Match', async () => {
    const { headers } = await put('match', Buffer.from('1'));
    expect((await put('match', Buffer.from('2'), { 'if-match': '"0"' })).code).toBe('PreconditionFailed');
    expect((await put('match', Buffer.from('2'), { 'if-match': headers.etag ?? '' })).status).toBe(200);
    expect((await put('match-none', Buffer.from('2'), { 'if-match': '"0"' })).code).toBe('NoSuchKey');
  });
});

describe('Expect: 100-continue', () => {
  const body = randomBytes(3_000_000);
  const request = { method: 'PUT', body, expectContinue: true };

  it('asks for the body of a request that may go on', async () => {
    const answer = await store.call({ ...request, path: 'expect/a' });
    expect([answer.status, answer.continued]).toEqual([200, true]);
  });

  it('refuses the others without it', async () => {
    const exists = await store.call({ ...request, path: 'expect/a', headers: { 'if-none-match': '*' } });
    expect([exists.status, exists.continued]).toEqual([412, false]);
    const stranger = { accessKeyId: 'AKIAROOT', secretAccessKey: 'wrong' };
    const denied = await store.call({ ...request, path: 'expect/b', keys: stranger });
    expect([denied.code, denied.continued]).toEqual(['SignatureDoesNotMatch', false]);
    expect(denied.headers.connection).toBe('close');
  });
});

describe('presigned URLs', () => {
  const body = Buffer.from('presigned');

  it('work for whoever has them, until they expire', async () => {
    expect((await store.call({ method: 'PUT', path: 'pre/a b', body, presignFor: 60 })).status).toBe(200);
    expect((await store.call({ path: 'pre/a b', presignFor: 60 })).text).toBe('presigned');
    const old = { signedAt: Date.now() - 61_000, presignFor: 60 };
    expect((await store.call({ path: 'pre/a b', ...old })).code).toBe('AccessDenied');
  });

  it('do not work for another key', async () => {
    const options = signRequest({
      url: store.running.url,
      keys: rootKeys,
      path: `/${bucket}/pre/a b`,
      presignFor: 60,
    });
    const other = { ...options, path: options.path?.replace('a%20b', 'c') ?? '' };
    expect((await sendRaw(other)).code).toBe('SignatureDoesNotMatch');
  });
});

describe('sessions', () => {
  it('may do what their policy says, and nothing else', async () => {
    const role = await assumeRole(store, { Policy: uploadPolicy('users/1/') });
    if (!('keys' in role)) throw new Error(`AssumeRole failed: ${role.code}`);
    const { keys } = role;
    const body = Buffer.from('x');
    const call = (method: string, key?: string, query = '') =>
      store.call({
        method,
        keys,
        query,
        ...(key === undefined ? {} : { path: key }),
        ...(method === 'PUT' ? { body } : {}),
      });
    expect((await call('PUT', 'users/1/a.jpg')).status).toBe(200);
    // As at AWS, the condition needs no right to read.
    const again = { method: 'PUT', keys, path: 'users/1/a.jpg', body, headers: { 'if-none-match': '*' } };
    expect((await store.call(again)).status).toBe(412);
    for (const [method, key, query] of [
      ['PUT', 'users/12/a.jpg', ''],
      ['PUT', 'users/1', ''],
      ['GET', 'users/1/a.jpg', ''],
      ['HEAD', 'users/1/a.jpg', ''],
      ['DELETE', 'users/1/a.jpg', ''],
      ['GET', undefined, 'list-type=2&prefix=users%2F1%2F'],
      ['GET', undefined, 'uploads'],
      // Refused in spite of a statement for this prefix: as at S3, no policy can narrow that listing.
      ['GET', undefined, 'uploads&prefix=users%2F1%2F'],
    ] as const) {
      expect((await call(method, key, query)).status, `${method} ${key} ${query}`).toBe(403);
    }
    expect(await assumeRole(store, {}, keys)).toMatchObject({ code: 'AccessDenied', status: 403 });
  });

  it('hide whether a key exists from those who may not list', async () => {
    const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` };
    const role = await assumeRole(store, {
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [read] }),
    });
    if (!('keys' in role)) throw new Error(`AssumeRole failed: ${role.code}`);
    expect((await store.call({ method: 'HEAD', path: 'not-there', keys: role.keys })).status).toBe(403);
    expect((await store.call({ method: 'HEAD', path: 'not-there' })).status).toBe(404);
  });

  it('outlive a restart, and end on time', async () => {
    let now = Date.now();
    const clocked = await openTestStore({ now: () => now });
    try {
      const role = await assumeRole(clocked, { DurationSeconds: '900' });
      if (!('keys' in role)) throw new Error(`AssumeRole failed: ${role.code}`);
      expect(Date.parse(role.expiration) - now).toBeGreaterThan(899_000);
      await clocked.restart();
      const call = () =>
        clocked.call({ method: 'PUT', path: 'a', body: Buffer.from('a'), keys: role.keys, signedAt: now });
      expect((await call()).status).toBe(200);
      now += 901_000;
      const late = await call();
      expect([late.status, late.code]).toEqual([400, 'ExpiredToken']);
    } finally {
      await clocked.close();
    }
  });

  it('need their own token', async () => {
    const role = await assumeRole(store, {});
    if (!('keys' in role)) throw new Error(`AssumeRole failed: ${role.code}`);
    const { keys } = role;
    const codeWith = async (sessionToken: string | undefined) => {
      const { accessKeyId, secretAccessKey } = keys;
      const used = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
      return (await store.call({ keys: used })).code;
    };
    expect(await codeWith(keys.sessionToken)).toBeUndefined();
    expect(await codeWith(undefined)).toBe('InvalidAccessKeyId');
    expect(await codeWith('abc')).toBe('InvalidToken');
    const bytes = Buffer.from(keys.sessionToken, 'base64');
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    expect(await codeWith(bytes.toString('base64'))).toBe('InvalidToken');
  });

  it.each([
    ['a short duration', { DurationSeconds: '899' }, 'ValidationError'],
    ['a long duration', { DurationSeconds: '43201' }, 'ValidationError'],
    ['a role that is none', { RoleArn: 'upload' }, 'ValidationError'],
    ['a session name with spaces', { RoleSessionName: 'a b' }, 'ValidationError'],
    ['a policy that is none', { Policy: '{}' }, 'MalformedPolicyDocument'],
    ['another action', { Action: 'GetCallerIdentity' }, 'InvalidRequest'],
  ])('are not given for %s', async (_, fields, code) => {
    expect(await assumeRole(store, fields)).toMatchObject({ code, status: 400 });
  });

  it('are not given to strangers', async () => {
    const stranger = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' };
    expect(await assumeRole(store, {}, stranger)).toMatchObject({
      code: 'InvalidClientTokenId',
      status: 403,
    });
    const wrong = { ...rootKeys, secretAccessKey: 'x' };
    expect(await assumeRole(store, {}, wrong)).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 });
  });
});

describe('keys', () => {
  it.each([
    '../../../etc/passwd',
    'a/../b',
    '..',
    'x//y',
    'a\u0001\n\u007f',
    '%2e%2e%2f',
    'emoji 😀 + & ? #',
  ])('%j stays inside the store, and is listed as it is', async (key) => {
    expect((await put(key, Buffer.from(key))).status).toBe(200);
    expect((await store.call({ path: key })).text).toBe(key);
    const list = await store.call({
      query: `list-type=2&encoding-type=url&prefix=${encodeURIComponent(key)}`,
    });
    expect(decodeURIComponent(/<Key>(.*?)<\/Key>/.exec(list.text)?.[1] ?? '')).toBe(key);
  });

  it('have at most 1024 bytes', async () => {
    expect((await put('é'.repeat(512), Buffer.from('x'))).status).toBe(200);
    expect((await put(`${'é'.repeat(512)}x`, Buffer.from('x'))).code).toBe('KeyTooLongError');
  });

  it('must be UTF-8', async () => {
    const { hostname, port } = new URL(store.running.url);
    expect((await sendRaw({ host: hostname, port, path: `/${bucket}/%ff` })).code).toBe('InvalidURI');
  });
});

describe('regions and services', () => {
  it('must be this one', async () => {
    const answer = await store.call({ region: 'eu-west-1' });
    expect([answer.status, answer.code]).toEqual([400, 'AuthorizationHeaderMalformed']);
    expect(answer.text).toContain('<Region>us-east-1</Region>');
    expect((await store.call({ service: 'ec2' })).code).toBe('AuthorizationHeaderMalformed');
  });
});

describe('after kill -9', () => {
  const entry = `
    const { startStore } = await import(process.argv[1]);
    const { url } = await startStore(JSON.parse(process.argv[2]));
    console.log(url);`;

  it('everything that was confirmed is there, whole, and nothing else', async () => {
    const own = await openTestStore();
    const { dir } = own;
    await own.running.stop();
    const options = { dir, port: 0, region: 'us-east-1', ...rootKeys, bucket };
    const server = path.resolve(import.meta.dirname, '../../../sandbox/store/server.ts');
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', entry, server, JSON.stringify(options)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    const body = randomBytes(400_000);
    const confirmed = new Set<number>();
    let next = 0;
    const worker = async (): Promise<void> => {
      for (;;) {
        const n = (next += 1);
        const answer = await send({ url, keys: rootKeys, method: 'PUT', path: `/${bucket}/${n}`, body });
        if (answer.status === 200) confirmed.add(n);
        if (confirmed.size === 60) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled(Array.from({ length: 6 }, worker));
    expect(child.killed).toBe(true);

    await own.restart();
    try {
      expect(fs.readdirSync(path.join(dir, 'temp'))).toEqual([]);
      for (const n of confirmed)
        expect((await own.call({ path: String(n), method: 'HEAD' })).status).toBe(200);
      const list = await own.call({ query: 'list-type=2' });
      for (const [, key] of list.text.matchAll(/<Key>(.*?)<\/Key>/g)) {
        expect((await own.call({ path: key ?? '' })).body.equals(body)).toBe(true);
      }
    } finally {
      await own.close();
    }
  });
});
