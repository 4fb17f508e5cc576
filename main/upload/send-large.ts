/**
 * Sends a large file in parts, and goes on where it was.
 *
 * [Note: The store knows what it has] The upload's id is written down before the first part, and what the store lists
 * decides what is still to be sent: a part counts when its size and checksum are those of the file's bytes. No byte
 * that has arrived is sent twice, whatever happened in between.
 */
import { setMaxListeners } from 'node:events';
import { underSignals } from '../lib/signals.ts';
import type { Photo } from '../queue/photo-queue.ts';
import type { LedgerPart, PartLedger } from '../queue/part-ledger.ts';
import type { Grant } from './backend-client.ts';
import { FileChanged } from './failures.ts';
import { gone, type Multipart, type PartPlan, type StoredPart } from './multipart.ts';
import type { Slots } from './slots.ts';
import type { PutRequest } from './store.ts';

export interface LargeDeps {
  /** The grant in force, asked for when a photo or part has its turn: on a slow line many grants end until then. */
  grant: () => Promise<Grant>;
  store: Pick<Multipart, 'createUpload' | 'listParts' | 'putPart' | 'completeUpload'>;
  ledger: PartLedger;
  slots: Slots;
}

export interface LargeOptions {
  signal: AbortSignal;
  /** Bytes handed to a connection. */
  onBytes(count: number): void;
  /** Bytes that the store had from before. */
  onResumed(count: number): void;
  /** A photo, or a part of it, of so many bytes has arrived. */
  onArrived(count: number): void;
  /** false while the store is left alone because of an outage: what waited for its turn gives up. */
  mayAsk(): boolean;
  /** See RequestOptions. */
  admit?(wanted: number): number | Promise<number>;
}

/** @throws AbortError while the store is not to be asked. */
export function assertAskable({ mayAsk }: Pick<LargeOptions, 'mayAsk'>): void {
  if (!mayAsk()) throw new DOMException('The store is left alone for a while.', 'AbortError');
}

/** Resolves when the object is complete, or when an object with this content is there already. */
export async function sendLarge(
  photo: Photo,
  request: PutRequest,
  { grant, store, ledger, slots }: LargeDeps,
  options: LargeOptions,
): Promise<void> {
  const { signal, onResumed, onArrived } = options;
  const plan = planOf(ledger.parts(photo.id));
  const begun = await resume();
  if (begun === gone) return;
  const { uploadId, arrived } = begun;
  for (const { number, range } of plan) if (arrived.has(number)) onResumed(range.length);
  await inParallel(
    plan.filter(({ number }) => !arrived.has(number)),
    signal,
    (part, waiting, sending) =>
      slots.use('large', waiting, async () => {
        assertAskable(options);
        const inForce = await grant();
        waiting.throwIfAborted();
        const eTag = await store.putPart(inForce, request, uploadId, part, { ...options, signal: sending });
        ledger.sent(photo.id, part.number, eTag);
        arrived.set(part.number, eTag);
        onArrived(part.range.length);
      }),
  );
  const complete = plan.map((part) => ({ ...part, eTag: arrived.get(part.number) ?? '' }));
  const outcome = await store.completeUpload(await grant(), request, uploadId, complete, signal);
  // `exists` leaves our upload open: it is to be aborted. `gone` after every part arrived means that an earlier
  // request to complete it got through and only its reply was lost; the confirmation will tell.
  if (outcome === 'exists') ledger.giveUp(photo.id);
  else ledger.completed(uploadId);

  /** The upload to go on with and what the store has of it; `gone` when it was completed already. */
  async function resume(): Promise<{ uploadId: string; arrived: Map<number, string> } | typeof gone> {
    const known = ledger.upload(photo.id);
    const allSent = plan.every(({ eTag }) => eTag !== null);
    // It was completed, and we ended before the row could be moved. A row with a strike has been looked at since.
    if (known === null && allSent && photo.strikes === 0 && request.replace !== true) {
      ledger.giveUp(photo.id);
      return gone;
    }
    if (known !== null && known.key === request.key) {
      const listed = await store.listParts(await grant(), known.key, known.uploadId, signal);
      if (listed !== gone) return { uploadId: known.uploadId, arrived: matching(listed, plan) };
      ledger.giveUp(photo.id);
      ledger.forget(known.uploadId);
      if (allSent) return gone;
    } else if (known !== null) {
      ledger.giveUp(photo.id);
    }
    const fresh = await ledger.begin(photo, request.key, async () =>
      store.createUpload(await grant(), request, signal),
    );
    return { uploadId: fresh.uploadId, arrived: new Map() };
  }
}

type PlannedPart = PartPlan & { eTag: string | null };

function planOf(parts: readonly LedgerPart[]): PlannedPart[] {
  let offset = 0;
  return parts.map(({ number, size, sha256, md5, eTag }) => {
    const range = { offset, length: size };
    offset += size;
    return { number, range, sha256, md5, eTag };
  });
}

/** The parts that hold our bytes: by the store's SHA-256 where it lists one, else by its ETag. */
function matching(listed: readonly StoredPart[], plan: readonly PlannedPart[]): Map<number, string> {
  const arrived = new Map<number, string>();
  for (const { number, size, eTag, sha256 } of listed) {
    const part = plan[number - 1];
    if (part === undefined || part.range.length !== size) continue;
    const md5 = part.md5 === null ? null : `"${Buffer.from(part.md5, 'base64').toString('hex')}"`;
    const same =
      sha256 === undefined
        ? eTag === md5 || eTag === part.eTag
        : sha256 === Buffer.from(part.sha256, 'hex').toString('base64');
    if (same) arrived.set(number, eTag);
  }
  return arrived;
}

/**
 * All at once, as far as the slots allow; throws the first failure when all have ended.
 *
 * [Note: One failed part] The others that are on their way still arrive: on a slow line each may have been sent for
 * minutes, and all that again is how a video never gets through. Nothing more is begun, and a file that is another one
 * by now ends them all.
 *
 * @param work gets the signal of what waits for its turn, and the one of what is being sent.
 */
async function inParallel<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item, waiting: AbortSignal, sending: AbortSignal) => Promise<void>,
): Promise<void> {
  await underSignals([signal], (sending, endAll) =>
    underSignals([sending], async (waiting, beginNoMore) => {
      // Every part listens, and that is no leak.
      for (const one of [waiting, sending]) setMaxListeners(0, one);
      await Promise.allSettled(
        items.map(async (item) => {
          try {
            await work(item, waiting, sending);
          } catch (error) {
            beginNoMore(error);
            if (error instanceof FileChanged) endAll(error);
          }
        }),
      );
      waiting.throwIfAborted();
    }),
  );
}
