/** ListObjects (both versions), ListMultipartUploads and ListParts. */
import { s3Error } from '../errors.ts';
import type { Page, PageEntry } from '../object-index.ts';
import { afterMarker, createSortedKeys, fromByteText, toByteText } from '../object-index.ts';
import type { Context, Reply } from '../request.ts';
import { arnOf, bucketOf, need, needOnObject } from '../request.ts';
import type { Upload } from '../upload-files.ts';
import { percentEncode } from '../wire.ts';
import type { XmlValue } from '../xml.ts';
import { s3Namespace, writeXml } from '../xml.ts';
import { checksumXml } from './copy-object.ts';
import { uploadOf } from './multipart.ts';

const pageLimit = 1000;

type ListQuery = {
  prefix: string;
  delimiter: string;
  limit: number;
  encode: (text: string) => string;
  encoding: string | undefined;
};

function readListQuery(context: Context, action: string, limitName: string): ListQuery {
  const text = (name: string): string => context.query.get(name) ?? '';
  // Policies can ask for these of a list of objects alone (Service Authorization Reference, Amazon S3).
  const facts =
    action === 's3:ListBucket'
      ? { 's3:prefix': text('prefix'), 's3:delimiter': text('delimiter'), 's3:max-keys': text('max-keys') }
      : {};
  const known = Object.entries(facts).filter(([name]) => context.query.has(name.slice('s3:'.length)));
  need(context, action, arnOf(context.bucketName), Object.fromEntries(known));
  const encoding = context.query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url')
    throw s3Error('InvalidArgument', 'Invalid Encoding Method');
  return {
    prefix: text('prefix'),
    delimiter: text('delimiter'),
    limit: readLimit(context, limitName),
    encoding,
    encode:
      encoding === undefined ? (value) => value : (value) => percentEncode(value).replaceAll('%2F', '/'),
  };
}

function readLimit(context: Context, name: string): number {
  const value = Number(context.query.get(name) ?? pageLimit);
  if (!Number.isInteger(value) || value < 0)
    throw s3Error('InvalidArgument', `${name} must not be negative.`);
  return Math.min(value, pageLimit);
}

/** ListObjectsV2. */
export async function listObjectsV2(context: Context): Promise<Reply> {
  const query = readListQuery(context, 's3:ListBucket', 'max-keys');
  const token = context.query.get('continuation-token');
  const startAfter = context.query.get('start-after');
  const after =
    token === undefined ? toByteText(startAfter ?? '') : Buffer.from(token, 'base64').toString('latin1');
  const page = await objectPage(context, query, after);
  const entries = pageXml(context, page, query, context.query.get('fetch-owner') === 'true');
  const result: XmlValue = {
    ...listHead(context, query),
    KeyCount: page.entries.length,
    MaxKeys: query.limit,
    ContinuationToken: token,
    StartAfter: startAfter === undefined ? undefined : query.encode(startAfter),
    IsTruncated: page.next !== undefined,
    NextContinuationToken:
      page.next === undefined ? undefined : Buffer.from(page.next, 'latin1').toString('base64'),
    ...entries,
  };
  return { status: 200, text: writeXml('ListBucketResult', result, s3Namespace) };
}

/** ListObjects, the first version. */
export async function listObjects(context: Context): Promise<Reply> {
  const query = readListQuery(context, 's3:ListBucket', 'max-keys');
  const marker = context.query.get('marker') ?? '';
  const page = await objectPage(context, query, toByteText(afterMarker(marker, query.delimiter)));
  const last = page.entries.at(-1);
  const result: XmlValue = {
    ...listHead(context, query),
    MaxKeys: query.limit,
    Marker: query.encode(marker),
    IsTruncated: page.next !== undefined,
    NextMarker:
      page.next === undefined || last === undefined || query.delimiter === ''
        ? undefined
        : query.encode(fromByteText(last.text)),
    ...pageXml(context, page, query, true),
  };
  return { status: 200, text: writeXml('ListBucketResult', result, s3Namespace) };
}

async function objectPage(context: Context, query: ListQuery, after: string): Promise<Page> {
  const keys = await bucketOf(context).keys();
  if (query.limit === 0) return { entries: [], next: undefined };
  const { limit } = query;
  return keys.page({
    prefix: toByteText(query.prefix),
    delimiter: toByteText(query.delimiter),
    after,
    limit,
  });
}

function listHead(context: Context, query: ListQuery): Record<string, XmlValue> {
  return {
    Name: context.bucketName,
    Prefix: query.encode(query.prefix),
    Delimiter: query.delimiter === '' ? undefined : query.encode(query.delimiter),
    EncodingType: query.encoding,
  };
}

