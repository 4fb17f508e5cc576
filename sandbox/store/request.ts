/** What a handler gets and gives back. */
import type { Access, Policy } from './policy.ts';
import { isAllowed } from './policy.ts';
import type { ChunkVerifier } from './aws-chunked.ts';
import type { BucketFiles, Buckets } from './bucket-files.ts';
import { s3Error } from './errors.ts';
import type { Sessions } from './sessions.ts';
import type { UploadFiles } from './upload-files.ts';
import type { WireRequest } from './wire.ts';

/** Everything that lives as long as the store. */
export type Store = {
  readonly region: string;
  readonly durable: boolean;
  /** Where files are written before they are renamed into place. */
  readonly tempDir: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly sessions: Sessions;
  readonly buckets: Buckets;
  readonly uploads: UploadFiles;
};

export type Identity = { readonly accessKeyId: string; readonly policy: Policy | undefined };

/** How the body was signed, which says how to read and verify it. */
export type PayloadMode =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'sha256'; readonly hex: string }
  | { readonly kind: 'chunked'; readonly verifier: ChunkVerifier | undefined; readonly trailer: boolean };

/** A verified request. */
export type Context = {
  readonly store: Store;
  readonly wire: WireRequest;
  /** Empty where the path names none. */
  readonly bucketName: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly identity: Identity;
  readonly payload: PayloadMode;
  readonly now: number;
  readonly requestId: string;
  /** The bytes of the wire. Asking for them is what sends `100 Continue`. */
  readonly openBody: () => AsyncIterable<Buffer>;
  /** A fault: say that the body's checksum is wrong, though it is right. */
  readonly claimWrongChecksum: boolean;
};

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** XML or other text. */
  readonly text?: string;
  /** Bytes, with their Content-Length among the headers. */
  readonly stream?: AsyncIterable<Buffer>;
};
export type Handler = (context: Context) => Promise<Reply> | Reply;

/** A header's value; undefined when it was not sent. */
export function header(context: Context, name: string): string | undefined {
  return context.wire.headers.get(name);
}

/** `arn:aws:s3:::bucket/key`, or of the bucket alone. */
export function arnOf(bucket: string, key?: string): string {
  return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}

/** Whether the caller may do this. */
export function may(context: Context, action: string, resource: string, facts: Facts = {}): boolean {
  const { policy } = context.identity;
  if (policy === undefined) return true;
  const access: Access = { action, resource, context: new Map(Object.entries(facts)) };
  return isAllowed(policy, access);
}
type Facts = Readonly<Record<string, string>>;

/** @throws AccessDenied when the caller may not */
export function need(context: Context, action: string, resource: string, facts: Facts = {}): void {
  if (!may(context, action, resource, facts)) {
    throw s3Error('AccessDenied', `No session policy allows ${action} on resource ${resource}.`);
  }
}

/** `need` for the object that the request names. */
export function needOnObject(context: Context, action: string): void {
  need(context, action, arnOf(context.bucketName, context.key));
}

/** @throws NoSuchBucket */
export function bucketOf(context: Context, name: string = context.bucketName): BucketFiles {
  const bucket = context.store.buckets.find(name);
  if (bucket === undefined) throw s3Error('NoSuchBucket', undefined, { BucketName: name });
  return bucket;
}
