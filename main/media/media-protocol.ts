/** What the pool and its workers say to each other. */
import type { DigestWork } from './digest-thread.ts';
import type { InspectResult } from './inspect.ts';
import type { ThumbnailOptions, ThumbnailResult, Verdict } from './thumbnail.ts';

/** A path that is not UTF-8 travels as bytes. */
type SentPath = string | Uint8Array;

/** What a worker is started with. */
export interface WorkerStart {
  /** The address of the worker's own module. */
  self: string;
  /** Set for a thread that only takes digests beside another one. */
  digests?: DigestWork;
}

export interface InspectRequest {
  kind: 'inspect';
  path: SentPath;
  md5: boolean;
  /** Shared memory: set to 1 to call the inspection off. */
  abortFlag?: Int32Array;
  /** Wants to hear of every chunk read. */
  progress: boolean;
}

export interface ThumbnailRequest {
  kind: 'thumbnail';
  path: SentPath;
  options: ThumbnailOptions;
}

export interface VerifyRequest {
  kind: 'verify';
  path: SentPath;
  contentType: string;
}

export type MediaRequest = InspectRequest | ThumbnailRequest | VerifyRequest;

export type MediaReply =
  | { kind: 'inspected'; result: InspectResult }
  | { kind: 'bytes'; count: number }
  | { kind: 'called-off' }
  | { kind: 'thumbnail'; result: ThumbnailResult }
  | { kind: 'verified'; result: Verdict }
  /** Ours to mend; the code is safe to log. */
  | { kind: 'failed'; code: string };

export type Numbered<T> = T & { id: number };
