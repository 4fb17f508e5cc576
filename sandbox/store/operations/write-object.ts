/** PutObject, and the steps that every way of creating an object shares. */
import { randomBytes } from 'node:crypto';
import type { BucketFiles } from '../bucket-files.ts';
import { createWriteGuard } from '../conditions.ts';
import type { ObjectMeta, ObjectTraits, Segments } from '../object-meta.ts';
import type { Received } from '../payload.ts';
import { receivePayload } from '../payload.ts';
import type { RecordWriter } from '../record-file.ts';
import { openRecordWriter } from '../record-file.ts';
import type { Context, Reply } from '../request.ts';
import { bucketOf, header, needOnObject } from '../request.ts';
import { createdHeaders, etagOf, readTraits } from '../traits.ts';

/** PutObject. Whatever can be refused is refused before the body is asked for. */
export async function putObject(context: Context): Promise<Reply> {
  needOnObject(context, 's3:PutObject');
  if (header(context, 'x-amz-tagging') !== undefined) needOnObject(context, 's3:PutObjectTagging');
  const bucket = bucketOf(context);
  const traits = readTraits(context);
  const guard = createWriteGuard(context);
  guard(bucket.head(context.key));
  const meta = await writeObject(context, { bucket, key: context.key, traits, guard }, (writer) =>
    receivePayload(context, (chunk) => writer.write(chunk)),
  );
  return { status: 200, headers: createdHeaders(meta) };
}

type NewObject = {
  bucket: BucketFiles;
  key: string;
  traits: ObjectTraits;
  guard: (existing: ObjectMeta | undefined) => void;
};

/** Writes an object whose bytes `fill` brings; nothing is seen of it until all of it is there. */
export async function writeObject(
  context: Context,
  object: NewObject,
  fill: (writer: RecordWriter) => Promise<Received>,
): Promise<ObjectMeta> {
  return withWriter(context, async (writer) => {
    const { size, md5, checksum } = await fill(writer);
    const etag = etagOf(md5, object.traits.encryption);
    const meta = describeObject(context, object, { size, etag, checksum, segments: undefined });
    await commitObject(context, object, meta, await writer.finish(meta));
    return meta;
  });
}

/** Runs `work` with a new file, which is removed when the work fails. */
export async function withWriter<T>(
  context: Context,
  work: (writer: RecordWriter) => Promise<T>,
): Promise<T> {
  const writer = await openRecordWriter(context.store.tempDir, context.store.durable);
  try {
    return await work(writer);
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** The record of an object that is about to be committed. */
export function describeObject(
  context: Context,
  { bucket, key, traits }: Omit<NewObject, 'guard'>,
  body: Pick<ObjectMeta, 'size' | 'etag' | 'checksum'> & { segments: Segments | undefined },
): ObjectMeta {
  const versioned = bucket.settings().versioning === 'Enabled';
  return {
    ...traits,
    ...body,
    key,
    lastModified: context.now,
    versionId: versioned ? randomBytes(16).toString('hex') : undefined,
  };
}

/** Renames a finished file into place if the guard allows, and lets go of what it replaced. */
export async function commitObject(
  context: Context,
  { bucket, guard }: Pick<NewObject, 'bucket' | 'guard'>,
  meta: ObjectMeta,
  file: string,
): Promise<void> {
  const replaced = bucket.commit(meta, file, guard);
  if (context.store.durable) await bucket.sync(meta.key);
  const old = replaced?.segments?.uploadId;
  if (old !== undefined && old !== meta.segments?.uploadId) context.store.uploads.release(old);
}
