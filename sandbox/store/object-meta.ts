/** What the store remembers of an object or a part: the record in its file. */
import type { Checksum } from './checksums.ts';

/** The headers that S3 keeps with an object and gives back as they came. */
export const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
] as const;

/** Everything about an object that its creator states before the bytes come. */
export type ObjectTraits = {
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without its `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
};

/** `customer`: the client's own key, of which only the MD5 is kept, to refuse readers without it. */
export type Encryption =
  | { readonly kind: 'AES256' }
  | { readonly kind: 'aws:kms' | 'aws:kms:dsse'; readonly keyId: string }
  | { readonly kind: 'customer'; readonly keyMd5: string };

export type ObjectMeta = ObjectTraits & {
  readonly key: string;
  readonly size: number;
  /** Without the quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  readonly checksum: Checksum | undefined;
  readonly versionId: string | undefined;
  /** Of a multipart object: where its bytes are, part by part. Without it they are in the same file. */
  readonly segments: Segments | undefined;
};

export type Segments = {
  readonly uploadId: string;
  readonly parts: readonly { readonly number: number; readonly size: number; readonly checksum?: string }[];
};

export type PartMeta = {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly checksum: Checksum | undefined;
};
