/** POST /v1/photos: nothing is recorded that was not seen in the store. */
import type { z } from '@hono/zod-openapi';
import type { Deps } from './context.ts';
import type { commitReplySchema, commitSchema } from './openapi/schemas.ts';
import type { PhotoRecord } from './records/photo-records.ts';
import { judgeKey, judgeObject } from './store/claims.ts';
import type { Rejection } from './store/claims.ts';
import { keyPrefixOf } from './store/grants.ts';

type NewPhoto = z.infer<typeof commitSchema>['photos'][number];
type Answer = z.infer<typeof commitReplySchema>['photos'][number];

/** Questions to the store at the same time, for one call. */
const headsAtOnce = 16;

/**
 * Checks each photo against the store and records those that are there as claimed.
 * A photo that is recorded already is a duplicate and is not looked at again, unless the caller wants that. Throws the
 * problem store_unavailable, and then nothing was recorded.
 */
export async function commitPhotos(
  photos: readonly NewPhoto[],
  owner: string,
  { records, objects, config }: Pick<Deps, 'records' | 'objects' | 'config'>,
): Promise<Answer[]> {
  const known = await records.find(owner, distinctHashes(photos));
  /** Sound, but under another key than the one that is recorded, where nothing sound lies. */
  const found: NewPhoto[] = [];
  const rejections = await mapWithLimit(
    photos,
    headsAtOnce,
    async (photo): Promise<Rejection | undefined> => {
      const wrongKey = judgeKey(photo, keyPrefixOf(owner));
      if (wrongKey !== undefined) return wrongKey;
      const record = known.get(photo.sha256);
      const judge = async (key: string): Promise<Rejection | undefined> =>
        judgeObject(photo, await objects.head(key), config.store.checksum);
      if (record === undefined) return photo.size > config.store.maxBytes ? 'too_large' : judge(photo.key);
      if (record.size !== photo.size) return 'size_mismatch';
      if (photo.again !== true) return undefined;
      const rejection = await judge(record.key);
      if (rejection === undefined || record.key === photo.key) return rejection;
      // The caller's name for the type is another one, and so is the end of the key.
      const elsewhere = await judge(photo.key);
      if (elsewhere === undefined) found.push(photo);
      return elsewhere;
    },
  );
  if (found.length > 0) await records.relocate(owner, found);

  const proven = photos.filter((photo, index) => rejections[index] === undefined && !known.has(photo.sha256));
  const unique = [
    ...new Map(proven.map((photo) => [photo.sha256, { ...photo, takenAt: photo.takenAt ?? null }])).values(),
  ];
  const added =
    unique.length === 0
      ? new Set<string>()
      : await records.add(
          owner,
          unique.map(({ sha256, size, key, contentType, fileName, takenAt }) => ({
            sha256,
            size,
            key,
            contentType,
            fileName,
            takenAt,
          })),
        );
  const recorded = unique.length === 0 ? known : await records.find(owner, distinctHashes(photos));

  return photos.map((photo, index): Answer => {
    const code = rejections[index];
    if (code !== undefined) return { status: 'rejected', sha256: photo.sha256, code };
    // Of several copies in one call the first is the one that was stored.
    const status = added.delete(photo.sha256) ? 'stored' : 'duplicate';
    const { photoId, fileName, storedAt } = recorded.get(photo.sha256) as PhotoRecord;
    return { status, sha256: photo.sha256, photoId, fileName, storedAt };
  });
}

function distinctHashes(photos: readonly NewPhoto[]): string[] {
  return [...new Set(photos.map((photo) => photo.sha256))];
}

/** Like Promise.all over `items.map(work)`, but with no more than `limit` under way; the first failure ends it. */
async function mapWithLimit<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
