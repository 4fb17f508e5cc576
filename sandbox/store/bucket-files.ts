/** Buckets and objects on disk. Commits are synchronous, so the event loop makes each one atomic. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { ObjectMeta } from './object-meta.ts';
import type { SortedKeys } from './object-index.ts';
import { createSortedKeys, toByteText } from './object-index.ts';
import { isMissing, openRecord, peekRecord, replaceFile, syncFolder } from './record-file.ts';

export type BucketSettings = {
  readonly createdAt: number;
  readonly versioning?: 'Enabled' | 'Suspended';
  /** Documents that are kept and given back as they came. */
  readonly lifecycle?: string;
  readonly cors?: string;
};

export type BucketFiles = {
  readonly name: string;
  settings(): BucketSettings;
  configure(settings: BucketSettings): void;
  /** The record of an object, undefined when there is none. */
  head(key: string): ObjectMeta | undefined;
  /** Opens an object for reading: the record, and the file, which stays readable when the object is replaced. */
  open(key: string): { meta: ObjectMeta; fd: number } | undefined;
  /**
   * Puts a written file in an object's place.
   * @param guard called with the object that is there, in the same turn as the rename: it throws to refuse
   * @returns the object that was replaced
   */
  commit(
    meta: ObjectMeta,
    file: string,
    guard: (existing: ObjectMeta | undefined) => void,
  ): ObjectMeta | undefined;
  /** Makes the last commit of this key survive a power cut. */
  sync(key: string): Promise<void>;
  /** Removes an object and returns what it was. */
  remove(key: string, guard: (existing: ObjectMeta | undefined) => void): ObjectMeta | undefined;
  /** The keys in order; the first call reads them from the disk. */
  keys(): Promise<SortedKeys>;
  isEmpty(): Promise<boolean>;
};

export type Buckets = {
  find(name: string): BucketFiles | undefined;
  list(): BucketFiles[];
  create(name: string, now: number): BucketFiles;
  remove(name: string): void;
};

/** Opens the buckets kept in `dir`. */
export function openBuckets(dir: string): Buckets {
  fs.mkdirSync(dir, { recursive: true });
  const buckets = new Map<string, BucketFiles>();
  for (const name of fs.readdirSync(dir)) {
    // A bucket counts once its settings are written; a folder without them is a create that was killed.
    if (fs.existsSync(path.join(dir, name, settingsFile)))
      buckets.set(name, openBucket(path.join(dir, name), name));
  }
  return {
    find: (name) => buckets.get(name),
    list: () => [...buckets.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    create(name, now) {
      fs.mkdirSync(path.join(dir, name, 'objects'), { recursive: true });
      const settings: BucketSettings = { createdAt: now };
      replaceFile(path.join(dir, name, settingsFile), JSON.stringify(settings));
      const bucket = openBucket(path.join(dir, name), name);
      buckets.set(name, bucket);
      return bucket;
    },
    remove(name) {
      buckets.delete(name);
      fs.rmSync(path.join(dir, name), { recursive: true, force: true });
    },
  };
}

const settingsFile = 'bucket.json';

function openBucket(dir: string, name: string): BucketFiles {
  const objects = path.join(dir, 'objects');
  let settings = JSON.parse(fs.readFileSync(path.join(dir, settingsFile), 'utf8')) as BucketSettings;
  let index: Promise<SortedKeys> | undefined;
  let loaded: SortedKeys | undefined;
  // While the index is being read, commits are noted here: what the disk says of them may be older.
  let touched: Map<string, boolean> | undefined;

  // Keys are any text of up to 1024 bytes: their hash is a file name on every file system, and cannot climb.
  const fileOf = (key: string): string => {
    const hash = createHash('sha256').update(key).digest('hex');
    return path.join(objects, hash.slice(0, 2), hash);
  };

  function note(key: string, exists: boolean): void {
    const text = toByteText(key);
    touched?.set(text, exists);
    if (exists) loaded?.add(text);
    else loaded?.remove(text);
  }

  async function loadIndex(): Promise<SortedKeys> {
    touched = new Map();
    const keys = new Set<string>();
    for (const shard of fs.readdirSync(objects)) {
      for (const file of fs.readdirSync(path.join(objects, shard))) {
        const meta = peekRecord(path.join(objects, shard, file)) as ObjectMeta | undefined;
        if (meta !== undefined) keys.add(toByteText(meta.key));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const [text, exists] of touched) {
      if (exists) keys.add(text);
      else keys.delete(text);
    }
    touched = undefined;
    loaded = createSortedKeys([...keys]);
    return loaded;
  }

  const bucket: BucketFiles = {
    name,
    settings: () => settings,
    configure(next) {
      replaceFile(path.join(dir, settingsFile), JSON.stringify(next));
      settings = next;
    },
    head: (key) => peekRecord(fileOf(key)) as ObjectMeta | undefined,
    open(key) {
      const opened = openRecord(fileOf(key));
      return opened === undefined ? undefined : { fd: opened.fd, meta: opened.record as ObjectMeta };
    },
    commit(meta, file, guard) {
      const existing = bucket.head(meta.key);
      guard(existing);
      const target = fileOf(meta.key);
      renameInto(file, target);
      if (existing === undefined) note(meta.key, true);
      return existing;
    },
    sync: (key) => syncFolder(path.dirname(fileOf(key))),
    remove(key, guard) {
      const existing = bucket.head(key);
      guard(existing);
      if (existing === undefined) return undefined;
      fs.unlinkSync(fileOf(key));
      note(key, false);
      return existing;
    },
    keys: () => (index ??= loadIndex()),
    isEmpty: async () => (await bucket.keys()).size === 0,
  };
  return bucket;
}

function renameInto(file: string, target: string): void {
  try {
    fs.renameSync(file, target);
  } catch (error) {
    if (!isMissing(error)) throw error;
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.renameSync(file, target);
  }
}
