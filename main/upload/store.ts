/** Puts photos into S3 under a grant, in the way that makes the store check every byte. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { FileStat } from '../lib/file-stat.ts';
import type { Grant } from './backend-client.ts';
import { storeStatus } from './failures.ts';
import { createMultipart, type Multipart } from './multipart.ts';
import {
  checksumOf,
  createStoreClient,
  encryptionOf,
  signPayloadHash,
  type Digest,
  type RequestOptions,
  type StoreDeps,
} from './store-client.ts';

export interface PutRequest extends Digest {
  path: string;
  stat: FileStat;
  key: string;
  contentType: string;
}

export interface Store extends Multipart {
  /**
   * One PutObject with If-None-Match. `exists`: an object with this content's key is there already.
   *
   * @throws the SDK's error, ForeignReply, FileChanged, Stalled, or the system's error of the file.
   */
  put(grant: Grant, request: PutRequest, options: RequestOptions): Promise<'stored' | 'exists'>;
  /** Drops every connection: after sleep, or when the network changed. */
  close(): void;
}

export function createStore(deps: StoreDeps): Store {
  const client = createStoreClient(deps);
  return {
    ...createMultipart(client),
    close: client.close,
    put: async (grant, request, options) => {
      const range = { offset: 0, length: request.stat.size };
      try {
        await client.sendBytes({ ...request, range }, options, async (body, abortSignal) => {
          const command = new PutObjectCommand({
            Bucket: grant.bucket,
            Key: request.key,
            Body: body,
            ContentLength: range.length,
            ContentType: request.contentType,
            IfNoneMatch: '*',
            ...checksumOf(grant, request),
            ...encryptionOf(grant),
          });
          signPayloadHash(command, request.sha256);
          return (await client.s3(grant).send(command, { abortSignal })).ETag;
        });
        return 'stored';
      } catch (error) {
        if (storeStatus(error) === 412) return 'exists';
        throw error;
      }
    },
  };
}
