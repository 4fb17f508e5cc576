/** GetObject, HeadObject and GetObjectAttributes. */
import fs from 'node:fs';
import type { BucketFiles } from '../bucket-files.ts';
import type { ByteRange } from '../conditions.ts';
import { checkReadConditions, readRange } from '../conditions.ts';
import { s3Error } from '../errors.ts';
import type { ObjectMeta } from '../object-meta.ts';
import { readBytesOf } from '../record-file.ts';
import type { Context, Reply, Store } from '../request.ts';
import { arnOf, bucketOf, header, may, needOnObject } from '../request.ts';
import { checksumHeaders, encryptionHeaders, needSameKey } from '../traits.ts';
import type { XmlValue } from '../xml.ts';
import { s3Namespace, writeXml } from '../xml.ts';

/** GetObject. */
export function getObject(context: Context): Reply {
  const { meta, bucket } = findObject(context, 's3:GetObject');
  const { range, headers } = selectBytes(context, meta);
  return {
    status: headers['Content-Range'] === undefined ? 200 : 206,
    headers,
    stream: readObjectBytes(context.store, bucket, meta, range),
  };
}

/** HeadObject: as GetObject, without the bytes. */
export function headObject(context: Context): Reply {
  const { meta } = findObject(context, 's3:GetObject');
  const { headers } = selectBytes(context, meta);
  return { status: headers['Content-Range'] === undefined ? 200 : 206, headers };
}

/** GetObjectAttributes. */
export function getObjectAttributes(context: Context): Reply {
  needOnObject(context, 's3:GetObjectAttributes');
  const { meta } = findObject(context, 's3:GetObject');
  const names = (header(context, 'x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  const { checksum, segments } = meta;
  const values: Record<string, XmlValue> = {
    ETag: meta.etag,
    Checksum:
      checksum === undefined
        ? undefined
        : { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type },
    ObjectParts: segments === undefined ? undefined : { TotalPartsCount: segments.parts.length },
    StorageClass: meta.headers['x-amz-storage-class'] ?? 'STANDARD',
    ObjectSize: meta.size,
  };
  const unknown = names.find((name) => !Object.hasOwn(values, name));
  if (unknown !== undefined) throw s3Error('InvalidArgument', `Invalid attribute name specified: ${unknown}`);
  const chosen = Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
  return {
    status: 200,
    headers: { 'Last-Modified': new Date(meta.lastModified).toUTCString() },
    text: writeXml('GetObjectAttributesResponse', chosen, s3Namespace),
  };
}

/**
 * The object that the request names, after checking right, version, customer key and conditions.
 * @throws NoSuchKey, or AccessDenied in its place for a caller who may not list the bucket, as at S3
 */
export function findObject(context: Context, action: string): { bucket: BucketFiles; meta: ObjectMeta } {
  needOnObject(context, action);
  const bucket = bucketOf(context);
  const meta = bucket.head(context.key);
  if (meta === undefined) {
    if (!may(context, 's3:ListBucket', arnOf(context.bucketName))) throw s3Error('AccessDenied');
    throw s3Error('NoSuchKey', undefined, { Key: context.key });
  }
  const versionId = context.query.get('versionId');
  if (versionId !== undefined && versionId !== (meta.versionId ?? 'null')) throw s3Error('NoSuchVersion');
  needSameKey(context, meta.encryption);
  checkReadConditions(context, meta);
  return { bucket, meta };
}

function selectBytes(
  context: Context,
  meta: ObjectMeta,
): { range: ByteRange; headers: Record<string, string | number | undefined> } {
  const partNumber = context.query.get('partNumber');
  const part = partNumber === undefined ? undefined : partRange(meta, Number(partNumber));
  const range = part ?? readRange(header(context, 'range'), meta.size);
  const { start, end } = range ?? { start: 0, end: meta.size };
  const wantsChecksum = header(context, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const tagCount = Object.keys(meta.tags).length;
  const metadata = Object.entries(meta.metadata).map(
    ([name, value]) => [`x-amz-meta-${name}`, value] as const,
  );
  return {
    range: { start, end },
    headers: {
      ...meta.headers,
      ...Object.fromEntries(metadata),
      ...encryptionHeaders(meta.encryption),
      // A checksum of the whole would read as one of the range.
      ...(wantsChecksum && range === undefined ? checksumHeaders(meta.checksum) : {}),
      ...overrides(context),
      'Accept-Ranges': 'bytes',
      'Content-Length': end - start,
      'Content-Range': range === undefined ? undefined : `bytes ${start}-${end - 1}/${meta.size}`,
      ETag: `"${meta.etag}"`,
      'Last-Modified': new Date(meta.lastModified).toUTCString(),
      'x-amz-version-id': meta.versionId,
      'x-amz-tagging-count': tagCount === 0 ? undefined : tagCount,
      'x-amz-mp-parts-count': part === undefined ? undefined : meta.segments?.parts.length,
    },
  };
}

/** `response-content-type=…` and its like in the query replace the kept headers. */
function overrides(context: Context): Record<string, string> {
  const prefix = 'response-';
  const pairs = [...context.query].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(pairs.map(([name, value]) => [name.slice(prefix.length), value]));
}

function partRange(meta: ObjectMeta, number: number): ByteRange | undefined {
  const parts = meta.segments?.parts ?? [{ number: 1, size: meta.size }];
  const index = meta.segments === undefined ? number - 1 : parts.findIndex((part) => part.number === number);
  const part = parts[index];
  if (part === undefined) throw s3Error('InvalidPartNumber');
  if (meta.segments === undefined) return undefined;
  const start = parts.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + part.size };
}

/** The bytes of an object as it was when `meta` was read; fails when it was replaced before the first byte. */
export async function* readObjectBytes(
  store: Store,
  bucket: BucketFiles,
  meta: ObjectMeta,
  { start, end }: ByteRange,
): AsyncGenerator<Buffer> {
  if (meta.segments !== undefined) {
    yield* store.uploads.read(meta.segments, start, end);
    return;
  }
  const opened = bucket.open(meta.key);
  if (opened === undefined) throw new Error('The object was removed before it was read.');
  try {
    if (opened.meta.etag !== meta.etag) throw new Error('The object was replaced before it was read.');
    yield* readBytesOf(opened.fd, start, end);
  } finally {
    fs.closeSync(opened.fd);
  }
}
