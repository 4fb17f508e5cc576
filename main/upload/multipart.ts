/** The requests of a multipart upload (Amazon S3 User Guide, "Uploading an object using multipart upload"). */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import type { Grant } from './backend-client.ts';
import { ForeignReply, StoreError } from './failures.ts';
import type { FileRange } from './file-body.ts';
import type { PutRequest } from './store.ts';
import {
  checksumHeader,
  sha256Base64,
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
    request: Pick<PutRequest, 'key' | 'replace'>,
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
        ...(grant.sse === undefined
          ? {}
          : { ServerSideEncryption: grant.sse.algorithm, SSEKMSKeyId: grant.sse.kmsKeyId }),
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
          // A page of a proxy would be an upload without parts.
          if (page.UploadId !== uploadId) throw new ForeignReply();
          for (const { PartNumber, Size, ETag, ChecksumSHA256 } of page.Parts ?? []) {
            if (PartNumber === undefined || Size === undefined || ETag === undefined) continue;
            parts.push({ number: PartNumber, size: Size, eTag: ETag, sha256: ChecksumSHA256 });
          }
          marker = page.NextPartNumberMarker;
          more = page.IsTruncated === true && marker !== undefined;
        }
      } catch (error) {
        if (isGone(error)) return gone;
        throw error;
      }
      return parts;
    },
    putPart: (grant, { key, path, stat }, uploadId, part, options) =>
      client.sendBytes(
        grant,
        {
          key,
          query: { partNumber: String(part.number), uploadId },
          headers: checksumHeader(grant, part),
          path,
          stat,
          range: part.range,
          sha256: part.sha256,
        },
        options,
      ),
    completeUpload: async (grant, { key, replace }, uploadId, parts, signal) => {
      const command = new CompleteMultipartUploadCommand({
        Bucket: grant.bucket,
        Key: key,
        UploadId: uploadId,
        ...(replace === true ? {} : { IfNoneMatch: '*' }),
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
        if (error instanceof StoreError && error.status === 412) return 'exists';
        if (isGone(error)) return gone;
        throw error;
      }
    },
    abortUpload: async (grant, key, uploadId, signal) => {
      const command = new AbortMultipartUploadCommand({ Bucket: grant.bucket, Key: key, UploadId: uploadId });
      try {
        const { $metadata } = await client.ask(signal, (abortSignal) =>
          client.s3(grant).send(command, { abortSignal }),
        );
        // The page of a proxy that answers in its place must not make us forget an upload that is still open.
        if ($metadata.httpStatusCode !== 204) throw new ForeignReply();
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
}

/** By its code: a captive portal's 404 must not make us forget an upload, nor a bucket that is missing. */
function isGone(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'NoSuchUpload';
}
