/** CompleteMultipartUpload. */
import { createHash } from 'node:crypto';
import type { Checksum, ChecksumAlgorithm } from '../checksums.ts';
import { checksumAlgorithms, checksumHeader, combineCrcs, createHasher } from '../checksums.ts';
import { createWriteGuard } from '../conditions.ts';
import { s3Error } from '../errors.ts';
import type { PartMeta } from '../object-meta.ts';
import { receiveDocument } from '../payload.ts';
import type { Context, Reply } from '../request.ts';
import { bucketOf, header, needOnObject } from '../request.ts';
import { encryptionHeaders } from '../traits.ts';
import type { Completion, Upload } from '../upload-files.ts';
import { childText, readXml, s3Namespace, writeXml } from '../xml.ts';
import { checksumXml } from './copy-object.ts';
import { uploadOf } from './multipart.ts';
import { commitObject, describeObject, withWriter } from './write-object.ts';

const minPartBytes = 5 * 1024 ** 2;
const maxObjectBytes = 5 * 1024 ** 4;

/** CompleteMultipartUpload; repeating it after a lost reply gives the same reply as long as the object exists. */
export async function completeMultipartUpload(context: Context): Promise<Reply> {
  needOnObject(context, 's3:PutObject');
  const guard = createWriteGuard(context);
  const bucket = bucketOf(context);
  const { text } = await receiveDocument(bodyOnly(context));
  const repeated = completedBefore(context);
  if (repeated !== undefined) return completionReply(context, repeated.upload, repeated.completion);
  const upload = uploadOf(context);
  const stored = context.store.uploads.parts(upload.id);
  const parts = readParts(text).map((named) => choosePart(named, stored, upload));
  checkSizes(parts, context);
  const checksum = objectChecksum(upload, parts);
  checkStatedChecksum(context, checksum);
  guard(bucket.head(context.key));

  const object = { bucket, key: context.key, traits: upload.traits };
  const meta = describeObject(context, object, {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `${md5OfMd5s(parts)}-${parts.length}`,
    checksum,
    segments: { uploadId: upload.id, parts: parts.map(({ number, size }) => ({ number, size })) },
  });
  const completion: Completion = { etag: meta.etag, checksum, versionId: meta.versionId };
  await withWriter(context, async (writer) => {
    const file = await writer.finish(meta);
    if (context.store.durable) await context.store.uploads.sync(upload.id);
    // A part sent again, an abort or another Complete may have come in between: then nothing is as it was checked.
    const current = context.store.uploads.parts(uploadOf(context).id);
    if (parts.some((part) => current.get(part.number)?.etag !== part.etag)) throw s3Error('InvalidPart');
    await commitObject(context, { bucket, guard }, meta, file);
    context.store.uploads.complete(upload, completion, new Set(parts.map((part) => part.number)));
  });
  return completionReply(context, upload, completion);
}

/** The x-amz-checksum- headers of this request speak of the object, not of its own body. */
function bodyOnly(context: Context): Context {
  const aboutObject = new Set([...checksumAlgorithms.map(checksumHeader), 'x-amz-sdk-checksum-algorithm']);
  const headers = new Map([...context.wire.headers].filter(([name]) => !aboutObject.has(name)));
  return { ...context, wire: { ...context.wire, headers } };
}

function completedBefore(context: Context): { upload: Upload; completion: Completion } | undefined {
  const found = context.store.uploads.findCompleted(context.query.get('uploadId') ?? '');
  return found?.upload.bucket === context.bucketName && found.upload.key === context.key ? found : undefined;
}

function completionReply(context: Context, upload: Upload, completion: Completion): Reply {
  const result = {
    Location: `http://${header(context, 'host') ?? ''}${context.wire.rawPath}`,
    Bucket: upload.bucket,
    Key: upload.key,
    ETag: `"${completion.etag}"`,
    ...checksumXml(completion.checksum),
  };
  return {
    status: 200,
    headers: { ...encryptionHeaders(upload.traits.encryption), 'x-amz-version-id': completion.versionId },
    text: writeXml('CompleteMultipartUploadResult', result, s3Namespace),
  };
}

type NamedPart = {
  number: number;
  etag: string;
  checksums: readonly { algorithm: ChecksumAlgorithm; value: string }[];
};

