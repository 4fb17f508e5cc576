import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfigSchema } from '../../main/lib/client-config.ts';
import { photoOf, startRealBackend, unknownHash } from './real-backend.ts';
import type { RealBackend, Reply } from './real-backend.ts';

let backend: RealBackend;
beforeAll(async () => {
  backend = await startRealBackend();
});
afterAll(() => backend.stop());

/** Every error has the one form, and tells nothing of the inside. */
function expectProblem(reply: Reply, status: number, code: string): void {
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  expect(reply.body).toMatchObject({ status, code, type: `urn:tintype:problem:${code}` });
  expect(reply.body.requestId).toBe(reply.headers.get('x-request-id'));
  expect(JSON.stringify(reply.body)).not.toMatch(/node_modules|\.ts\b|at \w+ \(/);
}

async function storedPhotos(): Promise<number> {
  return (await backend.call('GET', '/v1/me')).body.storedPhotos;
}

describe('the API as a whole', () => {
  it('answers unknown addresses and methods with problems', async () => {
    expectProblem(await backend.call('GET', '/v2/photos'), 404, 'not_found');
    const reply = await backend.call('DELETE', '/v1/photos');
    expectProblem(reply, 405, 'method_not_allowed');
    expect(reply.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST']);
  });

  it('takes the request id of the caller where it is harmless, and makes one where it is not', async () => {
    const taken = await backend.call('GET', '/v1/me', { headers: { 'x-request-id': 'abc-123' } });
    expect(taken.headers.get('x-request-id')).toBe('abc-123');
    const made = await backend.call('GET', '/v1/me', { headers: { 'x-request-id': 'x"; drop' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('serves the configuration that the desktop app takes', async () => {
    const { status, body, headers } = await backend.call('GET', '/v1/client-config', { token: null });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('public');
    expect(clientConfigSchema.parse(body)).toMatchObject({
      apiUrl: 'http://127.0.0.1:9472',
      issuer: backend.cognito.issuer,
      callbackPorts: [17501],
    });
  });

  it('serves its own description as OpenAPI 3.1, with every route', async () => {
    const { body } = await backend.call('GET', '/v1/openapi.json', { token: null });
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths).toSorted()).toEqual([
      '/healthz',
      '/v1/client-config',
      '/v1/me',
      '/v1/open-uploads',
      '/v1/photos',
      '/v1/photos/lookup',
      '/v1/upload-grants',
    ]);
    expect(JSON.stringify(body)).not.toContain('middleware');
  });
});

describe('who may call', () => {
  const calls = [
    ['GET', '/v1/me'],
    ['GET', '/v1/open-uploads'],
    ['GET', '/v1/photos'],
    ['POST', '/v1/photos'],
    ['POST', '/v1/photos/lookup'],
    ['POST', '/v1/upload-grants'],
  ] as const;

  it.each(calls)('%s %s needs a token', async (method, address) => {
    const reply = await backend.call(method, address, { token: null });
    expectProblem(reply, 401, 'token_missing');
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses what is not an access token of this pool and app', async () => {
    const [header, payload, signature] = backend.token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = (change: object, head: object = JSON.parse(Buffer.from(header, 'base64url').toString())) =>
      [head, { ...claims, ...change }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
    const tokens = {
      garbage: 'garbage',
      'an ID token': backend.idToken,
      'another person written in': `${forged({ sub: 'somebody-else' })}.${signature}`,
      'no signature': `${forged({}, { alg: 'none' })}.`,
      'an unknown key': `${forged({}, { alg: 'RS256', kid: 'unknown' })}.${signature}`,
      'a cut signature': backend.token.slice(0, -8),
    };
    for (const [what, token] of Object.entries(tokens)) {
      const reply = await backend.call('GET', '/v1/me', { token });
      expect(reply.body.code, what).toBe('token_invalid');
      expectProblem(reply, 401, 'token_invalid');
      expect(reply.headers.get('www-authenticate')).toContain('invalid_token');
    }
  });

  it('tells an expired token apart, for the app to renew it', async () => {
    backend.clock.ahead = 3_600_000 + 6000;
    const reply = await backend.call('GET', '/v1/me').finally(() => (backend.clock.ahead = 0));
    expectProblem(reply, 401, 'token_expired');
  });

  it('never logs a token', async () => {
    await backend.call('GET', '/v1/me');
    expect(backend.log.length).toBeGreaterThan(0);
    expect(JSON.stringify(backend.log)).not.toContain(backend.token.slice(-20));
  });
});

describe('GET /v1/me', () => {
  it('knows name and e-mail, which the access token does not carry', async () => {
    const { body } = await backend.call('GET', '/v1/me');
    expect(body).toMatchObject({ sub: backend.sub, name: 'Ada Demo', email: 'demo@tintype.example' });
  });
});

describe('bad requests', () => {
  it('refuses broken JSON', async () => {
    for (const address of ['/v1/photos', '/v1/photos/lookup']) {
      expectProblem(await backend.call('POST', address, { body: '{"photos": [' }), 400, 'malformed_json');
    }
  });

  it('refuses another media type, and a body without one', async () => {
    const headers = { 'content-type': 'text/plain' };
    expectProblem(
      await backend.call('POST', '/v1/photos', { body: '{}', headers }),
      415,
      'unsupported_media_type',
    );
  });

  it('refuses a body that is too large', async () => {
    const body = JSON.stringify({ sha256: ['x'.repeat(300_000)] });
    expectProblem(await backend.call('POST', '/v1/photos/lookup', { body }), 413, 'body_too_large');
    const headers = { 'content-length': String(body.length) };
    expectProblem(await backend.call('POST', '/v1/photos/lookup', { body, headers }), 413, 'body_too_large');
  });

  it('takes 500 hashes and refuses 501, none, and what is no hash', async () => {
    const hashes = Array.from({ length: 501 }, unknownHash);
    expect(
      await backend.call('POST', '/v1/photos/lookup', { json: { sha256: hashes.slice(1) } }),
    ).toMatchObject({
      status: 200,
      body: { found: [] },
    });
    for (const sha256 of [hashes, [], ['A'.repeat(64)], ['12'], 'text', undefined]) {
      const reply = await backend.call('POST', '/v1/photos/lookup', { json: { sha256 } });
      expectProblem(reply, 400, 'invalid_request');
      expect(reply.body.errors[0].path).toMatch(/^\/sha256/);
    }
  });

  it('refuses more than 100 photos, none, unknown fields, and senseless values', async () => {
    const before = await storedPhotos();
    const photo = photoOf(unknownHash(), 10);
    const bad = [
      { photos: Array.from({ length: 101 }, () => photoOf(unknownHash(), 10)) },
      { photos: [] },
      { photos: [{ ...photo, owner: 'somebody-else' }] },
      { photos: [{ ...photo, size: 0 }] },
      { photos: [{ ...photo, size: 1.5 }] },
      { photos: [{ ...photo, fileName: 'a\0b' }] },
      { photos: [{ ...photo, takenAt: 'yesterday' }] },
      { photos: [{ ...photo, contentType: 'image/jpeg; x=y' }] },
    ];
    for (const json of bad)
      expectProblem(await backend.call('POST', '/v1/photos', { json }), 400, 'invalid_request');
    expect(await storedPhotos()).toBe(before);
  });

  it('refuses a page size or cursor of its own making', async () => {
    expectProblem(await backend.call('GET', '/v1/photos?limit=0'), 400, 'invalid_request');
    expectProblem(await backend.call('GET', '/v1/photos?limit=501'), 400, 'invalid_request');
    expectProblem(await backend.call('GET', '/v1/photos?cursor=!!'), 400, 'invalid_cursor');
  });
});

describe('POST /v1/upload-grants', () => {
  it('says where and how to upload', async () => {
    const { status, body } = await backend.call('POST', '/v1/upload-grants', { json: {} });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      bucket: 'tintype-photos',
      endpoint: backend.store.url,
      forcePathStyle: true,
      keyPrefix: `users/${backend.sub}/photos/`,
      checksum: 'SHA256',
      maxBytes: 50 * 2 ** 30,
    });
    const seconds = (Date.parse(body.credentials.expiration) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(3500);
    expect(seconds).toBeLessThanOrEqual(3601);
  });
});

describe('GET /v1/open-uploads', () => {
  const openUploads = async (
    token?: string,
  ): Promise<{ key: string; uploadId: string; startedAt: string }[]> =>
    (await backend.call('GET', '/v1/open-uploads', token === undefined ? {} : { token })).body.uploads;

  it("tells of the caller's alone, all pages of them, until they are aborted", async () => {
    const { body: grant } = await backend.call('POST', '/v1/upload-grants');
    const { body: theirs } = await backend.call('POST', '/v1/upload-grants', { token: backend.secondToken });
    const beginner = (from: Reply['body']): ((name: string) => Promise<string>) => {
      const s3 = backend.s3(from);
      return async (name) => {
        const Key = `${from.keyPrefix}${name}.jpg`;
        const command = new CreateMultipartUploadCommand({ Bucket: from.bucket, Key });
        return (await s3.send(command)).UploadId ?? '';
      };
    };
    expect(await openUploads()).toEqual([]);
    const before = Date.now() - 1000;
    const theirId = await beginner(theirs)('theirs');
    const begin = beginner(grant);
    // One more than S3 tells in a page.
    const names = Array.from({ length: 1001 }, (_, index) => String(index).padStart(4, '0'));
    const ids: string[] = [];
    while (ids.length < names.length) {
      const some = names.slice(ids.length, ids.length + 50);
      ids.push(...(await Promise.all(some.map(begin))));
    }
    const found = await openUploads();
    expect(found.map(({ uploadId }) => uploadId)).toEqual(ids);
    expect(found[0]?.key).toBe(`${grant.keyPrefix}0000.jpg`);
    expect(Date.parse(found[0]?.startedAt ?? '')).toBeGreaterThan(before);
    expect((await openUploads(backend.secondToken)).map(({ uploadId }) => uploadId)).toEqual([theirId]);

    const [first] = found;
    await backend
      .s3(grant)
      .send(
        new AbortMultipartUploadCommand({ Bucket: grant.bucket, Key: first?.key, UploadId: first?.uploadId }),
      );
    expect(await openUploads()).toHaveLength(1000);
    // A thousand requests take long on a computer that has other things to do.
  }, 120_000);
});

describe('POST /v1/photos', () => {
  const commit = async (...photos: object[]) =>
    (await backend.call('POST', '/v1/photos', { json: { photos } })).body.photos;

  it('records what lies in the store as claimed, once', async () => {
    const before = (await backend.call('GET', '/v1/me')).body;
    const photo = await backend.upload();
    const [first] = await commit(photo);
    expect(first).toMatchObject({ status: 'stored', sha256: photo.sha256, fileName: photo.fileName });
    const [again] = await commit({ ...photo, fileName: 'other.jpg' });
    expect(again).toEqual({ ...first, status: 'duplicate' });
    const after = (await backend.call('GET', '/v1/me')).body;
    expect(after.storedPhotos).toBe(before.storedPhotos + 1);
    expect(after.storedBytes).toBe(before.storedBytes + photo.size);
    const { body } = await backend.call('POST', '/v1/photos/lookup', {
      json: { sha256: [photo.sha256, unknownHash()] },
    });
    expect(body.found).toEqual([
      {
        sha256: photo.sha256,
        photoId: first.photoId,
        fileName: photo.fileName,
        takenAt: photo.takenAt,
        storedAt: first.storedAt,
      },
    ]);
  });

  it('looks again at a recorded photo for somebody who doubts it, and only then', async () => {
    const { body: grant } = await backend.call('POST', '/v1/upload-grants');
    const s3 = backend.s3(grant);
    const put = (Key: string, Body: Buffer): Promise<unknown> => {
      const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
      return s3.send(new PutObjectCommand({ Bucket: grant.bucket, Key, Body, ChecksumSHA256 }));
    };
    const bytes = randomBytes(2000);
    const photo = photoOf(createHash('sha256').update(bytes).digest('hex'), bytes.length);
    await put(photo.key, bytes);
    const [stored] = await commit(photo);
    const duplicate = { ...stored, status: 'duplicate' };
    expect(await commit({ ...photo, again: true })).toEqual([duplicate]);

    await put(photo.key, randomBytes(2000));
    const rejected = { status: 'rejected', sha256: photo.sha256, code: 'checksum_mismatch' };
    expect(await commit({ ...photo, again: true }, photo)).toEqual([rejected, duplicate]);

    // Sound bytes under a key that ends otherwise: from now on that one counts.
    const renamed = { ...photo, key: photo.key.replace('.jpg', '.jpeg') };
    expect(await commit({ ...renamed, again: true })).toEqual([{ ...rejected, code: 'object_missing' }]);
    await put(renamed.key, bytes);
    expect(await commit({ ...renamed, again: true })).toEqual([duplicate]);
    expect(await commit({ ...photo, again: true })).toEqual([duplicate]);
    const { body: page } = await backend.call('GET', '/v1/photos');
    expect(page.photos[0]).toMatchObject({ photoId: stored.photoId, key: renamed.key });
  });

  it('stores one of several copies in a call', async () => {
    const photo = await backend.upload();
    const answers = await commit(photo, { ...photo, fileName: 'copy.jpg' });
    expect(answers.map(({ status }: { status: string }) => status)).toEqual(['stored', 'duplicate']);
    expect(answers[0].photoId).toBe(answers[1].photoId);
  });

  it('stores a photo once when two calls commit it at the same moment', async () => {
    const photos = await Promise.all(Array.from({ length: 10 }, () => backend.upload()));
    const before = await storedPhotos();
    const answers = (await Promise.all([commit(...photos), commit(...photos.toReversed())])).flat();
    expect(answers.filter(({ status }) => status === 'stored')).toHaveLength(10);
    expect(new Set(answers.map(({ photoId }) => photoId)).size).toBe(10);
    expect(await storedPhotos()).toBe(before + 10);
  });

  it('rejects what is not as claimed, says why, and stores nothing of it', async () => {
    const before = await storedPhotos();
    const photo = await backend.upload();
    const other = await backend.upload();
    const theirs = photoOf(photo.sha256, photo.size, 'c0ffee00-0002-4000-8000-00000000bea0');
    // The bytes of one photo under the name of another, as a broken client would leave them.
    const { body: grant } = await backend.call('POST', '/v1/upload-grants');
    const bytes = Buffer.from('not what the key says');
    const wrong = photoOf(unknownHash(), bytes.length);
    await backend.s3(grant).send(
      new PutObjectCommand({
        Bucket: grant.bucket,
        Key: wrong.key,
        Body: bytes,
        ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
      }),
    );
    const unchecked = photoOf(createHash('sha256').update('unchecked').digest('hex'), 'unchecked'.length);
    await backend
      .s3(grant)
      .send(
        new PutObjectCommand({ Bucket: grant.bucket, Key: unchecked.key, Body: Buffer.from('unchecked') }),
      );

    const answers = await commit(
      theirs,
      { ...photo, key: other.key },
      { ...photo, key: photo.key.replace('.jpg', '.exe') },
      { ...photo, key: photo.key.replace('/photos/', '/photos/../photos/') },
      { ...photo, size: photo.size + 1 },
      { ...other, sha256: photo.sha256 },
      photoOf(unknownHash(), 10),
      wrong,
      unchecked,
      { ...photo, size: 51 * 2 ** 30 },
    );
    expect(answers.map(({ code }: { code: string }) => code)).toEqual([
      'key_not_yours',
      'key_mismatch',
      'key_mismatch',
      'key_mismatch',
      'size_mismatch',
      'key_mismatch',
      'object_missing',
      'checksum_mismatch',
      'checksum_missing',
      'too_large',
    ]);
    expect(await storedPhotos()).toBe(before);
  });

  it('stores the good ones of a call that has bad ones too', async () => {
    const good = await backend.upload();
    const answers = await commit(photoOf(unknownHash(), 10), good);
    expect(answers.map(({ status }: { status: string }) => status)).toEqual(['rejected', 'stored']);
  });

  it('keeps people apart', async () => {
    const photo = await backend.upload();
    await commit(photo);
    const token = backend.secondToken;
    const lookup = await backend.call('POST', '/v1/photos/lookup', {
      token,
      json: { sha256: [photo.sha256] },
    });
    expect(lookup.body.found).toEqual([]);
    const theirs = await backend.call('POST', '/v1/photos', { token, json: { photos: [photo] } });
    expect(theirs.body.photos).toEqual([{ status: 'rejected', sha256: photo.sha256, code: 'key_not_yours' }]);
    expect((await backend.call('GET', '/v1/photos', { token })).body.photos).toEqual([]);
  });
});

describe('GET /v1/photos', () => {
  it('pages through everything, newest first, and nothing twice', async () => {
    const photos = [];
    for (let count = 0; count < 5; count += 1) photos.push(await backend.upload());
    for (const photo of photos) await backend.call('POST', '/v1/photos', { json: { photos: [photo] } });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body }: Reply = await backend.call(
        'GET',
        `/v1/photos?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...body.photos.map(({ sha256 }: { sha256: string }) => sha256));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen.slice(0, 5)).toEqual(photos.map(({ sha256 }) => sha256).toReversed());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(await storedPhotos());
  });
});