function pageXml(
  context: Context,
  page: Page,
  query: ListQuery,
  withOwner: boolean,
): Record<string, XmlValue> {
  const bucket = bucketOf(context);
  const contents = namesOf(page.entries, 'key').flatMap((key): XmlValue[] => {
    const meta = bucket.head(key);
    if (meta === undefined) return [];
    return [
      {
        Key: query.encode(key),
        LastModified: new Date(meta.lastModified).toISOString(),
        ETag: `"${meta.etag}"`,
        ChecksumAlgorithm: meta.checksum?.algorithm,
        ChecksumType: meta.checksum?.type,
        Size: meta.size,
        Owner: withOwner ? owner(context) : undefined,
        StorageClass: meta.headers['x-amz-storage-class'] ?? 'STANDARD',
      },
    ];
  });
  const prefixes = namesOf(page.entries, 'prefix').map((prefix) => ({ Prefix: query.encode(prefix) }));
  return { Contents: contents, CommonPrefixes: prefixes };
}

function namesOf(entries: readonly PageEntry[], kind: PageEntry['kind']): string[] {
  return entries.filter((entry) => entry.kind === kind).map((entry) => fromByteText(entry.text));
}

function owner(context: Context): XmlValue {
  return { ID: context.store.credentials.accessKeyId };
}

/** ListMultipartUploads. */
export function listMultipartUploads(context: Context): Reply {
  const query = readListQuery(context, 's3:ListBucketMultipartUploads', 'max-uploads');
  const keyMarker = context.query.get('key-marker') ?? '';
  const idMarker = context.query.get('upload-id-marker') ?? '';
  // The index sorts by bytes; the start and the id behind the key keep uploads of one key in order, and apart.
  const uploads = new Map(
    context.store.uploads.list(bucketOf(context).name).map((one) => [sortText(one), one]),
  );
  const marker = [...uploads.values()].find((one) => one.key === keyMarker && one.id === idMarker);
  const after = marker === undefined ? afterKey(keyMarker, query.delimiter) : sortText(marker);
  const page = createSortedKeys([...uploads.keys()]).page({
    prefix: toByteText(query.prefix),
    delimiter: toByteText(query.delimiter),
    after,
    limit: Math.max(1, query.limit),
  });
  const last = page.next === undefined ? undefined : uploads.get(page.next);
  const lastPrefix = page.entries.at(-1)?.text ?? '';
  const result: XmlValue = {
    Bucket: context.bucketName,
    KeyMarker: query.encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: page.next === undefined ? undefined : query.encode(last?.key ?? fromByteText(lastPrefix)),
    NextUploadIdMarker: last?.id,
    Prefix: query.encode(query.prefix),
    Delimiter: query.delimiter === '' ? undefined : query.encode(query.delimiter),
    EncodingType: query.encoding,
    MaxUploads: query.limit,
    IsTruncated: page.next !== undefined,
    Upload: page.entries.flatMap(({ kind, text }) => {
      const upload = kind === 'key' ? uploads.get(text) : undefined;
      return upload === undefined ? [] : [uploadXml(context, upload, query)];
    }),
    CommonPrefixes: namesOf(page.entries, 'prefix').map((prefix) => ({ Prefix: query.encode(prefix) })),
  };
  return { status: 200, text: writeXml('ListMultipartUploadsResult', result, s3Namespace) };
}

function sortText(upload: Upload): string {
  return `${toByteText(upload.key)}\0${String(upload.initiatedAt).padStart(16, '0')}\0${upload.id}`;
}

/** Behind all uploads of this key, or of this common prefix. */
function afterKey(marker: string, delimiter: string): string {
  if (marker === '') return '';
  const text = toByteText(afterMarker(marker, delimiter));
  return text === toByteText(marker) ? `${text}\0\u00ff` : text;
}

function uploadXml(context: Context, upload: Upload, query: ListQuery): XmlValue {
  return {
    Key: query.encode(upload.key),
    UploadId: upload.id,
    Initiator: owner(context),
    Owner: owner(context),
    StorageClass: upload.traits.headers['x-amz-storage-class'] ?? 'STANDARD',
    Initiated: new Date(upload.initiatedAt).toISOString(),
    ChecksumAlgorithm: upload.checksum?.algorithm,
    ChecksumType: upload.checksum?.type,
  };
}

/** ListParts. */
export function listParts(context: Context): Reply {
  needOnObject(context, 's3:ListMultipartUploadParts');
  const upload = uploadOf(context);
  const limit = readLimit(context, 'max-parts');
  const marker = Number(context.query.get('part-number-marker') ?? 0);
  const parts = [...context.store.uploads.parts(upload.id).values()].filter((part) => part.number > marker);
  const page = parts.slice(0, limit);
  const result: XmlValue = {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    Initiator: owner(context),
    Owner: owner(context),
    StorageClass: upload.traits.headers['x-amz-storage-class'] ?? 'STANDARD',
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: page.length < parts.length,
    ChecksumAlgorithm: upload.checksum?.algorithm,
    ChecksumType: upload.checksum?.type,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.lastModified).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...checksumXml(part.checksum),
      ChecksumType: undefined,
    })),
  };
  return { status: 200, text: writeXml('ListPartsResult', result, s3Namespace) };
}
