/** Buckets and their settings. */
import type { BucketSettings } from '../bucket-files.ts';
import type { S3Code } from '../errors.ts';
import { s3Error } from '../errors.ts';
import { receiveDocument } from '../payload.ts';
import type { Context, Reply } from '../request.ts';
import { arnOf, bucketOf, header, need } from '../request.ts';
import { childText, readXml, s3Namespace, writeXml } from '../xml.ts';

/** ListBuckets. */
export function listBuckets(context: Context): Reply {
  need(context, 's3:ListAllMyBuckets', '*');
  const Bucket = context.store.buckets.list().map((bucket) => ({
    Name: bucket.name,
    CreationDate: new Date(bucket.settings().createdAt).toISOString(),
  }));
  const result = { Owner: { ID: context.store.credentials.accessKeyId }, Buckets: { Bucket } };
  return { status: 200, text: writeXml('ListAllMyBucketsResult', result, s3Namespace) };
}

/** CreateBucket. */
export async function createBucket(context: Context): Promise<Reply> {
  const { bucketName, store } = context;
  need(context, 's3:CreateBucket', arnOf(bucketName));
  // The configuration that may come along names a region; there is only one here.
  if (header(context, 'content-length') !== undefined) await receiveDocument(context);
  checkBucketName(bucketName);
  if (store.buckets.find(bucketName) !== undefined) throw s3Error('BucketAlreadyOwnedByYou');
  store.buckets.create(bucketName, context.now);
  return { status: 200, headers: { Location: `/${bucketName}` } };
}

/** @throws InvalidBucketName for names S3 would not take (which also keeps them inside the store's folder) */
export function checkBucketName(name: string): void {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..')) return;
  throw s3Error('InvalidBucketName', undefined, { BucketName: name });
}

/** HeadBucket. */
export function headBucket(context: Context): Reply {
  need(context, 's3:ListBucket', arnOf(context.bucketName));
  bucketOf(context);
  return { status: 200, headers: { 'x-amz-bucket-region': context.store.region } };
}

/** DeleteBucket. */
export async function deleteBucket(context: Context): Promise<Reply> {
  need(context, 's3:DeleteBucket', arnOf(context.bucketName));
  const bucket = bucketOf(context);
  const empty = await bucket.isEmpty();
  if (!empty || context.store.uploads.list(bucket.name).length > 0) throw s3Error('BucketNotEmpty');
  context.store.buckets.remove(bucket.name);
  return { status: 204 };
}

/** GetBucketLocation. */
export function getBucketLocation(context: Context): Reply {
  need(context, 's3:GetBucketLocation', arnOf(context.bucketName));
  bucketOf(context);
  const region = context.store.region === 'us-east-1' ? '' : context.store.region;
  return { status: 200, text: writeXml('LocationConstraint', region, s3Namespace) };
}

/** GetBucketVersioning. */
export function getBucketVersioning(context: Context): Reply {
  need(context, 's3:GetBucketVersioning', arnOf(context.bucketName));
  const Status = bucketOf(context).settings().versioning;
  return { status: 200, text: writeXml('VersioningConfiguration', { Status }, s3Namespace) };
}

/** PutBucketVersioning: objects get version ids from then on. Only the last version of each is kept. */
export async function putBucketVersioning(context: Context): Promise<Reply> {
  need(context, 's3:PutBucketVersioning', arnOf(context.bucketName));
  const bucket = bucketOf(context);
  const { text } = await receiveDocument(context);
  const status = childText(readXml(text, 'VersioningConfiguration'), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw s3Error('MalformedXML');
  bucket.configure({ ...bucket.settings(), versioning: status });
  return { status: 200 };
}

/** The settings that are kept and given back, and, for CORS, applied. */
type Document = {
  field: 'lifecycle' | 'cors';
  root: string;
  action: string;
  missing: S3Code;
};

export const lifecycle: Document = {
  field: 'lifecycle',
  root: 'LifecycleConfiguration',
  action: 'LifecycleConfiguration',
  missing: 'NoSuchLifecycleConfiguration',
};

export const cors: Document = {
  field: 'cors',
  root: 'CORSConfiguration',
  action: 'BucketCORS',
  missing: 'NoSuchCORSConfiguration',
};

/** Handler that stores a document. */
export function putDocument({ field, root, action }: Document): (context: Context) => Promise<Reply> {
  return async (context) => {
    need(context, `s3:Put${action}`, arnOf(context.bucketName));
    const bucket = bucketOf(context);
    const { text } = await receiveDocument(context);
    readXml(text, root);
    bucket.configure({ ...bucket.settings(), [field]: text });
    return { status: 200 };
  };
}

/** Handler that returns a document. */
export function getDocument({ field, action, missing }: Document): (context: Context) => Reply {
  return (context) => {
    need(context, `s3:Get${action}`, arnOf(context.bucketName));
    const text = bucketOf(context).settings()[field];
    if (text === undefined) throw s3Error(missing);
    return { status: 200, text };
  };
}

/** Handler that forgets a document. */
export function deleteDocument({ field, action }: Document): (context: Context) => Reply {
  return (context) => {
    need(context, `s3:Put${action}`, arnOf(context.bucketName));
    const bucket = bucketOf(context);
    const settings: Record<string, unknown> = { ...bucket.settings() };
    delete settings[field];
    bucket.configure(settings as BucketSettings);
    return { status: 204 };
  };
}