function readParts(text: string): NamedPart[] {
  const parts = (readXml(text, 'CompleteMultipartUpload').children.get('Part') ?? []).map((part) => ({
    number: Number(childText(part, 'PartNumber')),
    etag: (childText(part, 'ETag') ?? '').replaceAll('"', ''),
    checksums: checksumAlgorithms.flatMap((algorithm) => {
      const value = childText(part, `Checksum${algorithm}`);
      return value === undefined ? [] : [{ algorithm, value }];
    }),
  }));
  if (parts.length === 0) throw s3Error('MalformedXML', 'You must specify at least one part.');
  if (parts.some((part) => !Number.isInteger(part.number) || part.number < 1)) throw s3Error('MalformedXML');
  if (parts.some((part, index) => index > 0 && part.number <= parts[index - 1]!.number)) {
    throw s3Error('InvalidPartOrder');
  }
  return parts;
}

function choosePart(named: NamedPart, stored: ReadonlyMap<number, PartMeta>, upload: Upload): PartMeta {
  const part = stored.get(named.number);
  const details = { UploadId: upload.id, PartNumber: String(named.number), ETag: named.etag };
  if (part === undefined || part.etag !== named.etag) throw s3Error('InvalidPart', undefined, details);
  if (upload.checksum?.type === 'COMPOSITE' && named.checksums.length === 0) {
    throw s3Error(
      'InvalidRequest',
      `The upload was created using a ${upload.checksum.algorithm.toLowerCase()} checksum. The complete request ` +
        `must include the checksum for each part. It was missing for part ${named.number} in the request.`,
    );
  }
  const differs = named.checksums.some(
    ({ algorithm, value }) => part.checksum?.algorithm !== algorithm || part.checksum.value !== value,
  );
  if (differs) throw s3Error('InvalidPart', undefined, details);
  return part;
}

function checkSizes(parts: readonly PartMeta[], context: Context): void {
  const small = parts.slice(0, -1).find((part) => part.size < minPartBytes);
  if (small !== undefined) {
    throw s3Error('EntityTooSmall', undefined, {
      ProposedSize: String(small.size),
      MinSizeAllowed: String(minPartBytes),
      PartNumber: String(small.number),
      ETag: small.etag,
    });
  }
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size > maxObjectBytes) throw s3Error('EntityTooLarge');
  const stated = header(context, 'x-amz-mp-object-size');
  if (stated !== undefined && Number(stated) !== size) {
    throw s3Error(
      'InvalidRequest',
      'The provided x-amz-mp-object-size does not match the size of the parts.',
    );
  }
}

function md5OfMd5s(parts: readonly PartMeta[]): string {
  return createHash('md5')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex'))))
    .digest('hex');
}

/** The object's checksum: of the parts' checksums when composite, of all bytes when full-object. */
function objectChecksum(upload: Upload, parts: readonly PartMeta[]): Checksum | undefined {
  if (upload.checksum === undefined) return undefined;
  const { algorithm, type } = upload.checksum;
  const digests = parts.flatMap(({ checksum, size }) =>
    checksum === undefined ? [] : [{ crc: Buffer.from(checksum.value, 'base64'), size }],
  );
  if (digests.length < parts.length) return undefined;
  if (type === 'FULL_OBJECT') {
    return { algorithm, type, value: combineCrcs(algorithm, digests).toString('base64') };
  }
  const hasher = createHasher(algorithm);
  for (const { crc } of digests) hasher.update(crc);
  return { algorithm, type, value: `${hasher.digest().toString('base64')}-${parts.length}` };
}

function checkStatedChecksum(context: Context, actual: Checksum | undefined): void {
  const type = header(context, 'x-amz-checksum-type');
  if (type !== undefined && actual !== undefined && type !== actual.type) {
    throw s3Error('InvalidRequest', 'The checksum type must be the one the upload was created with.');
  }
  for (const algorithm of checksumAlgorithms) {
    const stated = header(context, checksumHeader(algorithm));
    if (stated === undefined) continue;
    // Composite values are taken with and without the number of parts behind them.
    const same =
      actual?.algorithm === algorithm && [actual.value, actual.value.split('-')[0]].includes(stated);
    if (!same)
      throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}
