import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHasher } from '../../../sandbox/store/checksums.ts';
import type { TestStore } from './support/running-store.ts';
import { openTestStore } from './support/running-store.ts';
import type { Answer } from './support/signed-request.ts';

const mebibyte = 1024 ** 2;
const first = randomBytes(5 * mebibyte);
const last = randomBytes(1000);
const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

async function create(key: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await store.call({ method: 'POST', path: key, query: 'uploads', headers });
  return /<UploadId>(.*?)<\/UploadId>/.exec(answer.text)?.[1] ?? `failed: ${answer.code}`;
}

function sendPart(
  key: string,
  id: string,
  number: number,
  body: Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return store.call({
    method: 'PUT',
    path: key,
    query: `partNumber=${number}&uploadId=${id}`,
    body,
    headers,
  });
}

type Part = { number: number; etag: string; extra?: string };

function complete(
  key: string,
  id: string,
  parts: readonly Part[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const xml = parts.map(
    ({ number, etag, extra = '' }) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag>${extra}</Part>`,
  );
  const body = Buffer.from(`<CompleteMultipartUpload>${xml.join('')}</CompleteMultipartUpload>`);
  return store.call({ method: 'POST', path: key, query: `uploadId=${id}`, body, headers });
}

const both: Part[] = [
  { number: 1, etag: md5(first) },
  { number: 2, etag: md5(last) },
];
const folders = (): string[] => fs.readdirSync(path.join(store.dir, 'uploads'));

async function uploadBoth(key: string, headers: Record<string, string> = {}): Promise<string> {
  const id = await create(key, headers);
  expect((await sendPart(key, id, 1, first)).status).toBe(200);
  expect((await sendPart(key, id, 2, last)).status).toBe(200);
  return id;
}

describe('a multipart upload', () => {
  it('goes on after a restart, and is an object when it is completed', async () => {
    const id = await uploadBoth('whole', { 'x-amz-meta-camera': 'é' });
    await store.restart();
    const listed = await store.call({ path: 'whole', query: `uploadId=${id}` });
    expect(listed.text.match(/<Size>\d+<\/Size>/g)).toEqual([
      `<Size>${first.length}</Size>`,
      '<Size>1000</Size>',
    ]);
    expect((await complete('whole', id, both)).status).toBe(200);
    await store.restart();
    const got = await store.call({ path: 'whole' });
    expect(got.body.equals(Buffer.concat([first, last]))).toBe(true);
    expect(Buffer.from(String(got.headers['x-amz-meta-camera']), 'latin1').toString('utf8')).toBe('é');
    const across = { range: `bytes=${first.length - 10}-${first.length + 9}` };
    const range = await store.call({ path: 'whole', headers: across });
    expect(range.body.equals(Buffer.concat([first.subarray(-10), last.subarray(0, 10)]))).toBe(true);
  });

  it('answers a repeated Complete as the first, also after a restart', async () => {
    const id = await uploadBoth('again');
    const answer = await complete('again', id, both);
    const repeat = await complete('again', id, both, { 'if-none-match': '*' });
    expect(repeat.status).toBe(200);
    const etag = /<ETag>.*<\/ETag>/.exec(answer.text)?.[0];
    expect(repeat.text).toContain(etag);
    await store.restart();
    expect((await complete('again', id, both)).text).toContain(etag);
    expect((await sendPart('again', id, 3, last)).code).toBe('NoSuchUpload');
  });

  it('was completed when the object says so, though the process died before writing it down', async () => {
    const id = await uploadBoth('died');
    await complete('died', id, both);
    fs.rmSync(path.join(store.dir, 'uploads', id, 'completed.json'));
    await store.restart();
    expect((await store.call({ method: 'DELETE', path: 'died', query: `uploadId=${id}` })).code).toBe(
      'NoSuchUpload',
    );
    expect((await store.call({ path: 'died' })).body.length).toBe(first.length + last.length);
  });

  it('takes its bytes with it when its object is replaced or deleted', async () => {
    const id = await uploadBoth('gone');
    await complete('gone', id, both);
    expect(folders()).toContain(id);
    await store.call({ method: 'PUT', path: 'gone', body: last });
    expect(folders()).not.toContain(id);
    const second = await uploadBoth('gone');
    await complete('gone', second, both);
    await store.call({ method: 'DELETE', path: 'gone' });
    expect(folders()).not.toContain(second);
  });

  it('keeps its tags and its bytes when it is tagged anew', async () => {
    const id = await uploadBoth('tagged');
    await complete('tagged', id, both);
    const body = Buffer.from('<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>');
    expect((await store.call({ method: 'PUT', path: 'tagged', query: 'tagging', body })).status).toBe(200);
    const got = await store.call({ path: 'tagged' });
    expect([got.headers['x-amz-tagging-count'], got.body.length]).toEqual(['1', first.length + last.length]);
  });

  it('is gone after an abort', async () => {
    const id = await uploadBoth('aborted');
    const abort = () => store.call({ method: 'DELETE', path: 'aborted', query: `uploadId=${id}` });
    expect((await abort()).status).toBe(204);
    expect((await abort()).code).toBe('NoSuchUpload');
    expect((await sendPart('aborted', id, 1, last)).code).toBe('NoSuchUpload');
    expect((await complete('aborted', id, both)).code).toBe('NoSuchUpload');
    expect(folders()).not.toContain(id);
  });

  it('belongs to its key', async () => {
    const id = await uploadBoth('mine');
    expect((await sendPart('yours', id, 1, last)).code).toBe('NoSuchUpload');
  });
});

describe('CompleteMultipartUpload refuses', () => {
  it.each([
    ['a wrong ETag', [{ number: 1, etag: md5(last) }], 'InvalidPart'],
    ['a part that was never sent', [{ number: 3, etag: md5(last) }], 'InvalidPart'],
    ['parts in another order', both.toReversed(), 'InvalidPartOrder'],
    ['a part twice', [both[0], both[0]], 'InvalidPartOrder'],
    ['no parts', [], 'MalformedXML'],
  ] as [string, Part[], string][])('%s', async (_, parts, code) => {
    const id = await uploadBoth('refused');
    const answer = await complete('refused', id, parts);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect((await store.call({ method: 'HEAD', path: 'refused' })).status).toBe(404);
  });

  it('a small part that is not the last', async () => {
    const id = await create('small');
    await sendPart('small', id, 1, last);
    await sendPart('small', id, 2, last);
    const answer = await complete('small', id, [
      { number: 1, etag: md5(last) },
      { number: 2, etag: md5(last) },
    ]);
    expect(answer.code).toBe('EntityTooSmall');
  });

  it('an existing key under If-None-Match, of several at once all but one', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => uploadBoth('once')));
    const answers = await Promise.all(ids.map((id) => complete('once', id, both, { 'if-none-match': '*' })));
    const statuses = answers.map((answer) => answer.status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, 412, 412, 412, 412, 412]);
    const got = await store.call({ path: 'once' });
    expect(got.body.equals(Buffer.concat([first, last]))).toBe(true);
  });
});

describe('checksums of multipart uploads', () => {
  const sha = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
  const part = (number: number, bytes: Buffer): Part => ({
    number,
    etag: md5(bytes),
    extra: `<ChecksumSHA256>${sha(bytes).toString('base64')}</ChecksumSHA256>`,
  });

  it('are composites of SHA-256, which Complete must name', async () => {
    const id = await create('sha', { 'x-amz-checksum-algorithm': 'SHA256' });
    for (const [number, bytes] of [
      [1, first],
      [2, last],
    ] as const) {
      const headers = { 'x-amz-checksum-sha256': sha(bytes).toString('base64') };
      expect((await sendPart('sha', id, number, bytes, headers)).status).toBe(200);
    }
    expect((await sendPart('sha', id, 2, last)).code).toBe('InvalidRequest');
    expect((await complete('sha', id, both)).code).toBe('InvalidRequest');
    const wrong = { ...part(2, last), extra: part(1, first).extra ?? '' };
    expect((await complete('sha', id, [part(1, first), wrong])).code).toBe('InvalidPart');
    expect((await complete('sha', id, [part(1, first), part(2, last)])).status).toBe(200);
    const { headers } = await store.call({
      method: 'HEAD',
      path: 'sha',
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
    });
    const composite = sha(Buffer.concat([sha(first), sha(last)])).toString('base64');
    expect(headers['x-amz-checksum-sha256']).toBe(`${composite}-2`);
    expect(headers['x-amz-checksum-type']).toBe('COMPOSITE');
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'are of the whole for %s, if asked for',
    async (algorithm) => {
      const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
      const digest = (...chunks: Buffer[]): string => {
        const hasher = createHasher(algorithm);
        for (const chunk of chunks) hasher.update(chunk);
        return hasher.digest().toString('base64');
      };
      const full = { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': 'FULL_OBJECT' };
      const id = await create('full', full);
      await sendPart('full', id, 1, first, { [name]: digest(first) });
      await sendPart('full', id, 2, last, { [name]: digest(last) });
      expect((await complete('full', id, both, { [name]: digest(last) })).code).toBe('BadDigest');
      expect((await complete('full', id, both, { [name]: digest(first, last) })).status).toBe(200);
      const { headers } = await store.call({
        method: 'HEAD',
        path: 'full',
        headers: { 'x-amz-checksum-mode': 'enabled' },
      });
      expect([headers[name], headers['x-amz-checksum-type']]).toEqual([digest(first, last), 'FULL_OBJECT']);
    },
  );

  it('do not exist in the forms that S3 does not have', async () => {
    const modes = [
      { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' },
      { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' },
      { 'x-amz-checksum-algorithm': 'MD5' },
      { 'x-amz-checksum-type': 'COMPOSITE' },
    ];
    for (const headers of modes) expect(await create('none', headers)).toBe('failed: InvalidRequest');
  });
});

describe('ListMultipartUploads', () => {
  it('pages by key and then by start', async () => {
    const keys = ['list/a', 'list/a', 'list/b', 'list/c/d'];
    for (const key of keys) await create(key);
    const found: string[] = [];
    let query = 'uploads&prefix=list%2F&max-uploads=1';
    for (let pages = 0; pages < 10 && query !== ''; pages += 1) {
      const { text } = await store.call({ query });
      const field = (name: string): string => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1] ?? '';
      found.push(field('Key'));
      const marker = `key-marker=${encodeURIComponent(field('NextKeyMarker'))}&upload-id-marker=${field('NextUploadIdMarker')}`;
      query = field('IsTruncated') === 'true' ? `uploads&prefix=list%2F&max-uploads=1&${marker}` : '';
    }
    expect(found).toEqual(keys);
    const grouped = await store.call({ query: 'uploads&prefix=list%2F&delimiter=%2F' });
    expect(grouped.text).toContain('<CommonPrefixes><Prefix>list/c/</Prefix></CommonPrefixes>');
  });
});
