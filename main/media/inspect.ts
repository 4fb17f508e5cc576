/** One pass over a file: its hash, what it is, what its camera says, and whether it looks damaged. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import { seenFile, type SeenFile } from '../lib/file-stat.ts';
import { errorCode } from '../lib/log.ts';
import type { PartDigest } from '../lib/part-digest.ts';
import type { Algorithm, DigestThread } from './digest-thread.ts';
import { readCameraFacts, type TakenAt } from './exif.ts';
import { createFileBytes } from './file-bytes.ts';
import { createScanWatch, type ScanReport } from './jpeg-structure.ts';
import { HEAD_BYTES, sniff, type Sniffed } from './sniff.ts';
import { checkStructure, type Damage, type Structure } from './structure.ts';

export interface InspectOptions {
  /** Also compute MD5, which costs more than all else: only for stores that need it. */
  md5: boolean;
  /**
   * Bytes of each part of a file of this size, whose digests are then also computed; null for none. The size is the one
   * that the file has when it is read: since it was queued it may have grown.
   */
  partSizeFor?: (size: number) => number | null;
  /** Starts a thread that shares the work of a very large file; without it all of it is done here. */
  startThread?: (algorithm: Algorithm, parts: number) => DigestThread;
  signal?: { readonly aborted: boolean };
  onBytes?: (count: number) => void;
  /** Unix milliseconds; the wall clock unless a test says otherwise. */
  now?: () => number;
}

export interface Inspection {
  ok: true;
  /** Hex. */
  sha256: string;
  /** Base64, as the stores want it; of a file in parts only these have one. */
  md5?: string;
  parts?: PartDigest[];
  stat: SeenFile;
  /** Changed less than two seconds before: it may still be being written. */
  fresh?: true;
  sniffed: Sniffed;
  taken: TakenAt | null;
  camera: string | null;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Pixels as stored, before any rotation. */
  width?: number;
  height?: number;
  damaged: Damage | null;
}

export interface InspectFailure {
  ok: false;
  reason: 'missing' | 'permission_denied' | 'empty_file' | 'file_changed' | 'not_a_file' | 'local_io';
  /** Safe to log: a system error code or a few words of ours. */
  detail: string;
}

export type InspectResult = Inspection | InspectFailure;

/** Small enough to stay in the processor's cache between reading and hashing, large enough to cost few calls. */
const chunkBytes = 512 * 1024;
const freshMs = 2000;
/** Of these the file's tables are read without asking the disk again. */
const headBytes = 128 * 1024;

/** The bytes for reading, made once per thread: fresh pages for every file would cost a tenth of the time. */
let chunkBuffer: Buffer | null = null;
let headBuffer: Buffer | null = null;

/**
 * Reads the file once from start to end, in this thread and without pause: for a worker.
 *
 * [Note: The same file, before and after] The identity is taken from the open file before the first byte and after the
 * last, and from the path at the end: a file that was written to, or another one put in its place, is `file_changed`.
 * Never throws for what the disk does; throws `AbortError` when `signal` aborts.
 */
export function inspectFile(path: string | Buffer, options: InspectOptions): InspectResult {
  let fd: number;
  try {
    // Before opening: to open a named pipe waits for its writer. O_NONBLOCK is for one that appears in between.
    if (!fs.statSync(path).isFile()) return { ok: false, reason: 'not_a_file', detail: 'not_regular' };
    fd = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return failure(error);
  }
  try {
    return inspectOpen(fd, path, options);
  } catch (error) {
    if (error instanceof DOMException) throw error;
    return failure(error);
  } finally {
    fs.closeSync(fd);
  }
}

function inspectOpen(fd: number, path: string | Buffer, options: InspectOptions): InspectResult {
  const before = fs.fstatSync(fd, { bigint: true });
  if (!before.isFile()) return { ok: false, reason: 'not_a_file', detail: 'not_regular' };
  if (before.size === 0n) return { ok: false, reason: 'empty_file', detail: 'size_0' };
  const now = (options.now ?? Date.now)();
  const size = Number(before.size);

  const pass = readThrough(fd, size, typeof path === 'string' ? path : path.toString('utf8'), options);
  const { digests, head, sniffed, scan } = pass;
  if (pass.read !== size)
    return { ok: false, reason: 'file_changed', detail: `short_read ${pass.read}/${size}` };

  const bytes = createFileBytes(fd, size, head);
  const structure: Structure = checkStructure(sniffed, bytes, scan);
  const facts = readCameraFacts(sniffed.contentType, bytes, now);

  const after = fs.fstatSync(fd, { bigint: true });
  if (!sameFile(before, after)) return { ok: false, reason: 'file_changed', detail: 'written_meanwhile' };
  if (!sameFile(before, fs.statSync(path, { bigint: true }))) {
    return { ok: false, reason: 'file_changed', detail: 'replaced_meanwhile' };
  }
  const { damaged, ...dimensions } = structure;
  return {
    ok: true,
    ...digests,
    stat: seenFile(before),
    ...(now - Number(before.mtimeMs) < freshMs ? { fresh: true } : {}),
    sniffed,
    taken: facts.taken,
    camera: facts.camera,
    orientation: facts.orientation,
    ...dimensions,
    damaged,
  };
}

interface Pass {
  /** Bytes, of which the digests are. */
  read: number;
  digests: { sha256: string; md5?: string; parts?: PartDigest[] };
  head: Buffer;
  sniffed: Sniffed;
  scan: ScanReport;
}

