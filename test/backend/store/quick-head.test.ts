import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StoreConfig } from '../../../backend/config.ts';
import { createQuickHead } from '../../../backend/store/quick-head.ts';
import { serve } from '../../support/http-server.ts';
import { objectStores } from '../../support/object-stores.ts';
import { openTestSandbox, type TestSandbox } from '../../support/test-sandbox.ts';

async function open(client: S3Client, bucket: string, checksum: 'SHA256' | 'MD5' = 'MD5') {
  const config = { bucket, region: await client.config.region(), checksum };
  const quick = createQuickHead(client, config as StoreConfig);
  onTestFinished(quick.close);
  return quick;
}

describe.each(objectStores('the quick HEAD'))('the quick HEAD and the %s store', (objectStore) => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await openTestSandbox({ objectStore });
  }, 120_000);
  afterAll(() => sandbox.stop());

  it('tells size and checksum of an object, whatever its key', async () => {
    const { s3, bucket } = sandbox.owner;
    const body = Buffer.from('a photo');
    const Key = "users/ada/photos/ä b+c'(1)*!.jpg";
    const checksum = objectStore === 'ceph' ? 'MD5' : 'SHA256';
    const sha256 = createHash('sha256').update(body).digest('base64');
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key,
        Body: body,
        ...(checksum === 'SHA256' ? { ChecksumSHA256: sha256 } : {}),
      }),
    );
    expect(await (await open(s3, bucket, checksum)).head(Key)).toEqual({
      size: body.length,
      sha256: checksum === 'SHA256' ? sha256 : undefined,
      etag: createHash('md5').update(body).digest('hex'),
    });
  });

  it('tells that there is none', async () => {
    const { s3, bucket } = sandbox.owner;
    expect(await (await open(s3, bucket)).head('users/ada/photos/none')).toBeUndefined();
  });

  it('says nothing when it may not look', async () => {
    const { s3, bucket } = sandbox.owner;
    const stranger = new S3Client({
      endpoint: async () => await s3.config.endpoint!(),
      region: await s3.config.region(),
      forcePathStyle: true,
      credentials: { accessKeyId: 'nobody', secretAccessKey: 'knows' },
    });
    onTestFinished(() => {
      stranger.destroy();
    });
    const quick = await open(stranger, bucket);
    await expect(quick.head('x')).rejects.toThrow('HEAD answered 403');
  });
});

it('says nothing when the connection breaks', async () => {
  const { url } = await serve((request) => request.socket.destroy());
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  onTestFinished(() => {
    client.destroy();
  });
  const quick = await open(client, 'bucket');
  await expect(quick.head('x')).rejects.toThrow();
});
