/** Which operation a request asks for, and who does it. */
import { s3Error } from './errors.ts';
import * as buckets from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart.ts';
import { copyObject } from './operations/copy-object.ts';
import {
  deleteObject,
  deleteObjects,
  deleteObjectTagging,
  getObjectTagging,
  putObjectTagging,
} from './operations/delete-object.ts';
import { listMultipartUploads, listObjects, listObjectsV2, listParts } from './operations/list.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from './operations/multipart.ts';
import { getObject, getObjectAttributes, headObject } from './operations/read-object.ts';
import { putObject } from './operations/write-object.ts';
import type { Handler } from './request.ts';
import type { WireRequest } from './wire.ts';
import { percentDecode } from './wire.ts';

/** The signed operations by S3's names for them. */
export const handlers = {
  ListBuckets: buckets.listBuckets,
  CreateBucket: buckets.createBucket,
  HeadBucket: buckets.headBucket,
  DeleteBucket: buckets.deleteBucket,
  GetBucketLocation: buckets.getBucketLocation,
  GetBucketVersioning: buckets.getBucketVersioning,
  PutBucketVersioning: buckets.putBucketVersioning,
  GetBucketLifecycleConfiguration: buckets.getDocument(buckets.lifecycle),
  PutBucketLifecycleConfiguration: buckets.putDocument(buckets.lifecycle),
  DeleteBucketLifecycle: buckets.deleteDocument(buckets.lifecycle),
  GetBucketCors: buckets.getDocument(buckets.cors),
  PutBucketCors: buckets.putDocument(buckets.cors),
  DeleteBucketCors: buckets.deleteDocument(buckets.cors),
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectAttributes: getObjectAttributes,
  DeleteObject: deleteObject,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
} as const satisfies Record<string, Handler>;

/** `Preflight` and `PostObject` are the two that carry no signature in their head. */
export type Operation = keyof typeof handlers | 'Preflight' | 'PostObject';
export type Target = { operation: Operation; bucketName: string; key: string };

const maxKeyBytes = 1024;
/** Sub-resources of S3 that this store does not have: answering as if they were not there would lie. */
const unknownSubResources = new Set([
  ...['accelerate', 'acl', 'analytics', 'encryption', 'intelligent-tiering', 'inventory', 'legal-hold'],
  ...['logging', 'metrics', 'notification', 'object-lock', 'ownershipControls', 'policy', 'policyStatus'],
  ...['publicAccessBlock', 'replication', 'requestPayment', 'restore', 'retention', 'select', 'torrent'],
  ...['versions', 'website'],
]);

/**
 * Takes path-style addresses apart: `/bucket/key`.
 * @throws InvalidURI, KeyTooLongError, MethodNotAllowed, NotImplemented
 */
export function routeRequest(wire: WireRequest): Target {
  const path = percentDecode(wire.rawPath);
  const slash = path.indexOf('/', 1);
  const bucketName = path.slice(1, slash === -1 ? undefined : slash);
  const key = slash === -1 ? '' : path.slice(slash + 1);
  if (Buffer.byteLength(key) > maxKeyBytes) {
    throw s3Error('KeyTooLongError', undefined, { MaxSizeAllowed: String(maxKeyBytes) });
  }
  const query = new Set(wire.query.map(([name]) => name));
  const unknown = [...query].find((name) => unknownSubResources.has(name));
  if (unknown !== undefined) throw s3Error('NotImplemented', `This store does not implement ?${unknown}.`);
  const operation = operationOf(wire, bucketName, key, query);
  if (operation === undefined) throw s3Error('MethodNotAllowed', undefined, { Method: wire.method });
  return { operation, bucketName, key };
}

function operationOf(
  wire: WireRequest,
  bucketName: string,
  key: string,
  query: ReadonlySet<string>,
): Operation | undefined {
  if (wire.method === 'OPTIONS') return 'Preflight';
  if (bucketName === '') return wire.method === 'GET' ? 'ListBuckets' : undefined;
  return key === '' ? bucketOperation(wire, query) : objectOperation(wire, query);
}

function bucketOperation(wire: WireRequest, query: ReadonlySet<string>): Operation | undefined {
  switch (wire.method) {
    case 'GET':
      if (query.has('location')) return 'GetBucketLocation';
      if (query.has('versioning')) return 'GetBucketVersioning';
      if (query.has('lifecycle')) return 'GetBucketLifecycleConfiguration';
      if (query.has('cors')) return 'GetBucketCors';
      if (query.has('uploads')) return 'ListMultipartUploads';
      return query.has('list-type') ? 'ListObjectsV2' : 'ListObjects';
    case 'PUT':
      if (query.has('versioning')) return 'PutBucketVersioning';
      if (query.has('lifecycle')) return 'PutBucketLifecycleConfiguration';
      return query.has('cors') ? 'PutBucketCors' : 'CreateBucket';
    case 'HEAD':
      return 'HeadBucket';
    case 'DELETE':
      if (query.has('lifecycle')) return 'DeleteBucketLifecycle';
      return query.has('cors') ? 'DeleteBucketCors' : 'DeleteBucket';
    case 'POST':
      if (query.has('delete')) return 'DeleteObjects';
      return wire.headers.get('content-type')?.startsWith('multipart/form-data') ? 'PostObject' : undefined;
    default:
      return undefined;
  }
}

function objectOperation(wire: WireRequest, query: ReadonlySet<string>): Operation | undefined {
  const copies = wire.headers.has('x-amz-copy-source');
  switch (wire.method) {
    case 'GET':
      if (query.has('uploadId')) return 'ListParts';
      if (query.has('tagging')) return 'GetObjectTagging';
      return query.has('attributes') ? 'GetObjectAttributes' : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      if (query.has('uploadId')) return copies ? 'UploadPartCopy' : 'UploadPart';
      if (query.has('tagging')) return 'PutObjectTagging';
      return copies ? 'CopyObject' : 'PutObject';
    case 'POST':
      if (query.has('uploads')) return 'CreateMultipartUpload';
      return query.has('uploadId') ? 'CompleteMultipartUpload' : undefined;
    case 'DELETE':
      if (query.has('uploadId')) return 'AbortMultipartUpload';
      return query.has('tagging') ? 'DeleteObjectTagging' : 'DeleteObject';
    default:
      return undefined;
  }
}
