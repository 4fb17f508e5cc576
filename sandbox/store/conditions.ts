/** Conditional requests and ranges. */
import { s3Error } from './errors.ts';
import type { ObjectMeta } from './object-meta.ts';
import type { Context } from './request.ts';
import { header } from './request.ts';

type Existing = Pick<ObjectMeta, 'etag' | 'lastModified'> | undefined;

/**
 * The guard of a write: throws when If-Match or If-None-Match forbids to replace `existing`.
 * @throws PreconditionFailed, NoSuchKey (If-Match and nothing there), NotImplemented (other forms, as at S3)
 */
export function createWriteGuard(context: Context): (existing: Existing) => void {
  const noneMatch = header(context, 'if-none-match');
  const match = header(context, 'if-match');
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw s3Error('NotImplemented', 'If-None-Match on a write only supports *.');
  }
  return (existing) => {
    if (noneMatch !== undefined && existing !== undefined) {
      throw s3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
    }
    if (match === undefined) return;
    if (existing === undefined) throw s3Error('NoSuchKey');
    if (!namesEtag(match, existing.etag)) {
      throw s3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
    }
  };
}

/**
 * Checks the conditions of a read in the order of RFC 9110.
 * @param prefix `x-amz-copy-source-` for the conditions on a copy's source
 * @throws PreconditionFailed, NotModified (a 304)
 */
export function checkReadConditions(context: Context, meta: NonNullable<Existing>, prefix = ''): void {
  const value = (name: string): string | undefined => header(context, `${prefix}${name}`);
  // HTTP dates have whole seconds.
  const modified = Math.floor(meta.lastModified / 1000) * 1000;
  const match = value('if-match');
  const noneMatch = value('if-none-match');
  const unmodifiedSince = Date.parse(value('if-unmodified-since') ?? '');
  const modifiedSince = Date.parse(value('if-modified-since') ?? '');
  if (match !== undefined ? !namesEtag(match, meta.etag) : modified > unmodifiedSince) {
    throw s3Error('PreconditionFailed');
  }
  if (noneMatch !== undefined ? namesEtag(noneMatch, meta.etag) : modified <= modifiedSince) {
    if (prefix !== '') throw s3Error('PreconditionFailed');
    throw s3Error('NotModified', undefined, {}, { ETag: `"${meta.etag}"` });
  }
}

function namesEtag(list: string, etag: string): boolean {
  return list.split(',').some((one) => {
    const text = one.trim().replace(/^W\//, '');
    return text === '*' || text === etag || text === `"${etag}"`;
  });
}

/** Bytes `start` (included) to `end` (not included). */
export type ByteRange = { start: number; end: number };

/**
 * Reads a Range header for `size` bytes; undefined means all of them (no header, or one that is not understood,
 * several ranges among those, which S3 ignores).
 * @throws InvalidRange (416) when it begins behind the end
 */
export function readRange(text: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start < end) return { start, end };
  const details = { RangeRequested: text ?? '', ActualObjectSize: String(size) };
  throw s3Error('InvalidRange', undefined, details, {
    'Content-Range': `bytes */${size}`,
  });
}
