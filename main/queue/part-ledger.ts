/** What is known of large photos on their way: their parts, and the multipart uploads that were begun for them. */
import type { PartDigest } from '../lib/part-digest.ts';
import { durably } from './durably.ts';
import type { Sqlite } from './database.ts';

export interface LedgerPart extends PartDigest {
  /** From 1. */
  number: number;
  /** The store's, once it has taken the part. */
  eTag: string | null;
}

export interface BegunUpload {
  uploadId: string;
  key: string;
}

export interface UnansweredUpload {
  key: string;
  /** How often the store was asked to begin it. */
  times: number;
}

export interface PartLedger {
  /** Replaces the parts of a photo by what inspection saw; an upload that was begun for other bytes is given up. */
  plan(photoId: number, parts: readonly PartDigest[]): void;
  parts(photoId: number): LedgerPart[];
  /** The upload under way for this photo. */
  upload(photoId: number): BegunUpload | null;
  /**
   * Begins an upload for a photo and notes its id. Durable, the intention too: an upload that is begun and forgotten
   * would be paid for.
   *
   * @param create asks the store, and returns the id.
   * @throws what `create` does; the store may have begun the upload all the same (see `unanswered`).
   */
  begin(
    photo: { id: number; owner: string },
    key: string,
    create: () => Promise<string>,
  ): Promise<BegunUpload>;
  /** Keys for which an upload may stand open under an id that we were never told. */
  unanswered(owner: string): UnansweredUpload[];
  /** No upload stands open that we do not know, unless the store has been asked for one more. */
  answered(owner: string, unanswered: UnansweredUpload): void;
  sent(photoId: number, number: number, eTag: string): void;
  /** The upload is completed; the parts are still needed for the confirmation. */
  completed(uploadId: string): void;
  /** The photo no longer wants its upload: it is to be aborted, and nothing of it counts as sent. */
  giveUp(photoId: number): void;
  /** Uploads to abort. */
  abandoned(owner: string): BegunUpload[];
  /** The store no longer has this upload. */
  forget(uploadId: string): void;
  /** Whether this computer has begun this upload and remembers it. */
  knows(uploadId: string): boolean;
}

interface PartRecord {
  number: number;
  size: number;
  sha256: Buffer;
  md5: Buffer | null;
  eTag: string | null;
}

export function createPartLedger(db: Sqlite): PartLedger {
  const statements = {
    clear: db.prepare('DELETE FROM part WHERE photo_id = @photoId'),
    insert: db.prepare(
      'INSERT INTO part (photo_id, number, size, sha256, md5) VALUES (@photoId, @number, @size, @sha256, @md5)',
    ),
    parts: db.prepare<{ photoId: number }, PartRecord>(
      'SELECT number, size, sha256, md5, etag AS eTag FROM part WHERE photo_id = @photoId ORDER BY number',
    ),
    upload: db.prepare<{ photoId: number }, BegunUpload>(
      'SELECT upload_id AS uploadId, object_key AS key FROM multipart WHERE photo_id = @photoId',
    ),
    // The row may have been removed while the store answered.
    begin: db.prepare(
      'INSERT INTO multipart VALUES (@uploadId, @owner, @key, (SELECT id FROM photo WHERE id = @photoId))',
    ),
    ask: db
      .prepare<{ owner: string; key: string }, number>(
        'INSERT INTO asked_upload VALUES (@owner, @key, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times',
      )
      .pluck(),
    answered: db.prepare(
      'DELETE FROM asked_upload WHERE owner = @owner AND object_key = @key AND times = @times',
    ),
    asked: db.prepare<{ owner: string }, UnansweredUpload>(
      'SELECT object_key AS key, times FROM asked_upload WHERE owner = @owner',
    ),
    sent: db.prepare('UPDATE part SET etag = @eTag WHERE photo_id = @photoId AND number = @number'),
    unsent: db.prepare('UPDATE part SET etag = NULL WHERE photo_id = @photoId'),
    giveUp: db.prepare('UPDATE multipart SET photo_id = NULL WHERE photo_id = @photoId'),
    abandoned: db.prepare<{ owner: string }, BegunUpload>(
      'SELECT upload_id AS uploadId, object_key AS key FROM multipart WHERE owner = @owner AND photo_id IS NULL',
    ),
    forget: db.prepare('DELETE FROM multipart WHERE upload_id = @uploadId'),
    knows: db.prepare('SELECT 1 FROM multipart WHERE upload_id = @uploadId').pluck(),
  };
  /** Keys whose request is under way. */
  const asking = new Set<string>();
  const giveUp = db.transaction((photoId: number) => {
    statements.giveUp.run({ photoId });
    statements.unsent.run({ photoId });
  });
  const replace = db.transaction((photoId: number, parts: readonly PartDigest[]) => {
    giveUp(photoId);
    statements.clear.run({ photoId });
    for (const [index, { size, sha256, md5 }] of parts.entries()) {
      statements.insert.run({
        photoId,
        number: index + 1,
        size,
        sha256: Buffer.from(sha256, 'hex'),
        md5: md5 === null ? null : Buffer.from(md5, 'base64'),
      });
    }
  });
  return {
    plan: (photoId, parts) => {
      const known = statements.parts.all({ photoId });
      const same =
        known.length === parts.length &&
        known.every(({ sha256 }, index) => sha256.toString('hex') === parts[index]?.sha256);
      // Most photos have no parts: theirs is no transaction within a transaction.
      if (same && known.every(({ md5 }, index) => md5 !== null || parts[index]?.md5 === null)) return;
      replace(photoId, parts);
    },
    parts: (photoId) =>
      statements.parts.all({ photoId }).map(({ sha256, md5, ...rest }) => ({
        ...rest,
        sha256: sha256.toString('hex'),
        md5: md5 === null ? null : md5.toString('base64'),
      })),
    upload: (photoId) => statements.upload.get({ photoId }) ?? null,
    begin: async ({ id: photoId, owner }, key, create) => {
      const times = durably(db, () => statements.ask.get({ owner, key }));
      asking.add(key);
      try {
        const uploadId = await create();
        durably(db, () => {
          statements.begin.run({ uploadId, owner, key, photoId });
          // What an earlier request for this key may have left is still to be looked for.
          if (times === 1) statements.answered.run({ owner, key, times });
        });
        return { uploadId, key };
      } finally {
        asking.delete(key);
      }
    },
    unanswered: (owner) => statements.asked.all({ owner }).filter(({ key }) => !asking.has(key)),
    answered: (owner, { key, times }) => {
      statements.answered.run({ owner, key, times });
    },
    sent: (photoId, number, eTag) => {
      statements.sent.run({ photoId, number, eTag });
    },
    completed: (uploadId) => {
      statements.forget.run({ uploadId });
    },
    giveUp,
    abandoned: (owner) => statements.abandoned.all({ owner }),
    forget: (uploadId) => {
      statements.forget.run({ uploadId });
    },
    knows: (uploadId) => statements.knows.get({ uploadId }) !== undefined,
  };
}
