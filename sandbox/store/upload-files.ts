/**
 * Multipart uploads on disk: one folder each, with `upload.json`, the parts, and after completion `completed.json`.
 *
 * [Note: Completed parts stay] Completing does not copy bytes: the object's record names the upload's folder, and the
 * parts stay where they are until that object goes. A crash between the object's rename and `completed.json` is
 * mended at start by asking the object.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import type { ObjectTraits, PartMeta, Segments } from './object-meta.ts';
import { isMissing, peekRecord, readBytesOf, replaceFile, syncFolder } from './record-file.ts';

export type Upload = {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedAt: number;
  readonly traits: ObjectTraits;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined;
};
/** What CompleteMultipartUpload answered, kept for a client that did not hear it. */
export type Completion = {
  readonly etag: string;
  readonly checksum: Checksum | undefined;
  readonly versionId: string | undefined;
};

export type UploadFiles = {
  create(upload: Omit<Upload, 'id'>): Upload;
  /** The open upload with this id. */
  find(id: string): Upload | undefined;
  /** The completed upload with this id, as long as its object exists. */
  findCompleted(id: string): { upload: Upload; completion: Completion } | undefined;
  /** Open uploads of a bucket, in no order. */
  list(bucket: string): Upload[];
  /** Parts by number. */
  parts(id: string): Map<number, PartMeta>;
  /** Puts a written part in its place, in one step. False when the upload is no longer open. */
  commitPart(id: string, part: PartMeta, file: string): boolean;
  abort(id: string): void;
  /** Makes the parts that were committed survive a power cut. */
  sync(id: string): Promise<void>;
  /** Marks as completed and removes the parts that were left out. */
  complete(upload: Upload, completion: Completion, used: ReadonlySet<number>): void;
  /** Removes the bytes of an object that is gone, once nobody reads them any more. */
  release(id: string): void;
  /** Bytes of a multipart object. */
  read(segments: Segments, start: number, end: number): AsyncGenerator<Buffer>;
};

type Entry = { upload: Upload; completion: Completion | undefined; parts: Map<number, PartMeta> | undefined };

/**
 * Opens the uploads kept in `dir`.
 * @param refersTo whether the object at (bucket, key) consists of this upload; returns its completion then
 */
export function openUploadFiles(
  dir: string,
  refersTo: (upload: Upload) => Completion | undefined,
): UploadFiles {
  fs.mkdirSync(dir, { recursive: true });
  const entries = new Map<string, Entry>();
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  const folder = (id: string): string => path.join(dir, id);
  const partFile = (id: string, number: number): string =>
    path.join(folder(id), String(number).padStart(5, '0'));

  function removeFolder(id: string): void {
    entries.delete(id);
    fs.rmSync(folder(id), { recursive: true, force: true });
  }

  function load(id: string): void {
    const text = readText(path.join(folder(id), 'upload.json'));
    // Without upload.json the folder is from a create that was killed: nobody has its id.
    if (text === undefined) return removeFolder(id);
    const upload = JSON.parse(text) as Upload;
    const completion = refersTo(upload);
    const wasCompleted = fs.existsSync(path.join(folder(id), 'completed.json'));
    if (wasCompleted && completion === undefined) return removeFolder(id);
    entries.set(id, { upload, completion, parts: undefined });
  }

  function loadParts(id: string): Map<number, PartMeta> {
    const parts = fs
      .readdirSync(folder(id))
      .filter((name) => /^\d{5}$/.test(name))
      .toSorted()
      .map((name) => peekRecord(path.join(folder(id), name)) as PartMeta);
    return new Map(parts.map((part) => [part.number, part]));
  }

  for (const id of fs.readdirSync(dir)) load(id);

  const open = (id: string): Entry | undefined => {
    const entry = entries.get(id);
    return entry?.completion === undefined ? entry : undefined;
  };

  const files: UploadFiles = {
    create(fields) {
      const upload: Upload = { ...fields, id: randomBytes(24).toString('hex') };
      fs.mkdirSync(folder(upload.id));
      replaceFile(path.join(folder(upload.id), 'upload.json'), JSON.stringify(upload));
      entries.set(upload.id, { upload, completion: undefined, parts: new Map() });
      return upload;
    },
    find: (id) => open(id)?.upload,
    findCompleted(id) {
      const entry = entries.get(id);
      return entry?.completion === undefined
        ? undefined
        : { upload: entry.upload, completion: entry.completion };
    },
    list: (bucket) =>
      [...entries.values()]
        .filter((entry) => entry.completion === undefined && entry.upload.bucket === bucket)
        .map((entry) => entry.upload),
    parts(id) {
      const entry = entries.get(id);
      if (entry === undefined) return new Map();
      entry.parts ??= loadParts(id);
      return new Map([...entry.parts].toSorted(([a], [b]) => a - b));
    },
    commitPart(id, part, file) {
      const entry = open(id);
      if (entry === undefined) return false;
      entry.parts ??= loadParts(id);
      fs.renameSync(file, partFile(id, part.number));
      entry.parts.set(part.number, part);
      return true;
    },
    abort: removeFolder,
    sync: (id) => syncFolder(folder(id)),
    complete(upload, completion, used) {
      const entry = entries.get(upload.id);
      if (entry === undefined) return;
      const unused = [...files.parts(upload.id).keys()].filter((number) => !used.has(number));
      entry.completion = completion;
      entry.parts = undefined;
      replaceFile(path.join(folder(upload.id), 'completed.json'), JSON.stringify(completion));
      for (const number of unused) fs.rmSync(partFile(upload.id, number));
    },
    release(id) {
      entries.delete(id);
      if ((readers.get(id) ?? 0) > 0) doomed.add(id);
      else removeFolder(id);
    },
    async *read({ uploadId, parts }, start, end) {
      readers.set(uploadId, (readers.get(uploadId) ?? 0) + 1);
      try {
        let offset = 0;
        for (const part of parts) {
          const from = Math.max(start - offset, 0);
          const to = Math.min(end - offset, part.size);
          if (from < to) yield* readPart(partFile(uploadId, part.number), from, to);
          offset += part.size;
          if (offset >= end) break;
        }
      } finally {
        const left = (readers.get(uploadId) ?? 1) - 1;
        if (left > 0) readers.set(uploadId, left);
        else readers.delete(uploadId);
        if (left === 0 && doomed.delete(uploadId)) removeFolder(uploadId);
      }
    },
  };
  return files;
}

async function* readPart(file: string, from: number, to: number): AsyncGenerator<Buffer> {
  const fd = fs.openSync(file, 'r');
  try {
    yield* readBytesOf(fd, from, to);
  } finally {
    fs.closeSync(fd);
  }
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
