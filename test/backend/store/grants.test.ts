import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantPolicy } from '../../../backend/store/grants.ts';
import { photoOf, startRealBackend } from '../real-backend.ts';
import type { RealBackend, Reply } from '../real-backend.ts';

let backend: RealBackend;
let grant: Reply['body'];
let s3: S3Client;
beforeAll(async () => {
  backend = await startRealBackend();
  ({ body: grant } = await backend.call('POST', '/v1/upload-grants'));
  s3 = backend.s3(grant);
});
afterAll(() => backend.stop());

describe('a grant', () => {
  it('opens nothing but putting under its own prefix', async () => {
    const { Bucket, own } = { Bucket: grant.bucket, own: `${grant.keyPrefix}x.jpg` };
    const Body = Buffer.from('x');
    await s3.send(new PutObjectCommand({ Bucket, Key: own, Body }));
    const forbidden = [
      new PutObjectCommand({ Bucket, Key: 'users/somebody-else/photos/x.jpg', Body }),
      new PutObjectCommand({ Bucket, Key: `users/${backend.sub}/x.jpg`, Body }),
      new PutObjectCommand({ Bucket, Key: 'x.jpg', Body }),
      new GetObjectCommand({ Bucket, Key: own }),
      new HeadObjectCommand({ Bucket, Key: own }),
      new DeleteObjectCommand({ Bucket, Key: own }),
      new ListObjectsV2Command({ Bucket, Prefix: grant.keyPrefix }),
      new ListMultipartUploadsCommand({ Bucket }),
      new ListMultipartUploadsCommand({ Bucket, Prefix: grant.keyPrefix }),
      new CreateMultipartUploadCommand({ Bucket, Key: 'users/somebody-else/photos/x.jpg' }),
    ];
    for (const command of forbidden) {
      const name = `${command.constructor.name} ${JSON.stringify(command.input)}`;
      await expect(s3.send(command as GetObjectCommand), name).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      });
    }
  });

  it('lets an upload in parts be begun, listed, completed and committed, and another aborted', async () => {
    const bytes = randomBytes(5 * 2 ** 20 + 1000);
    const chunks = [bytes.subarray(0, 5 * 2 ** 20), bytes.subarray(5 * 2 ** 20)];
    const hash = (data: Buffer): Buffer => createHash('sha256').update(data).digest();
    const photo = photoOf(hash(bytes).toString('hex'), bytes.length);
    const at = { Bucket: grant.bucket, Key: photo.key };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }),
    );
    const Parts = [];
    for (const [index, chunk] of chunks.entries()) {
      const ChecksumSHA256 = hash(chunk).toString('base64');
      const PartNumber = index + 1;
      const { ETag } = await s3.send(
        new UploadPartCommand({
          ...at,
          UploadId,
          PartNumber,
          Body: chunk,
          ChecksumSHA256,
          ContentLength: chunk.length,
        }),
      );
      Parts.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    expect((await s3.send(new ListPartsCommand({ ...at, UploadId }))).Parts).toHaveLength(2);
    await s3.send(
      new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' }),
    );

    const commit = async (photos: object[]) =>
      (await backend.call('POST', '/v1/photos', { json: { photos } })).body.photos[0];
    const parts = chunks.map((chunk) => ({ size: chunk.length, sha256: hash(chunk).toString('hex') }));
    expect(await commit([photo])).toMatchObject({ status: 'rejected', code: 'parts_missing' });
    expect(await commit([{ ...photo, parts: parts.toReversed() }])).toMatchObject({
      code: 'checksum_mismatch',
    });
    expect(await commit([{ ...photo, parts }])).toMatchObject({ status: 'stored' });

    const other = { Bucket: grant.bucket, Key: `${grant.keyPrefix}other.jpg` };
    const begun = await s3.send(new CreateMultipartUploadCommand(other));
    await s3.send(new AbortMultipartUploadCommand({ ...other, UploadId: begun.UploadId }));
  });
});

describe('the policy of a grant', () => {
  it('adds the key where objects are written under one, and keeps to the partition of the role', () => {
    const policy = JSON.stringify(
      grantPolicy('ada', {
        bucket: 'photos',
        grantRoleArn: 'arn:aws-cn:iam::123456789012:role/upload',
        kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/1',
      }),
    );
    expect(policy).toContain('"Resource":"arn:aws-cn:s3:::photos/users/ada/photos/*"');
    expect(policy).toContain('"Resource":"arn:aws-cn:kms:cn-north-1:123456789012:key/1"');
    // STS takes session policies of up to 2,048 characters.
    expect(policy.length).toBeLessThan(2048);
  });
});
