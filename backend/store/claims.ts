/**
 * What a client claims of an object, and whether the object that the store holds bears it out. Pure.
 *
 * [Note: What a checksum proves] The store has compared the bytes it took with a checksum that came with them,
 * and keeps that checksum. In one piece (SHA256) it is the hash of the whole: it equals the claimed identity, or
 * the photo is refused, so the object is proven to have this content. In parts the store knows the digest of each
 * part and the digest of those digests: the client tells the parts, and the composite is computed again. That
 * proves that the object is made of exactly these parts; that they belong to the claimed SHA-256 rests on the
 * client, which computed both in one pass over the file. With MD5 the same holds for the object as a whole.
 */
import { createHash } from 'node:crypto';

export interface Claim {
  /** 64 lower-case hex digits: the identity of the photo. */
  sha256: string;
  /** Bytes. */
  size: number;
  key: string;
  contentType: string;
  /** Base64; where the store keeps MD5 and the object was sent in one piece. */
  md5?: string | undefined;
  /** In order; where the object was sent in parts. Hex for sha256, base64 for md5. */
  parts?: readonly { size: number; sha256?: string | undefined; md5?: string | undefined }[] | undefined;
}

/** What the store says of an object. */
export interface StoredObject {
  size: number;
  /** Base64, with "-N" behind it when it is a composite of N parts; absent where the store keeps none. */
  sha256?: string | undefined;
  /** Without its quotes. */
  etag?: string | undefined;
}

export const rejectionCodes = [
  'key_not_yours',
  'key_mismatch',
  'too_large',
  'object_missing',
  'size_mismatch',
  'checksum_missing',
  'checksum_mismatch',
  'parts_missing',
] as const;
export type Rejection = (typeof rejectionCodes)[number];

/** Extensions of types that have few; a type that is not here may have any. */
const extensionsOf: Record<string, readonly string[]> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe'],
  'image/png': ['png'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif', 'avifs'],
  'image/heic': ['heic', 'heics', 'heif', 'hif'],
  'image/heif': ['heif', 'heifs', 'heic', 'hif'],
  'image/bmp': ['bmp', 'dib'],
  'video/mp4': ['mp4', 'm4v'],
  'video/quicktime': ['mov', 'qt'],
};

/** Whether the key is where this photo belongs, or why not: the caller's prefix, the hash, a fitting extension. */
export function judgeKey(claim: Claim, keyPrefix: string): Rejection | undefined {
  if (!claim.key.startsWith(keyPrefix)) return 'key_not_yours';
  const [, sha256, extension] =
    /^([0-9a-f]{64})\.([a-z0-9]{1,8})$/.exec(claim.key.slice(keyPrefix.length)) ?? [];
  if (sha256 !== claim.sha256 || extension === undefined) return 'key_mismatch';
  const fitting = extensionsOf[claim.contentType];
  return fitting === undefined || fitting.includes(extension) ? undefined : 'key_mismatch';
}

/** Whether the stored object bears out the claim, or why not; see the note above. */
export function judgeObject(
  claim: Claim,
  object: StoredObject | undefined,
  mode: 'SHA256' | 'MD5',
): Rejection | undefined {
  if (object === undefined) return 'object_missing';
  if (object.size !== claim.size) return 'size_mismatch';
  const kept = mode === 'SHA256' ? object.sha256 : object.etag?.toLowerCase();
  if (kept === undefined || kept === '') return 'checksum_missing';
  const [, parts] = /-(\d+)$/.exec(kept) ?? [];
  if (parts === undefined) {
    const expected = mode === 'SHA256' ? hexToBase64(claim.sha256) : base64ToHex(claim.md5);
    if (expected === undefined) return 'checksum_missing';
    return kept === expected ? undefined : 'checksum_mismatch';
  }
  if (claim.parts === undefined) return 'parts_missing';
  if (claim.parts.reduce((sum, part) => sum + part.size, 0) !== claim.size) return 'size_mismatch';
  const expected = composite(claim.parts, mode);
  if (expected === undefined) return 'parts_missing';
  return kept === expected ? undefined : 'checksum_mismatch';
}

/** S3's checksum of an object in parts: the digest of the parts' digests, a dash, and how many there are. */
function composite(parts: NonNullable<Claim['parts']>, mode: 'SHA256' | 'MD5'): string | undefined {
  const hash = createHash(mode === 'SHA256' ? 'sha256' : 'md5');
  for (const part of parts) {
    const digest = mode === 'SHA256' ? part.sha256 : base64ToHex(part.md5);
    if (digest === undefined) return undefined;
    hash.update(digest, 'hex');
  }
  return `${hash.digest(mode === 'SHA256' ? 'base64' : 'hex')}-${parts.length}`;
}

function hexToBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function base64ToHex(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex');
}
