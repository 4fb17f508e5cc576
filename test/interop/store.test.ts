/**
 * What Tintype needs of an object store, asked with the AWS SDK: of the sandbox's store, and of a Ceph RADOS Gateway
 * where that is installed, so that the stand-in cannot drift from a real server.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { S3ClientConfig, S3ServiceException } from '@aws-sdk/client-s3';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantPolicy } from '../../backend/store/grants.ts';
import { cephRoleArn, startCeph } from '../../sandbox/ceph/server.ts';
import { freePorts } from '../../sandbox/ports.ts';
import { startStore } from '../../sandbox/store/server.ts';
import { objectStores } from '../support/object-stores.ts';

/** What a store may lack without being useless: each test that needs one names it. */
type Capability =
  /** x-amz-checksum-* is verified, kept and told. */
  | 'checksums'
  /** aws-chunked bodies with a checksum behind them, the SDK's default. */
  | 'trailers'
  /** If-None-Match on CompleteMultipartUpload. */
  | 'conditionalComplete'
  | 'objectAttributes'
  /** x-amz-server-side-encryption: AES256 is taken and told. */
  | 'encryption';

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
type Target = {
  /** With what it does instead. */
  lacks: Partial<Record<Capability, string>>;
  roleArn: string;
  /** Starts the store with this bucket in it. */
  open(where: { dir: string; bucket: string } & Keys): Promise<{ url: string; stop(): Promise<void> }>;
};

const targets = {
  sandbox: {
    lacks: {},
    roleArn: 'arn:aws:iam::000000000000:role/upload',
    open: (options) => startStore({ ...options, port: 0, region: 'us-east-1' }),
  },
  ceph: {
    lacks: {
      checksums: 'it ignores x-amz-checksum-*, so grants for it say MD5',
      trailers: 'it refuses them with 411 MissingContentLength',
      conditionalComplete: 'it replaces the object; keys name their content, so by the same bytes',
      objectAttributes: 'it does not know the call',
      encryption: 'it applies none',
    },
    roleArn: cephRoleArn,
    open: async (options) => startCeph({ ...options, port: (await freePorts(1))[0] ?? 0 }),
  },
} satisfies Record<string, Target>;

for (const [lack, instead] of Object.entries(targets.ceph.lacks)) {
  console.log(`skipped on Ceph: what needs ${lack}, as ${instead}`);
}

const mebibyte = 1024 ** 2;
const digest = (algorithm: 'md5' | 'sha256', body: Buffer) =>
  createHash(algorithm).update(body).digest('base64');

