/** The person's library from outside of the app: what the store holds and what the backend has on record. */
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import { signInByScript } from '../../sandbox/scripted-sign-in.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { readStored, type StoredObject } from '../e2e/stored.ts';

export interface Library {
  /** Every object, read byte for byte. */
  objects(): Promise<StoredObject[]>;
  /** Multipart uploads that nobody has completed or aborted. */
  openUploads(): Promise<OpenUpload[]>;
  /** What was put on record since the last `forget`. */
  newRecords(): Promise<StoredRecord[]>;
  /** Removes all bytes. The records stay, as there is no call to remove them, but count as old from now on. */
  forget(): Promise<void>;
  close(): void;
}

export interface OpenUpload {
  key: string;
  uploadId: string;
}
export type StoredRecord = z.infer<typeof pageReply>['photos'][number];

const pageReply = z.object({
  photos: z.array(z.object({ photoId: z.string(), sha256: z.string(), size: z.number() })),
  nextCursor: z.string().nullable(),
});

/** @param redirectUri one that the user pool has on its list; nobody needs to listen there. */
export function openLibrary(sandbox: Sandbox, redirectUri: string): Library {
  const { url: endpoint, region, bucket: Bucket, ...credentials } = sandbox.store;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const old = new Set<string>();
  let token: { text: string; endsAt: number } | null = null;

  const accessToken = async (): Promise<string> => {
    if (token === null || token.endsAt < Date.now()) {
      const reply = await signInByScript({
        url: sandbox.cognitoUrl,
        clientId: String(sandbox.clientConfig['clientId']),
        redirectUri,
        ...sandbox.demoUser,
      });
      token = { text: reply.access_token, endsAt: Date.now() + reply.expires_in * 500 };
    }
    return token.text;
  };

  const newRecords = async (): Promise<StoredRecord[]> => {
    const records: StoredRecord[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const url = new URL(`/v1/photos?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`, sandbox.apiUrl);
      // A connection of its own, as the backend may be another one than last time.
      const headers = { authorization: `Bearer ${await accessToken()}`, connection: 'close' };
      const response = await fetch(url, { headers });
      if (!response.ok) throw new Error(`The backend refused its records: ${await response.text()}`);
      const page = pageReply.parse(await response.json());
      const fresh = page.photos.filter(({ photoId }) => !old.has(photoId));
      records.push(...fresh);
      cursor = fresh.length < page.photos.length ? null : page.nextCursor;
    }
    return records;
  };

  const openUploads = async (): Promise<OpenUpload[]> => {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    return Uploads.map(({ Key = '', UploadId = '' }) => ({ key: Key, uploadId: UploadId }));
  };

  return {
    objects: () => readStored(sandbox.store),
    openUploads,
    newRecords,
    forget: async () => {
      for (const { key: Key, uploadId: UploadId } of await openUploads()) {
        await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      }
      // At most 1,000 to a page, which is as many as one request may delete; no run makes that many.
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'users/' }));
      const Objects = Contents.map(({ Key }) => ({ Key }));
      if (Objects.length > 0) {
        await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      }
      for (const { photoId } of await newRecords()) old.add(photoId);
    },
    close: () => s3.destroy(),
  };
}
