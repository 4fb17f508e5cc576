/** The requests of a multipart upload (Amazon S3 User Guide, "Uploading an object using multipart upload"). */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Grant } from './backend-client.ts';
import { ForeignReply, storeStatus } from './failures.ts';
import type { FileRange } from './file-body.ts';
import type { PutRequest } from './store.ts';
import {
  checksumOf,
  encryptionOf,
  sha256Base64,
  signPayloadHash,
  type Digest,
  type RequestOptions,
  type StoreClient,
} from './store-client.ts';

/** One part as inspection saw it. */
export interface PartPlan extends Digest {
  /** From 1. */
  number: number;
  range: FileRange;
}

/** One part as the store has it. */
export interface StoredPart {
  number: number;
  size: number;
  eTag: string;
  /** Base64; absent at stores that verify MD5. */
  sha256: string | undefined;
}

/** S3 may take minutes to put a large object together. */
const completePatienceMs = 10 * 60_000;

/** An upload that the store no longer knows: it was completed, aborted, or never was. */
export const gone = 'gone';

export interface Multipart {
  /** @returns the upload's id. */
  createUpload(grant: Grant, request: PutRequest, signal: AbortSignal): Promise<string>;
  /** Every part that the store holds, all pages of them. */
  listParts(
    grant: Grant,
    key: string,
    uploadId: string,
    signal: AbortSignal,
  ): Promise<StoredPart[] | typeof gone>;
  /** @returns the part's ETag. @throws as `put` does. */
  putPart(
    grant: Grant,
    request: PutRequest,
    uploadId: string,
    part: PartPlan,
    options: RequestOptions,
  ): Promise<string>;
  /** `exists`: an object with this key is there already, and the upload is still open. */
  completeUpload(
    grant: Grant,
    key: string,
    uploadId: string,
    parts: readonly (PartPlan & { eTag: string })[],
    signal: AbortSignal,
  ): Promise<'stored' | 'exists' | typeof gone>;
  /** Frees the parts. An upload that is gone already is no error. */
  abortUpload(grant: Grant, key: string, uploadId: string, signal: AbortSignal): Promise<void>;
}

export function createMultipart(client: StoreClient): Multipart {
  return {
    createUpload: async (grant, { key, contentType }, signal) => {
      const command = new CreateMultipartUploadCommand({
        Bucket: grant.bucket,
        Key: key,
        ContentType: contentType,
        ...(grant.checksum === 'SHA256' ? { ChecksumAlgorithm: 'SHA256' } : {}),
        ...encryptionOf(grant),
      });
      const reply = await client.ask(signal, (abortSignal) =>
        client.s3(grant).send(command, { abortSignal }),
      );
      if (reply.UploadId === undefined) throw new ForeignReply();
      return reply.UploadId;
    },
    listParts: async (grant, key, uploadId, signal) => {
      const parts: StoredPart[] = [];
      try {
        // Not the SDK's paginator: S3 names a next marker on the last page too, and it would go on for ever.
        for (let marker: string | undefined, more = true; more;) {
          const command: ListPartsCommand = new ListPartsCommand({
            Bucket: grant.bucket,
            Key: key,
            UploadId: uploadId,
            ...(marker === undefined ? {} : { PartNumberMarker: marker }),
          });
          const page = await client.ask(signal, (abortSignal) =>
            client.s3(grant).send(command, { abortSignal }),
          );
          for (const { PartNumber, Size, ETag, ChecksumSHA256 } of page.Parts ?? []) {
            if (PartNumber === undefined || Size === undefined || ETag === undefined) continue;
            parts.push({ number: PartNumber, size: Size, eTag: ETag, sha256: ChecksumSHA256 });
          }
          marker = page.NextPartNumberMarker;
          more = page.IsTruncated === true && marker !== undefined;
        }
      } catch (error) {
        if (storeStatus(error) === 404) return gone;
        throw error;
      }
      return parts;
    },
    putPart: (grant, request, uploadId, part, options) =>
      client.sendBytes({ ...request, range: part.range }, options, async (body, abortSignal) => {
        const command = new UploadPartCommand({
          Bucket: grant.bucket,
          Key: request.key,
          UploadId: uploadId,
          PartNumber: part.number,
          Body: body,
          ContentLength: part.range.length,
          ...checksumOf(grant, part),
        });
        signPayloadHash(command, part.sha256);
        return (await client.s3(grant).send(command, { abortSignal })).ETag;
      }),
    completeUpload: async (grant, key, uploadId, parts, signal) => {
      const command = new CompleteMultipartUploadCommand({
        Bucket: grant.bucket,
        Key: key,
        UploadId: uploadId,
        IfNoneMatch: '*',
        MultipartUpload: {
          Parts: parts.map(({ number, eTag, sha256 }) => ({
            PartNumber: number,
            ETag: eTag,
            ...(grant.checksum === 'SHA256' ? { ChecksumSHA256: sha256Base64(sha256) } : {}),
          })),
        },
      });
      try {
        const reply = await client.ask(
          signal,
          (abortSignal) => client.s3(grant).send(command, { abortSignal }),
          completePatienceMs,
        );
        if (reply.ETag === undefined) throw new ForeignReply();
        return 'stored';
      } catch (error) {
        if (storeStatus(error) === 412) return 'exists';
        if (storeStatus(error) === 404) return gone;
        throw error;
      }
    },
    abortUpload: async (grant, key, uploadId, signal) => {
      const command = new AbortMultipartUploadCommand({ Bucket: grant.bucket, Key: key, UploadId: uploadId });
      try {
        await client.ask(signal, (abortSignal) => client.s3(grant).send(command, { abortSignal }));
      } catch (error) {
        if (storeStatus(error) !== 404) throw error;
      }
    },
  };
}
