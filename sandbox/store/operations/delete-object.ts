/** DeleteObject, DeleteObjects and the tags of objects. */
import type { BucketFiles } from '../bucket-files.ts';
import { createWriteGuard } from '../conditions.ts';
import { S3Error, s3Error } from '../errors.ts';
import { receiveDocument } from '../payload.ts';
import type { Context, Reply } from '../request.ts';
import { arnOf, bucketOf, header, need, needOnObject } from '../request.ts';
import { checkTags } from '../traits.ts';
import type { XmlValue } from '../xml.ts';
import { childText, readXml, s3Namespace, writeXml } from '../xml.ts';
import { findObject, readObjectBytes } from './read-object.ts';
import { commitObject, withWriter } from './write-object.ts';

/** DeleteObject: says 204 whether or not there was anything, or another version than the one named. */
export function deleteObject(context: Context): Reply {
  needOnObject(context, 's3:DeleteObject');
  const guard = createWriteGuard(context);
  const versionId = context.query.get('versionId');
  const current = bucketOf(context).head(context.key)?.versionId ?? 'null';
  if (versionId !== undefined && versionId !== current) return { status: 204 };
  remove(context, bucketOf(context), context.key, (existing) => existing && guard(existing));
  return { status: 204 };
}

function remove(
  context: Context,
  bucket: BucketFiles,
  key: string,
  guard: Parameters<BucketFiles['remove']>[1],
): void {
  const removed = bucket.remove(key, guard);
  if (removed?.segments !== undefined) context.store.uploads.release(removed.segments.uploadId);
}

/** DeleteObjects: each key stands or falls alone. */
export async function deleteObjects(context: Context): Promise<Reply> {
  const bucket = bucketOf(context);
  const { text, received } = await receiveDocument(context);
  if (header(context, 'content-md5') === undefined && received.checksum === undefined) {
    throw s3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  const document = readXml(text, 'Delete');
  const keys = (document.children.get('Object') ?? []).map((object) => childText(object, 'Key'));
  if (keys.length === 0 || keys.length > 1000) throw s3Error('MalformedXML', 'Name 1 to 1000 objects.');
  const quiet = childText(document, 'Quiet') === 'true';
  const deleted: XmlValue[] = [];
  const failed: XmlValue[] = [];
  for (const key of keys) {
    if (key === undefined) throw s3Error('MalformedXML', 'An object has no key.');
    try {
      need(context, 's3:DeleteObject', arnOf(bucket.name, key));
      remove(context, bucket, key, () => undefined);
      if (!quiet) deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      failed.push({ Key: key, Code: error.code, Message: error.message });
    }
  }
  return { status: 200, text: writeXml('DeleteResult', { Deleted: deleted, Error: failed }, s3Namespace) };
}

/** GetObjectTagging. */
export function getObjectTagging(context: Context): Reply {
  const { meta } = findObject(context, 's3:GetObjectTagging');
  const tags = Object.entries(meta.tags).map(([Key, Value]) => ({ Key, Value }));
  return { status: 200, text: writeXml('Tagging', { TagSet: { Tag: tags } }, s3Namespace) };
}

/** PutObjectTagging. */
export async function putObjectTagging(context: Context): Promise<Reply> {
  needOnObject(context, 's3:PutObjectTagging');
  const document = readXml((await receiveDocument(context)).text, 'Tagging');
  const tags = (document.children.get('TagSet')?.[0]?.children.get('Tag') ?? []).map(
    (tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? ''] as const,
  );
  await retag(context, 's3:PutObjectTagging', checkTags(tags));
  return { status: 200 };
}

/** DeleteObjectTagging. */
export async function deleteObjectTagging(context: Context): Promise<Reply> {
  await retag(context, 's3:DeleteObjectTagging', {});
  return { status: 204 };
}

/** Tags live in the object's file (see [Note: One file, one rename]): new tags mean a new file. */
async function retag(context: Context, action: string, tags: Record<string, string>): Promise<void> {
  const { bucket, meta } = findObject(context, action);
  await withWriter(context, async (writer) => {
    const inline = meta.segments === undefined ? meta.size : 0;
    for await (const chunk of readObjectBytes(context.store, bucket, meta, { start: 0, end: inline })) {
      await writer.write(chunk);
    }
    const tagged = { ...meta, tags };
    const guard = (existing: { etag: string } | undefined): void => {
      if (existing?.etag !== meta.etag) throw s3Error('ConditionalRequestConflict');
    };
    await commitObject(context, { bucket, guard }, tagged, await writer.finish(tagged));
  });
}
