/** What a part of a large file is known by. */
export interface PartDigest {
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** Base64, only for stores that verify Content-MD5. */
  md5: string | null;
}
