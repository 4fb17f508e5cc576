/** CopyObject, and what UploadPartCopy shares with it. */
import type { BucketFiles } from '../bucket-files.ts';
import { checksumAlgorithm } from '../checksums.ts';
import type { ChecksumAlgorithm } from '../checksums.ts';
import type { ByteRange } from '../conditions.ts';
import { checkReadConditions, createWriteGuard } from '../conditions.ts';
import { s3Error } from '../errors.ts';
import type { ObjectMeta, ObjectTraits } from '../object-meta.ts';
import type { Received } from '../payload.ts';
import { createDigests } from '../payload.ts';
import type { RecordWriter } from '../record-file.ts';
import type { Context, Reply } from '../request.ts';
import { arnOf, bucketOf, header, need, needOnObject } from '../request.ts';
import { createdHeaders, readTraits } from '../traits.ts';
import { percentDecode } from '../wire.ts';
import { s3Namespace, writeXml } from '../xml.ts';
import { readObjectBytes } from './read-object.ts';
import { writeObject } from './write-object.ts';

/** CopyObject. */
export async function copyObject(context: Context): Promise<Reply> {
  needOnObject(context, 's3:PutObject');
  const bucket = bucketOf(context);
  const source = findSource(context);
  const replaces = header(context, 'x-amz-metadata-directive') === 'REPLACE';
  if (!replaces && source.bucket === bucket && source.meta.key === context.key) {
    throw s3Error('InvalidRequest', 'This copy request is illegal because it copies an object to itself.');
  }
  const traits = copiedTraits(source.meta, readTraits(context), replaces, context);
  const guard = createWriteGuard(context);
  guard(bucket.head(context.key));
  const algorithm = requestedAlgorithm(context) ?? source.meta.checksum?.algorithm;
  const range = { start: 0, end: source.meta.size };
  const meta = await writeObject(context, { bucket, key: context.key, traits, guard }, (writer) =>
    copyBytes(context, source, range, algorithm, writer),
  );
  const { ETag, ...headers } = createdHeaders(meta);
  const result = {
    LastModified: new Date(meta.lastModified).toISOString(),
    ETag,
    ...checksumXml(meta.checksum),
  };
  return { status: 200, headers, text: writeXml('CopyObjectResult', result, s3Namespace) };
}

function copiedTraits(
  source: ObjectTraits,
  stated: ObjectTraits,
  replaces: boolean,
  context: Context,
): ObjectTraits {
  const replacesTags = header(context, 'x-amz-tagging-directive') === 'REPLACE';
  const storageClass = stated.headers['x-amz-storage-class'];
  return {
    // The encryption and the storage class are never copied: S3 takes those of the request.
    encryption: stated.encryption,
    tags: replacesTags ? stated.tags : source.tags,
    metadata: replaces ? stated.metadata : source.metadata,
    headers: replaces
      ? stated.headers
      : { ...source.headers, ...(storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }) },
  };
}

/** The checksum that a request asks the store to compute. @throws InvalidRequest for names S3 does not know */
export function requestedAlgorithm(context: Context): ChecksumAlgorithm | undefined {
  const name = header(context, 'x-amz-checksum-algorithm');
  if (name === undefined) return undefined;
  const algorithm = checksumAlgorithm(name);
  if (algorithm === undefined) throw s3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.');
  return algorithm;
}

export type CopySource = { bucket: BucketFiles; meta: ObjectMeta };

/** The object that x-amz-copy-source names. @throws AccessDenied, NoSuchKey, PreconditionFailed, InvalidArgument */
export function findSource(context: Context): CopySource {
  const [source = '', version] = (header(context, 'x-amz-copy-source') ?? '').split('?versionId=');
  const path = percentDecode(source).replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    throw s3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const name = path.slice(0, slash);
  const key = path.slice(slash + 1);
  need(context, 's3:GetObject', arnOf(name, key));
  const bucket = bucketOf(context, name);
  const meta = bucket.head(key);
  if (meta === undefined) throw s3Error('NoSuchKey', undefined, { Key: key });
  if (version !== undefined && version !== (meta.versionId ?? 'null')) throw s3Error('NoSuchVersion');
  const { encryption } = meta;
  const keyMd5 = header(context, 'x-amz-copy-source-server-side-encryption-customer-key-md5');
  if (encryption.kind === 'customer' && encryption.keyMd5 !== keyMd5) throw s3Error('AccessDenied');
  checkReadConditions(context, meta, 'x-amz-copy-source-');
  return { bucket, meta };
}

/** Copies bytes inside the store. */
export async function copyBytes(
  context: Context,
  { bucket, meta }: CopySource,
  range: ByteRange,
  algorithm: ChecksumAlgorithm | undefined,
  writer: RecordWriter,
): Promise<Received> {
  const digests = createDigests(algorithm);
  for await (const chunk of readObjectBytes(context.store, bucket, meta, range)) {
    digests.update(chunk);
    await writer.write(chunk);
  }
  return { size: range.end - range.start, ...digests.finish() };
}

/** A checksum as the XML of replies has it. */
export function checksumXml(checksum: ObjectMeta['checksum']): Record<string, string> {
  if (checksum === undefined) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}
