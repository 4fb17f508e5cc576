/** Between the headers of a request or reply and what the store remembers of an object. */
import { createHash } from 'node:crypto';
import { checksumHeader } from './checksums.ts';
import { s3Error } from './errors.ts';
import type { Encryption, ObjectMeta, ObjectTraits } from './object-meta.ts';
import { keptHeaders } from './object-meta.ts';
import type { Context } from './request.ts';
import { header } from './request.ts';
import { parseQuery } from './wire.ts';

const maxMetadataBytes = 2048;
const metaPrefix = 'x-amz-meta-';
const customer = 'x-amz-server-side-encryption-customer-';
const storageClasses = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** @throws MetadataTooLarge, InvalidArgument, InvalidRequest */
export function readTraits(context: Context): ObjectTraits {
  const { headers } = context.wire;
  const kept = keptHeaders.flatMap((name) => {
    const value = name === 'content-encoding' ? storedEncoding(headers.get(name)) : headers.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const storageClass = headers.get('x-amz-storage-class');
  if (storageClass !== undefined && !storageClasses.has(storageClass)) {
    throw s3Error('InvalidArgument', 'The storage class you specified is not valid.');
  }
  const metadata = [...headers].flatMap(([name, value]) =>
    name.startsWith(metaPrefix) ? [[name.slice(metaPrefix.length), value] as const] : [],
  );
  if (
    metadata.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0) >
    maxMetadataBytes
  ) {
    throw s3Error('MetadataTooLarge');
  }
  return {
    headers: { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) },
    metadata: Object.fromEntries(metadata),
    tags: readTags(headers.get('x-amz-tagging')),
    encryption: readEncryption(context),
  };
}

/** aws-chunked is how the bytes travelled, not what they are. */
function storedEncoding(value: string | undefined): string | undefined {
  const encodings = value?.split(',').map((one) => one.trim()) ?? [];
  return encodings.filter((one) => one !== 'aws-chunked' && one !== '').join(',') || undefined;
}

/** Tags as a query string: at most 10, each name once. */
function readTags(text: string | undefined): Record<string, string> {
  return checkTags(parseQuery(text ?? ''));
}

/** @throws InvalidArgument when S3 would not take these tags */
export function checkTags(tags: readonly (readonly [string, string])[]): Record<string, string> {
  const names = new Set(tags.map(([name]) => name));
  const fits = tags.every(([name, value]) => name !== '' && name.length <= 128 && value.length <= 256);
  if (tags.length > 10 || names.size !== tags.length || !fits) {
    throw s3Error('InvalidArgument', 'Tags must be at most 10, with different names of 1 to 128 characters.');
  }
  return Object.fromEntries(tags);
}

function readEncryption(context: Context): Encryption {
  const keyMd5 = readCustomerKey(context);
  if (keyMd5 !== undefined) return { kind: 'customer', keyMd5 };
  const kind = header(context, 'x-amz-server-side-encryption');
  switch (kind) {
    case undefined:
    case 'AES256':
      return { kind: 'AES256' };
    case 'aws:kms':
    case 'aws:kms:dsse': {
      const keyId = header(context, 'x-amz-server-side-encryption-aws-kms-key-id');
      return { kind, keyId: keyId ?? `arn:aws:kms:${context.store.region}:000000000000:alias/aws/s3` };
    }
    default:
      throw s3Error('InvalidArgument', 'The encryption method specified is not supported.');
  }
}

/** The MD5 of the client's own key (SSE-C), checked against the key; undefined when none was sent. */
function readCustomerKey(context: Context): string | undefined {
  const algorithm = header(context, `${customer}algorithm`);
  const key = header(context, `${customer}key`);
  const keyMd5 = header(context, `${customer}key-md5`);
  if (algorithm === undefined && key === undefined && keyMd5 === undefined) return undefined;
  const bytes = Buffer.from(key ?? '', 'base64');
  if (algorithm !== 'AES256' || bytes.length !== 32) {
    throw s3Error(
      'InvalidArgument',
      'Server side encryption with customer keys needs AES256 and a key of 256 bits.',
    );
  }
  if (createHash('md5').update(bytes).digest('base64') !== keyMd5) {
    throw s3Error(
      'InvalidArgument',
      'The calculated MD5 hash of the key did not match the hash that was provided.',
    );
  }
  return keyMd5;
}

/** Refuses to read, or add parts to, what was encrypted with a key that this request does not bring. */
export function needSameKey(context: Context, encryption: Encryption): void {
  const keyMd5 = readCustomerKey(context);
  if (encryption.kind === 'customer' && keyMd5 === undefined) {
    throw s3Error(
      'InvalidRequest',
      'The object was stored with a customer key. Send the same key to read it.',
    );
  }
  if (encryption.kind !== 'customer' && keyMd5 !== undefined) {
    throw s3Error('InvalidRequest', 'The encryption parameters are not applicable to this object.');
  }
  if (encryption.kind === 'customer' && keyMd5 !== encryption.keyMd5) throw s3Error('AccessDenied');
}

/** The ETag of bytes: their MD5, except under keys that are not S3's own, where AWS makes it something else. */
export function etagOf(md5: Buffer, encryption: Encryption): string {
  if (encryption.kind === 'AES256') return md5.toString('hex');
  return createHash('md5').update(encryption.kind).update(md5).digest('hex');
}

/** The headers that tell how an object is encrypted. */
export function encryptionHeaders(encryption: Encryption): Record<string, string> {
  switch (encryption.kind) {
    case 'AES256':
      return { 'x-amz-server-side-encryption': 'AES256' };
    case 'customer':
      return { [`${customer}algorithm`]: 'AES256', [`${customer}key-MD5`]: encryption.keyMd5 };
    case 'aws:kms':
    case 'aws:kms:dsse':
      return {
        'x-amz-server-side-encryption': encryption.kind,
        'x-amz-server-side-encryption-aws-kms-key-id': encryption.keyId,
      };
  }
}

/** The headers that tell an object's checksum. */
export function checksumHeaders(checksum: ObjectMeta['checksum']): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The reply headers of everything that creates an object. */
export function createdHeaders(
  meta: Pick<ObjectMeta, 'etag' | 'checksum' | 'encryption' | 'versionId'>,
): Record<string, string | undefined> {
  return {
    ETag: `"${meta.etag}"`,
    'x-amz-version-id': meta.versionId,
    ...checksumHeaders(meta.checksum),
    ...encryptionHeaders(meta.encryption),
  };
}