describe.each(objectStores('the suite of stores'))('the %s store', (objectStore) => {
  const target: Target = targets[objectStore];
  const body = randomBytes(mebibyte);
  const large = randomBytes(5 * mebibyte);
  const Bucket = `interop-${randomUUID()}`;
  const ownKeys = { accessKeyId: 'AKIAINTEROP', secretAccessKey: 'interop-secret-interop-secret-interop-se' };
  let dir: string;
  let store: Awaited<ReturnType<Target['open']>>;
  let s3: S3Client;

  function client(credentials: Keys, config: S3ClientConfig = {}): S3Client {
    return new S3Client({
      endpoint: store.url,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      credentials,
      ...config,
    });
  }

  beforeAll(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-interop-'));
    store = await target.open({ dir: path.join(dir, 'store'), bucket: Bucket, ...ownKeys });
    s3 = client(ownKeys);
  });
  afterAll(async () => {
    s3.destroy();
    await store.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const lacks = (...wanted: readonly Capability[]): boolean =>
    wanted.some((one) => target.lacks[one] !== undefined);
  const put = (Key: string, more: Partial<ConstructorParameters<typeof PutObjectCommand>[0]> = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: body, ...more }));
  const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  async function read(Key: string, Range?: string): Promise<Buffer> {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket, Key, ...(Range === undefined ? {} : { Range }) }),
    );
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }
  const refusal = (status: number, name?: string): unknown =>
    expect.objectContaining({
      $metadata: expect.objectContaining({ httpStatusCode: status }),
      ...(name === undefined ? {} : { name }),
    });

  describe('PutObject', () => {
    it('keeps the bytes of a buffer and of a stream, and has their MD5 as ETag', async () => {
      const { ETag } = await put('buffer');
      expect(ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
      expect((await read('buffer')).equals(body)).toBe(true);
      const slices = Array.from({ length: 16 }, (_, n) => body.subarray(n * 65_536, (n + 1) * 65_536));
      await put('stream', { Body: Readable.from(slices), ContentLength: body.length });
      expect((await read('stream')).equals(body)).toBe(true);
      await put('empty', { Body: Buffer.alloc(0) });
      expect(await read('empty')).toHaveLength(0);
    });

    it('refuses a wrong Content-MD5 and keeps nothing of it', async () => {
      await put('md5', { ContentMD5: digest('md5', body) });
      await expect(put('md5-wrong', { ContentMD5: digest('md5', large) })).rejects.toEqual(
        refusal(400, 'BadDigest'),
      );
      await expect(head('md5-wrong')).rejects.toEqual(refusal(404));
    });

    it.skipIf(lacks('checksums'))('verifies SHA-256 and tells it later', async () => {
      await put('sha', { ChecksumSHA256: digest('sha256', body) });
      expect((await head('sha')).ChecksumSHA256).toBe(digest('sha256', body));
      const wrong = put('sha-wrong', { ChecksumSHA256: digest('sha256', large) });
      await expect(wrong).rejects.toEqual(refusal(400, 'BadDigest'));
      await expect(head('sha-wrong')).rejects.toEqual(refusal(404));
    });

    it.skipIf(lacks('checksums', 'trailers')).each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
      'takes a %s that comes behind a streamed body',
      async (ChecksumAlgorithm) => {
        const defaults = client(ownKeys, { requestChecksumCalculation: 'WHEN_SUPPORTED' });
        const Body = Readable.from([body.subarray(0, 500_000), body.subarray(500_000)]);
        const Key = `trailer-${ChecksumAlgorithm}`;
        await defaults.send(
          new PutObjectCommand({ Bucket, Key, Body, ContentLength: body.length, ChecksumAlgorithm }),
        );
        defaults.destroy();
        expect((await read(Key)).equals(body)).toBe(true);
        expect((await head(Key))[`Checksum${ChecksumAlgorithm}`]).toBeDefined();
      },
    );

    it('writes a key once under If-None-Match, also when twelve try', async () => {
      await put('once', { IfNoneMatch: '*' });
      await expect(put('once', { IfNoneMatch: '*' })).rejects.toEqual(refusal(412, 'PreconditionFailed'));
      const tries = await Promise.allSettled(
        Array.from({ length: 12 }, () => put('race', { IfNoneMatch: '*' })),
      );
      const statuses = tries.map((one) =>
        one.status === 'fulfilled' ? 200 : ((one.reason as S3ServiceException).$metadata.httpStatusCode ?? 0),
      );
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => ![200, 409, 412].includes(status))).toEqual([]);
    });

    it('keeps type and metadata, and any key', async () => {
      const Key = "a b/ü é/日本+&?#%25='()*!~😀.jpg";
      await put(Key, { ContentType: 'image/jpeg', Metadata: { camera: 'R5' } });
      expect(await head(Key)).toMatchObject({ ContentType: 'image/jpeg', Metadata: { camera: 'R5' } });
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a b/ü é/' }));
      expect(Contents).toMatchObject([{ Key, Size: body.length }]);
    });

    it.skipIf(lacks('encryption'))('is encrypted as asked', async () => {
      expect((await put('sse', { ServerSideEncryption: 'AES256' })).ServerSideEncryption).toBe('AES256');
      expect((await head('sse')).ServerSideEncryption).toBe('AES256');
    });

    it('refuses strangers, wrong secrets and wrong clocks', async () => {
      const attempt = async (credentials: Keys, config?: S3ClientConfig) => {
        const stranger = client(credentials, config);
        await stranger
          .send(new PutObjectCommand({ Bucket, Key: 'stranger', Body: body }))
          .finally(() => stranger.destroy());
      };
      const { accessKeyId, secretAccessKey } = ownKeys;
      await expect(attempt({ accessKeyId: 'NOBODY', secretAccessKey })).rejects.toEqual(refusal(403));
      await expect(attempt({ accessKeyId, secretAccessKey: 'wrong' })).rejects.toEqual(refusal(403));
      const late = attempt(ownKeys, { systemClockOffset: -3_600_000 });
      await expect(late).rejects.toEqual(refusal(403, 'RequestTimeTooSkewed'));
    });
  });

  it('reads ranges', async () => {
    await put('range');
    expect((await read('range', 'bytes=100-199')).equals(body.subarray(100, 200))).toBe(true);
    expect((await read('range', 'bytes=-5')).equals(body.subarray(-5))).toBe(true);
  });

  it('lists in pages, and deletes many at once', async () => {
    const keys = Array.from({ length: 7 }, (_, n) => `list/${n}`);
    await Promise.all(keys.map((key) => put(key, { Body: Buffer.from('x') })));
    const found: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const query = {
        Bucket,
        Prefix: 'list/',
        MaxKeys: 3,
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
      };
      const page = await s3.send(new ListObjectsV2Command(query));
      found.push(...(page.Contents ?? []).map((one) => one.Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(found).toEqual(keys);
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/' }))).KeyCount).toBe(0);
  });

  it.skipIf(lacks('objectAttributes'))('tells the attributes of an object', async () => {
    await put('attributes');
    const query = new GetObjectAttributesCommand({
      Bucket,
      Key: 'attributes',
      ObjectAttributes: ['ETag', 'ObjectSize'],
    });
    expect((await s3.send(query)).ObjectSize).toBe(body.length);
  });

  describe('a multipart upload', () => {
    const create = async (Key: string) =>
      (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId ?? '';
    const part = (Key: string, UploadId: string, PartNumber: number, Body: Buffer) =>
      s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ContentMD5: digest('md5', Body) }),
      );
    const complete = (Key: string, UploadId: string, etags: (string | undefined)[], IfNoneMatch?: '*') =>
      s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts: etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 })) },
          ...(IfNoneMatch === undefined ? {} : { IfNoneMatch }),
        }),
      );

    it('lists its parts in pages and becomes an object', async () => {
      const id = await create('multi');
      const etags: (string | undefined)[] = [];
      for (const [index, bytes] of [large, large, body].entries()) {
        etags.push((await part('multi', id, index + 1, bytes)).ETag);
      }
      const query = { Bucket, Key: 'multi', UploadId: id };
      const page = await s3.send(new ListPartsCommand({ ...query, MaxParts: 2 }));
      expect(page.Parts?.map((one) => [one.PartNumber, one.Size])).toEqual([
        [1, large.length],
        [2, large.length],
      ]);
      expect(page.IsTruncated).toBe(true);
      const rest = await s3.send(
        new ListPartsCommand({ ...query, PartNumberMarker: page.NextPartNumberMarker ?? '' }),
      );
      expect(rest.Parts?.map((one) => one.ETag)).toEqual([etags[2]]);
      await complete('multi', id, etags);
      expect((await read('multi')).equals(Buffer.concat([large, large, body]))).toBe(true);
      expect((await head('multi')).ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
      await expect(complete('multi', id, etags)).resolves.toMatchObject({ Key: 'multi' });
    });

    it('refuses wrong bytes, wrong ETags and small parts', async () => {
      const id = await create('refused');
      const wrong = new UploadPartCommand({
        Bucket,
        Key: 'refused',
        UploadId: id,
        PartNumber: 1,
        Body: body,
        ContentMD5: digest('md5', large),
      });
      await expect(s3.send(wrong)).rejects.toEqual(refusal(400, 'BadDigest'));
      const first = await part('refused', id, 1, body);
      const second = await part('refused', id, 2, body);
      await expect(complete('refused', id, ['"0"'])).rejects.toEqual(refusal(400, 'InvalidPart'));
      await expect(complete('refused', id, [first.ETag, second.ETag])).rejects.toEqual(
        refusal(400, 'EntityTooSmall'),
      );
    });

    it('is gone after an abort', async () => {
      const id = await create('aborted');
      await part('aborted', id, 1, body);
      const uploads = async () => {
        const { Uploads = [] } = await s3.send(
          new ListMultipartUploadsCommand({ Bucket, Prefix: 'aborted' }),
        );
        return Uploads.map((one) => one.UploadId);
      };
      expect(await uploads()).toEqual([id]);
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'aborted', UploadId: id }));
      expect(await uploads()).toEqual([]);
      const query = new ListPartsCommand({ Bucket, Key: 'aborted', UploadId: id });
      // AWS says NoSuchUpload, Ceph NoSuchKey: a client must take both for the end of the upload.
      await expect(s3.send(query)).rejects.toEqual(refusal(404));
    });

    it.skipIf(lacks('conditionalComplete'))('does not replace an object under If-None-Match', async () => {
      await put('taken');
      const id = await create('taken');
      const { ETag } = await part('taken', id, 1, large);
      await expect(complete('taken', id, [ETag], '*')).rejects.toEqual(refusal(412, 'PreconditionFailed'));
      expect((await head('taken')).ContentLength).toBe(body.length);
    });
  });

  describe('a grant', () => {
    const prefix = 'users/1/photos/';

    async function granted(): Promise<{ holder: S3Client; expiration: Date | undefined }> {
      const sts = new STSClient({
        endpoint: store.url,
        region: 'us-east-1',
        credentials: ownKeys,
        maxAttempts: 1,
      });
      const { roleArn } = target;
      const policy = grantPolicy('1', { bucket: Bucket, grantRoleArn: roleArn, kmsKeyArn: undefined });
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: 'interop',
          DurationSeconds: 900,
          Policy: JSON.stringify(policy),
        }),
      );
      sts.destroy();
      const holder = client({
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      });
      return { holder, expiration: Credentials?.Expiration };
    }

    it('lets its holder write under the prefix, and nothing else', async () => {
      const { holder, expiration } = await granted();
      expect(expiration?.getTime()).toBeGreaterThan(Date.now() + 800_000);
      const Key = `${prefix}a.jpg`;
      const write = (key: string) =>
        holder.send(new PutObjectCommand({ Bucket, Key: key, Body: body, IfNoneMatch: '*' }));
      await write(Key);
      await expect(write(Key)).rejects.toEqual(refusal(412));
      await expect(write('users/12/photos/a.jpg')).rejects.toEqual(refusal(403, 'AccessDenied'));
      await expect(holder.send(new GetObjectCommand({ Bucket, Key }))).rejects.toEqual(refusal(403));
      await expect(holder.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toEqual(refusal(403));
      await expect(holder.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }))).rejects.toEqual(
        refusal(403),
      );
      // Not even under the prefix: it would show everybody's, or be refused by a condition that stores do not know.
      const uploads = new ListMultipartUploadsCommand({ Bucket, Prefix: prefix });
      await expect(holder.send(uploads)).rejects.toEqual(refusal(403, 'AccessDenied'));
      const removal = new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } });
      await holder.send(removal).catch(() => undefined);
      expect((await head(Key)).ContentLength).toBe(body.length);
      holder.destroy();
    });

    it('covers multipart uploads', async () => {
      const { holder } = await granted();
      const Key = `${prefix}large.jpg`;
      const { UploadId } = await holder.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const { ETag } = await holder.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: large }),
      );
      const { Parts } = await holder.send(new ListPartsCommand({ Bucket, Key, UploadId }));
      expect(Parts).toMatchObject([{ ETag, Size: large.length }]);
      const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
      await holder.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
      expect((await head(Key)).ContentLength).toBe(large.length);
      const other = await holder.send(
        new CreateMultipartUploadCommand({ Bucket, Key: `${prefix}other.jpg` }),
      );
      const { UploadId: otherId } = other;
      await holder.send(
        new AbortMultipartUploadCommand({ Bucket, Key: `${prefix}other.jpg`, UploadId: otherId }),
      );
      holder.destroy();
    });
  });
});
