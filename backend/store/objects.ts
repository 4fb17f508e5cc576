/** What the backend asks the object store: what is there under a key. It never reads or writes an object. */
import { HeadBucketCommand, HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { StoreConfig } from '../config.ts';
import { Problem } from '../problems.ts';
import type { StoredObject } from './claims.ts';

export interface Objects {
  /** The object under `key`, or undefined; throws the problem store_unavailable. */
  head(key: string): Promise<StoredObject | undefined>;
  /** Rejects when the bucket cannot be reached. */
  ping(signal: AbortSignal): Promise<void>;
  close(): void;
}

const connectTimeoutMs = 2000;
const requestTimeoutMs = 5000;
/** With the SDK's own retries; a caller has long gone after that. */
const deadlineMs = 12_000;

/** A client with the backend's own credentials (the usual AWS ones); it needs s3:GetObject and s3:ListBucket. */
export function createObjects(config: StoreConfig): Objects {
  const client = new S3Client({
    region: config.region,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint }),
    forcePathStyle: config.forcePathStyle,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  return {
    async head(key) {
      try {
        const reply = await client.send(
          new HeadObjectCommand({
            Bucket: config.bucket,
            Key: key,
            ...(config.checksum === 'SHA256' ? { ChecksumMode: 'ENABLED' as const } : {}),
          }),
          { abortSignal: AbortSignal.timeout(deadlineMs) },
        );
        return {
          size: reply.ContentLength ?? 0,
          sha256: reply.ChecksumSHA256,
          etag: reply.ETag?.replace(/^"|"$/g, ''),
        };
      } catch (error) {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
        // 403 too: without s3:ListBucket S3 says so of missing objects, which is a fault of the set-up.
        throw new Problem('store_unavailable', { cause: error });
      }
    },
    async ping(signal) {
      await client.send(new HeadBucketCommand({ Bucket: config.bucket }), { abortSignal: signal });
    },
    close: () => client.destroy(),
  };
}