/** From here on a second thread brings more than its start costs. */
const shareFromBytes = 64 * 1024 * 1024;

/** Every byte goes through the cache once and through all who want it. */
function readThrough(fd: number, size: number, name: string, options: InspectOptions): Pass {
  const partSize = options.partSizeFor?.(size) ?? size;
  const inParts = size > partSize;
  const shared: Algorithm = options.md5 ? 'md5' : 'sha256';
  const thread =
    inParts && size >= shareFromBytes
      ? options.startThread?.(shared, Math.ceil(size / partSize) + 1)
      : undefined;
  try {
    return readWith({ fd, size, name, partSize: inParts ? partSize : null, thread, shared }, options);
  } finally {
    thread?.close();
  }
}

interface Reading {
  fd: number;
  size: number;
  name: string;
  /** Null for a file that is not sent in parts. */
  partSize: number | null;
  thread: DigestThread | undefined;
  /** The digest of the parts that `thread` takes. */
  shared: Algorithm;
}

function readWith({ fd, size, name, partSize, thread, shared }: Reading, options: InspectOptions): Pass {
  const buffer = (chunkBuffer ??= Buffer.allocUnsafeSlow(chunkBytes));
  const both: readonly Algorithm[] = options.md5 ? ['sha256', 'md5'] : ['sha256'];
  const ofParts = both.filter((algorithm) => thread === undefined || algorithm !== shared);
  // Of a file in parts no store verifies an MD5 of the whole.
  const whole = createDigests(partSize === null ? both : ['sha256']);
  const parts: { size: number; digests: Digests }[] = [];
  let part = createDigests(ofParts);
  let partRead = 0;

  let head: Buffer = Buffer.alloc(0);
  let sniffed: Sniffed | null = null;
  let watch: ReturnType<typeof createScanWatch> | null = null;
  let read = 0;
  // One byte more than the file had: a file that grows must not go unnoticed, nor be followed without end.
  while (read <= size) {
    if (options.signal?.aborted === true)
      throw new DOMException('The inspection was called off.', 'AbortError');
    const target = thread?.chunk() ?? buffer;
    const room = partSize === null ? target.length : Math.min(target.length, partSize - partRead);
    const count = fs.readSync(fd, target, 0, room, read);
    if (count === 0) break;
    const chunk = target.subarray(0, count);
    const endsPart = partSize !== null && (partRead + count === partSize || read + count === size);
    thread?.push(count, endsPart);
    if (sniffed === null) {
      // The bytes of a small file stay where they are.
      head = count === size ? chunk : headOf(chunk);
      sniffed = sniff(head.subarray(0, HEAD_BYTES), name);
      if (sniffed.contentType === 'image/jpeg') watch = createScanWatch();
    }
    whole.add(chunk);
    watch?.add(chunk, read);
    read += count;
    if (partSize !== null) part.add(chunk);
    partRead += count;
    if (endsPart) {
      parts.push({ size: partRead, digests: part.end() });
      part = createDigests(ofParts);
      partRead = 0;
    }
    options.onBytes?.(count);
  }
  const fromThread = thread?.end() ?? [];
  return {
    read,
    digests: {
      ...written(whole.end()),
      ...(partSize === null
        ? {}
        : {
            parts: parts.map(({ size: bytes, digests }, index) => ({
              size: bytes,
              md5: null,
              ...written({ ...digests, [shared]: fromThread[index] ?? digests[shared] }),
            })),
          }),
    },
    head,
    sniffed: sniffed ?? sniff(head, name),
    scan: watch?.report() ?? { strange: false, holeAt: null },
  };
}

/** What the next chunk will overwrite. */
function headOf(chunk: Buffer): Buffer {
  const buffer = (headBuffer ??= Buffer.allocUnsafeSlow(headBytes));
  return buffer.subarray(0, chunk.copy(buffer, 0, 0, headBytes));
}

type Digests = Partial<Record<Algorithm, Buffer>>;

/** SHA-256 as a file's name has it, MD5 as the stores want it. */
function written({ sha256, md5 }: Digests): { sha256: string; md5?: string } {
  if (sha256 === undefined) throw new TypeError('no SHA-256 was taken');
  return { sha256: sha256.toString('hex'), ...(md5 === undefined ? {} : { md5: md5.toString('base64') }) };
}

function createDigests(algorithms: readonly Algorithm[]): { add(chunk: Buffer): void; end(): Digests } {
  const hashes = algorithms.map((algorithm) => [algorithm, crypto.createHash(algorithm)] as const);
  return {
    add: (chunk) => {
      for (const [, hash] of hashes) hash.update(chunk);
    },
    end: () => Object.fromEntries(hashes.map(([algorithm, hash]) => [algorithm, hash.digest()])),
  };
}

function sameFile(one: fs.BigIntStats, other: fs.BigIntStats): boolean {
  return (
    one.dev === other.dev && one.ino === other.ino && one.size === other.size && one.mtimeNs === other.mtimeNs
  );
}

function failure(error: unknown): InspectFailure {
  const detail = errorCode(error);
  switch (detail) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { ok: false, reason: 'missing', detail };
    case 'EACCES':
    case 'EPERM':
      return { ok: false, reason: 'permission_denied', detail };
    default:
      return { ok: false, reason: 'local_io', detail };
  }
}
