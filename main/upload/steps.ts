/** What each step does with the rows it claimed, and what follows from how it went. Failures are the caller's. */
import path from 'node:path';
import { partSizeFor } from '../lib/part-size.ts';
import { decodePath, displayPath } from '../lib/path-text.ts';
import type { MediaPool } from '../media/media-pool.ts';
import type { HashCache } from '../queue/hash-cache.ts';
import type { Facts, Inspected, Photo, PhotoQueue } from '../queue/photo-queue.ts';
import type { Checksum } from '../queue/settings.ts';
import type { RowEvent } from '../queue/transition.ts';
import type { PartLedger } from '../queue/part-ledger.ts';
import type { BackendClient, ConfirmRequest, Grant } from './backend-client.ts';
import { FileChanged } from './failures.ts';
import { assertUnchanged } from './file-body.ts';
import { recall } from './recall.ts';
import { assertAskable, sendLarge, type LargeDeps, type LargeOptions } from './send-large.ts';
import type { Store } from './store.ts';

export interface Move {
  id: number;
  event: RowEvent;
  facts?: Facts;
}

/**
 * Hashes the file and reads what its camera wrote, unless that is remembered.
 *
 * @param checksum what the store verifies. Until that is known both digests are taken, so that no file is read twice
 * for one of them.
 */
export async function inspect(
  photo: Photo,
  { media, hashCache }: { media: Pick<MediaPool, 'inspect'>; hashCache: HashCache },
  { checksum, signal }: { checksum: Checksum | null; signal: AbortSignal },
): Promise<Move> {
  const inspected =
    (await recall(photo, hashCache, { md5: checksum === 'MD5' })) ??
    (await read(photo, media, { md5: checksum !== 'SHA256', signal }));
  return { id: photo.id, event: { type: 'advanced', to: 'checking' }, facts: { inspected } };
}

/**
 * Reads the file at this path as that of this row.
 *
 * @throws FileChanged; an error with the system's code.
 */
export async function read(
  photo: Pick<Photo, 'path' | 'contentType' | 'extension'>,
  media: Pick<MediaPool, 'inspect'>,
  options: { md5: boolean; signal: AbortSignal },
): Promise<Inspected> {
  const result = await media.inspect(decodePath(photo.path), options);
  if (!result.ok) {
    if (result.reason === 'file_changed') throw new FileChanged(result.detail);
    throw Object.assign(new Error(result.detail), { code: inspectionCodes[result.reason] });
  }
  const { fresh, sniffed, sha256, taken, camera, damaged } = result;
  const { ctimeNs, ...stat } = result.stat;
  // Another program may have put something else at this path since it was dropped.
  const { contentType, extension } = sniffed.kind === 'other' ? photo : sniffed;
  return {
    stat,
    contentType,
    extension,
    sha256,
    md5: result.md5 ?? null,
    takenAt: taken?.local ?? null,
    takenOffset: taken?.offset ?? null,
    takenSource: taken?.source ?? null,
    camera,
    damage: damaged,
    decoded: false,
    parts: result.parts ?? [],
    remember: fresh === true ? null : { path: photo.path, ctimeNs },
  };
}

/** The system's code for what an inspection met, so that one classifier judges all file errors. */
const inspectionCodes = {
  missing: 'ENOENT',
  permission_denied: 'EACCES',
  empty_file: 'EMPTY_FILE',
  not_a_file: 'NOT_A_FILE',
  local_io: 'EIO',
} as const;

/** Asks which of these photos the library has already. */
export async function check(
  photos: readonly Photo[],
  owner: string,
  deps: {
    backend: Pick<BackendClient, 'lookup'>;
    queue: Pick<PhotoQueue, 'findTwin'>;
  },
  signal: AbortSignal,
): Promise<Move[]> {
  // The library would say of these that it has them.
  const asked = photos.filter(({ again }) => again === 0);
  const hashes = new Set(asked.map((photo) => hashOf(photo)));
  const matches = hashes.size === 0 ? [] : await deps.backend.lookup([...hashes], signal);
  const found = new Map(matches.map((match) => [match.sha256, match]));
  const changed = changedSince(asked.filter((photo) => found.has(hashOf(photo))));
  const taken = new Map<string, number>();
  return photos.map((photo): Move => {
    if (photo.again > 0) return { id: photo.id, event: { type: 'advanced', to: 'sending' } };
    const sha256 = hashOf(photo);
    const match = found.get(sha256);
    if (match !== undefined && changed.has(photo.id)) {
      return {
        id: photo.id,
        event: { type: 'restarted', reason: 'file_changed', nextTryAt: 0, strike: false },
      };
    }
    if (match !== undefined) {
      const facts = { photoId: match.photoId, duplicateOf: match.fileName };
      return { id: photo.id, event: { type: 'stored' }, facts };
    }
    // Of several copies one is sent; the others then find it in the library.
    const waitsFor = taken.get(sha256) ?? deps.queue.findTwin(owner, sha256, photo.id);
    if (waitsFor !== null)
      return { id: photo.id, event: { type: 'parked', reason: 'copy_on_its_way' }, facts: { waitsFor } };
    taken.set(sha256, photo.id);
    return { id: photo.id, event: { type: 'advanced', to: 'sending' } };
  });
}

