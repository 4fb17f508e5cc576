export interface ThumbnailOptions {
  size: number;
  contentType: string;
}
export type ThumbnailResult =
  | { ok: true; jpeg: Buffer; width: number; height: number; verified: boolean; damaged?: true }
  | { ok: false; reason: 'unsupported' | 'damaged' | 'unreadable' };
export type Verdict = 'whole' | 'damaged' | 'unknown';
export async function makeThumbnail(
  _path: string | Buffer,
  _options: ThumbnailOptions,
): Promise<ThumbnailResult> {
  return { ok: false, reason: 'unsupported' };
}
export async function verifyPixels(_path: string | Buffer, _contentType: string): Promise<Verdict> {
  return 'unknown';
}
