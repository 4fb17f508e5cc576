/** Puts photos into S3 under a grant, in the way that makes the store check every byte. */
import type { FileStat } from '../lib/file-stat.ts';
import type { Grant } from './backend-client.ts';
import { StoreError } from './failures.ts';
import { createMultipart, type Multipart } from './multipart.ts';
import {
  checksumHeader,
  createStoreClient,
  type Digest,
  type RequestOptions,
  type StoreDeps,
} from './store-client.ts';

export interface PutRequest extends Digest {
  path: string;
  stat: FileStat;
  key: string;
  contentType: string;
  /** Puts it over whatever is there. The store still checks every byte against the hash in the key. */
  replace?: boolean;
}

export interface Store extends Multipart {
  /**
   * One PutObject, with If-None-Match unless it is to replace what is there. `exists`: an object with this content's key is there already.
   *
   * @throws what `StoreClient.sendBytes` throws.
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
      const { key, contentType, path, stat, sha256 } = request;
      const headers = {
        'content-type': contentType,
        ...(request.replace === true ? {} : { 'if-none-match': '*' }),
        ...checksumHeader(grant, request),
        ...encryptionHeaders(grant),
      };
      const range = { offset: 0, length: stat.size };
      try {
        await client.sendBytes(grant, { key, headers, path, stat, range, sha256 }, options);
        return 'stored';
      } catch (error) {
        if (error instanceof StoreError && error.status === 412) return 'exists';
        throw error;
      }
    },
  };
}

function encryptionHeaders({ sse }: Grant): Record<string, string> {
  if (sse === undefined) return {};
  return {
    'x-amz-server-side-encryption': sse.algorithm,
    'x-amz-server-side-encryption-aws-kms-key-id': sse.kmsKeyId,
  };
}
