const mebibyte = 1024 * 1024;
/** Up to this size a photo is one request. */
const singleRequestBytes = 16 * mebibyte;
const smallestPart = 8 * mebibyte;
/** S3's limit of parts to an upload (Amazon S3 User Guide, "multipart upload limits"). */
const maxParts = 10_000;

/** Bytes of each part of a file of this size; null for a file that goes in one request. */
export function partSizeFor(size: number): number | null {
  if (size <= singleRequestBytes) return null;
  return Math.max(smallestPart, Math.ceil(size / maxParts / mebibyte) * mebibyte);
}