/** Which of these files are no longer what was inspected: the library has their old content, not their new one. */
function changedSince(photos: readonly Photo[]): Set<number> {
  const changed = new Set<number>();
  for (const { id, path: file, stat } of photos) {
    try {
      assertUnchanged(file, stat);
    } catch (error) {
      // A file that is gone is in the library, as it was.
      if (error instanceof FileChanged) changed.add(id);
    }
  }
  return changed;
}

/** Puts the file into the store under its hash. */
export async function send(
  photo: Photo,
  grant: Grant,
  deps: LargeDeps & { store: Pick<Store, 'put'> },
  options: LargeOptions,
): Promise<Move> {
  if (photo.stat.size > grant.maxBytes)
    return { id: photo.id, event: { type: 'blocked', reason: 'too_large' } };
  const large = partSizeFor(photo.stat.size) !== null;
  const digests = large ? deps.ledger.parts(photo.id) : [photo];
  if (grant.checksum === 'MD5' && digests.some(({ md5 }) => md5 === null)) {
    // Inspected before it was known that this store verifies MD5: read it once more.
    return { id: photo.id, event: { type: 'restarted', reason: 'ready', nextTryAt: 0, strike: false } };
  }
  const objectKey = `${grant.keyPrefix}${hashOf(photo)}.${photo.extension}`;
  const sent: Move = { id: photo.id, event: { type: 'advanced', to: 'confirming' }, facts: { objectKey } };
  // First the backend looks at what is there: nothing is to be sent if that is sound.
  if (photo.again === 1) return sent;
  const request = {
    path: photo.path,
    stat: photo.stat,
    key: objectKey,
    contentType: photo.contentType,
    sha256: hashOf(photo),
    md5: photo.md5,
    ...(photo.again === 2 ? { replace: true } : {}),
  };
  if (large) await sendLarge(photo, request, deps, options);
  else {
    await deps.slots.use('small', options.signal, async () => {
      assertAskable(options);
      await deps.store.put(await deps.grant(), request, options);
      options.onArrived(photo.stat.size);
    });
  }
  return sent;
}

/** Has the backend check the stored objects; only its answer makes a row done. */
export async function confirm(
  photos: readonly Photo[],
  { backend, ledger }: { backend: Pick<BackendClient, 'confirm'>; ledger: Pick<PartLedger, 'parts'> },
  signal: AbortSignal,
): Promise<Move[]> {
  const answers = await backend.confirm(
    photos.map((photo) => ({
      sha256: hashOf(photo),
      size: photo.stat.size,
      key: photo.objectKey ?? '',
      contentType: photo.contentType,
      fileName: path.basename(displayPath(photo.path)),
      ...(photo.takenAt === null ? {} : { takenAt: photo.takenAt + (photo.takenOffset ?? '') }),
      ...(photo.md5 === null ? {} : { md5: photo.md5 }),
      ...partsOf(photo, ledger),
      ...(photo.again > 0 ? { again: true } : {}),
    })),
    signal,
  );
  return photos.map((photo, index): Move => {
    // In the order of the request. Two rows with one content may have asked differently.
    const answer = answers[index];
    if (answer?.sha256 !== hashOf(photo)) return rejected(photo, 'no_answer');
    if (answer.status === 'rejected') return rejected(photo, answer.code);
    return { id: photo.id, event: { type: 'stored' }, facts: { photoId: answer.photoId } };
  });
}

/** The digests from which the store's checksum of an object in parts can be computed. */
function partsOf(photo: Photo, ledger: Pick<PartLedger, 'parts'>): Pick<ConfirmRequest, 'parts'> {
  if (partSizeFor(photo.stat.size) === null) return {};
  const parts = ledger.parts(photo.id);
  return {
    parts: parts.map(({ size, sha256, md5 }) => ({ size, sha256, ...(md5 === null ? {} : { md5 }) })),
  };
}

/** Not in the store as it should be: from the start, and after three times not without the person. */
function rejected(photo: Photo, code: string): Move {
  if (photo.again === 1)
    return { id: photo.id, event: { type: 'advanced', to: 'sending' }, facts: { again: 2 } };
  const event: RowEvent =
    photo.strikes >= 2
      ? { type: 'blocked', reason: 'rejected' }
      : { type: 'restarted', reason: 'checksum_mismatch', nextTryAt: 0, strike: true };
  return { id: photo.id, event, facts: { lastError: `confirm: ${code}` } };
}

function hashOf(photo: Photo): string {
  if (photo.sha256 === null) throw new TypeError(`row ${photo.id} is at ${photo.step} without a hash`);
  return photo.sha256;
}
