/** Aborts multipart uploads that nobody wants any more, so that nobody pays for their parts. */
import type { PhotoQueue } from '../queue/photo-queue.ts';
import type { BackendClient, Grant } from './backend-client.ts';
import type { Multipart } from './multipart.ts';

export interface SweepDeps {
  owner: string;
  queue: Pick<PhotoQueue, 'ledger' | 'knowsHash'>;
  store: Pick<Multipart, 'abortUpload'>;
  backend: Pick<BackendClient, 'openUploads'>;
  grant: () => Promise<Grant>;
  signal: AbortSignal;
}

/** Aborts what this computer has given up. */
export async function sweepAbandoned({
  owner,
  queue,
  store,
  grant,
  signal,
}: Omit<SweepDeps, 'backend'>): Promise<number> {
  const abandoned = queue.ledger.abandoned(owner);
  for (const { key, uploadId } of abandoned) {
    await store.abortUpload(await grant(), key, uploadId, signal);
    queue.ledger.forget(uploadId);
  }
  return abandoned.length;
}

/**
 * Aborts what this computer began and forgot: it died between the store's answer and the note of it.
 *
 * Other computers of the same person use the same prefix, so only uploads of content that is in this queue are ours,
 * and only those that were begun before this run. Should another computer be sending the very same photo, it begins
 * again; nothing is lost.
 *
 * @param startedAt when this run began, Unix milliseconds.
 */
export async function sweepOrphans(
  { owner, queue, store, backend, grant, signal }: SweepDeps,
  startedAt: number,
): Promise<number> {
  let aborted = 0;
  for (const upload of await backend.openUploads(signal)) {
    const sha256 = /([0-9a-f]{64})\.[a-z0-9]+$/.exec(upload.key)?.[1];
    if (sha256 === undefined || upload.startedAt >= startedAt) continue;
    if (queue.ledger.knows(upload.uploadId) || !queue.knowsHash(owner, sha256)) continue;
    await store.abortUpload(await grant(), upload.key, upload.uploadId, signal);
    aborted++;
  }
  return aborted;
}
