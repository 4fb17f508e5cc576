import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { photoOf, startRealBackend } from './real-backend.ts';

it('proves photos by MD5 with a store that keeps nothing better', async () => {
  const backend = await startRealBackend({ environment: { S3_CHECKSUM: 'MD5' } });
  const { body: grant } = await backend.call('POST', '/v1/upload-grants');
  expect(grant.checksum).toBe('MD5');
  const bytes = randomBytes(3000);
  const md5 = createHash('md5').update(bytes).digest('base64');
  const photo = photoOf(createHash('sha256').update(bytes).digest('hex'), bytes.length);
  const put = new PutObjectCommand({ Bucket: grant.bucket, Key: photo.key, Body: bytes, ContentMD5: md5 });
  await backend.s3(grant).send(put);

  const commit = async (more: object) =>
    (await backend.call('POST', '/v1/photos', { json: { photos: [{ ...photo, ...more }] } })).body.photos[0];
  expect(await commit({})).toMatchObject({ status: 'rejected', code: 'checksum_missing' });
  const wrong = createHash('md5').update('other').digest('base64');
  expect(await commit({ md5: wrong })).toMatchObject({ status: 'rejected', code: 'checksum_mismatch' });
  expect(await commit({ md5 })).toMatchObject({ status: 'stored' });
  await backend.stop();
});
