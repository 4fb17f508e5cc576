/** CreateMultipartUpload, UploadPart, UploadPartCopy and AbortMultipartUpload. */
import type { ChecksumAlgorithm } from '../checksums.ts';
import { isCombinable } from '../checksums.ts';
import { readRange } from '../conditions.ts';
import { s3Error } from '../errors.ts';
import type { PartMeta } from '../object-meta.ts';
import type { Received } from '../payload.ts';
import { receivePayload } from '../payload.ts';
import type { RecordWriter } from '../record-file.ts';
import type { Context, Reply } from '../request.ts';
import { bucketOf, header, needOnObject } from '../request.ts';
import { checksumHeaders, encryptionHeaders, etagOf, needSameKey, readTraits } from '../traits.ts';
import type { Upload } from '../upload-files.ts';
import { s3Namespace, writeXml } from '../xml.ts';
import { checksumXml, copyBytes, findSource, requestedAlgorithm } from './copy-object.ts';
import { withWriter } from './write-object.ts';

const maxPartNumber = 10_000;

/** CreateMultipartUpload. */
export function createMultipartUpload(context: Context): Reply {
  needOnObject(context, 's3:PutObject');
  if (header(context, 'x-amz-tagging') !== undefined) needOnObject(context, 's3:PutObjectTagging');
  const bucket = bucketOf(context);
  const upload = context.store.uploads.create({
    bucket: bucket.name,
    key: context.key,
    initiatedAt: context.now,
    traits: readTraits(context),
    checksum: readChecksumMode(context),
  });
  const result = { Bucket: bucket.name, Key: context.key, UploadId: upload.id };
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(upload.traits.encryption),
      'x-amz-checksum-algorithm': upload.checksum?.algorithm,
      'x-amz-checksum-type': upload.checksum?.type,
    },
    text: writeXml('InitiateMultipartUploadResult', result, s3Namespace),
  };
}

/** As S3: SHA values only exist as a composite, CRC64NVME only of the full object, the other CRCs as both. */
function readChecksumMode(context: Context): Upload['checksum'] {
  const algorithm = requestedAlgorithm(context);
  const type = header(context, 'x-amz-checksum-type');
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw s3Error('InvalidRequest', 'The x-amz-checksum-type header needs x-amz-checksum-algorithm.');
  }
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw s3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.');
  }
  const chosen = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const exists = chosen === 'COMPOSITE' ? algorithm !== 'CRC64NVME' : isCombinable(algorithm);
  if (!exists) {
    const sentence = `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`;
    throw s3Error('InvalidRequest', sentence);
  }
  return { algorithm, type: chosen };
}

/** The open upload that a request names. @throws NoSuchUpload */
export function uploadOf(context: Context): Upload {
  bucketOf(context);
  const upload = context.store.uploads.find(context.query.get('uploadId') ?? '');
  if (upload?.bucket !== context.bucketName || upload.key !== context.key) throw s3Error('NoSuchUpload');
  return upload;
}

/** UploadPart. */
export async function uploadPart(context: Context): Promise<Reply> {
  needOnObject(context, 's3:PutObject');
  const number = partNumberOf(context);
  const upload = uploadOf(context);
  needSameKey(context, upload.traits.encryption);
  const part = await writePart(context, upload, number, async (writer) => {
    const received = await receivePayload(context, (chunk) => writer.write(chunk));
    checkPartAlgorithm(upload, received.checksum?.algorithm);
    return received;
  });
  return {
    status: 200,
    headers: {
      ETag: `"${part.etag}"`,
      ...checksumHeaders(part.checksum),
      'x-amz-checksum-type': undefined,
      ...encryptionHeaders(upload.traits.encryption),
    },
  };
}

/** An upload that was created with an algorithm takes parts with that algorithm's checksum only. */
function checkPartAlgorithm(upload: Upload, actual: ChecksumAlgorithm | undefined): void {
  const expected = upload.checksum?.algorithm;
  if (expected === undefined || actual === expected) return;
  // S3 computes what a part of a full-object upload lacks; of a composite one the client must bring it.
  if (actual === undefined && upload.checksum?.type === 'FULL_OBJECT') return;
  const type = actual?.toLowerCase() ?? 'null';
  throw s3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${type}`,
  );
}

/** UploadPartCopy. */
export async function uploadPartCopy(context: Context): Promise<Reply> {
  needOnObject(context, 's3:PutObject');
  const number = partNumberOf(context);
  const upload = uploadOf(context);
  const source = findSource(context);
  const text = header(context, 'x-amz-copy-source-range');
  const range = readRange(text, source.meta.size) ?? { start: 0, end: source.meta.size };
  const part = await writePart(context, upload, number, (writer) =>
    copyBytes(context, source, range, upload.checksum?.algorithm, writer),
  );
  const result = {
    LastModified: new Date(part.lastModified).toISOString(),
    ETag: `"${part.etag}"`,
    ...checksumXml(part.checksum),
    ChecksumType: undefined,
  };
  return { status: 200, text: writeXml('CopyPartResult', result, s3Namespace) };
}

async function writePart(
  context: Context,
  upload: Upload,
  number: number,
  fill: (writer: RecordWriter) => Promise<Received>,
): Promise<PartMeta> {
  return withWriter(context, async (writer) => {
    const { size, md5, checksum } = await fill(writer);
    const etag = etagOf(md5, upload.traits.encryption);
    const part: PartMeta = { number, size, etag, lastModified: context.now, checksum };
    const file = await writer.finish(part);
    if (!context.store.uploads.commitPart(upload.id, part, file)) throw s3Error('NoSuchUpload');
    return part;
  });
}

function partNumberOf(context: Context): number {
  const number = Number(context.query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= maxPartNumber) return number;
  throw s3Error(
    'InvalidArgument',
    `Part number must be an integer between 1 and ${maxPartNumber}, inclusive`,
  );
}

/** AbortMultipartUpload. */
export function abortMultipartUpload(context: Context): Reply {
  needOnObject(context, 's3:AbortMultipartUpload');
  context.store.uploads.abort(uploadOf(context).id);
  return { status: 204 };
}
