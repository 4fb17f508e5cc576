/** What the backend asks the object store: what is there under a key. It never reads or writes an object. */
import {
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
import type { StoreConfig } from '../config.ts';
import { Problem } from '../problems.ts';
import type { StoredObject } from './claims.ts';
import { createQuickHead } from './quick-head.ts';

/** An upload in parts that was begun and neither completed nor aborted. */
export interface OpenUpload {
  key: string;
  uploadId: string;
  /** ISO 8601, UTC. */
  startedAt: string;
}

export interface Objects {
  /** The object under `key`, or undefined; throws the problem store_unavailable. */
  head(key: string): Promise<StoredObject | undefined>;
  /** All that are open under a prefix; throws the problem store_unavailable. */
  openUploads(prefix: string): Promise<OpenUpload[]>;
  /** Rejects when the bucket cannot be reached. */
  ping(signal: AbortSignal): Promise<void>;
  close(): void;
}

const connectTimeoutMs = 2000;
const requestTimeoutMs = 5000;
/** With the SDK's own retries; a caller has long gone after that. */
const deadlineMs = 12_000;

/** A client with the backend's own credentials (the usual AWS ones); it needs s3:GetObject, s3:ListBucket and s3:ListBucketMultipartUploads. */
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
  const quick = createQuickHead(client, config);
  return {
    async head(key) {
      try {
        return await quick.head(key);
      } catch {
        // The SDK tries more than once, and tells failures apart.
      }
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
    async openUploads(prefix) {
      const abortSignal = AbortSignal.timeout(deadlineMs);
      const uploads: OpenUpload[] = [];
      try {
        for (let after: Position | undefined = {}; after !== undefined;) {
          const page: ListMultipartUploadsCommandOutput = await client.send(
            new ListMultipartUploadsCommand({ Bucket: config.bucket, Prefix: prefix, ...after }),
            { abortSignal },
          );
          for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
            if (Key === undefined || UploadId === undefined || Initiated === undefined) continue;
            uploads.push({ key: Key, uploadId: UploadId, startedAt: Initiated.toISOString() });
          }
          after = positionAfter(page);
        }
        return uploads;
      } catch (error) {
        throw new Problem('store_unavailable', { cause: error });
      }
    },
    async ping(signal) {
      await client.send(new HeadBucketCommand({ Bucket: config.bucket }), { abortSignal: signal });
    },
    close: () => {
      quick.close();
      client.destroy();
    },
  };
}

interface Position {
  KeyMarker?: string;
  UploadIdMarker?: string;
}

/** Where the next page begins; undefined after the last one, on which stores name a next position all the same. */
function positionAfter(page: ListMultipartUploadsCommandOutput): Position | undefined {
  const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
  if (IsTruncated !== true || NextKeyMarker === undefined) return undefined;
  return {
    KeyMarker: NextKeyMarker,
    ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
  };
}
