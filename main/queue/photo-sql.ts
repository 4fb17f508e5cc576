/** The statements that read the queue, and those that change many rows at once. */
import { columns } from './photo-record.ts';

/** What is neither at its end nor halted: a copy may wait for it. See the triggers of 0005-waiting-rows.sql. */
export const underWay = `status IN ('waiting', 'active') AND held = 0 AND waits_at IS NULL`;

/** Every query of the queue, so that a test can EXPLAIN each. */
export const queueSql = {
  get: `SELECT ${columns} FROM photo WHERE id = @id`,
  core: `SELECT status, step, reason, next_try_at AS nextTryAt, attempts, strikes, held, size FROM photo
    WHERE id = @id`,
  // Its status is not even named: that would cost the counters' triggers.
  hand: `UPDATE photo SET step = @step, attempts = @attempts, object_key = coalesce(@objectKey, object_key),
    last_error = @lastError, again = coalesce(@again, again) WHERE id = @id RETURNING ${columns}`,
  promote: `UPDATE photo SET next_try_at = 0
    WHERE owner = @owner AND step = @step AND large = @large AND status = 'waiting' AND held = 0
    AND waits_for IS NULL AND waits_at IS NULL AND next_try_at BETWEEN 1 AND @now`,
  ready: `SELECT ${columns} FROM photo
    WHERE owner = @owner AND step = @step AND large = @large AND status = 'waiting' AND held = 0
    AND waits_for IS NULL AND waits_at IS NULL AND next_try_at = 0
    ORDER BY priority DESC, id LIMIT @limit`,
  nextDue: `SELECT next_try_at FROM photo
    WHERE owner = @owner AND step = @step AND large = @large AND status = 'waiting' AND held = 0
    AND waits_for IS NULL AND waits_at IS NULL ORDER BY next_try_at LIMIT 1`,
  due: `SELECT 1 FROM photo WHERE owner = @owner AND step IN ('inspecting', 'checking', 'sending', 'confirming')
    AND large IN (0, 1) AND status = 'waiting' AND held = 0 AND waits_for IS NULL AND waits_at IS NULL LIMIT 1`,
  /** Rows that were told to wait by a clock that has been set back since: each waits for as long from now on. */
  setBack: `UPDATE photo SET next_try_at = @now + (SELECT attempt.next_try_at - attempt.at FROM attempt
      WHERE photo_id = photo.id ORDER BY number DESC LIMIT 1)
    WHERE owner IN (SELECT owner FROM counter WHERE bucket = 'waiting')
    AND step IN ('inspecting', 'checking', 'sending', 'confirming') AND large IN (0, 1)
    AND status = 'waiting' AND held = 0 AND waits_for IS NULL AND waits_at IS NULL AND next_try_at > @now
    AND (SELECT attempt.at > @now AND attempt.next_try_at IS NOT NULL FROM attempt
      WHERE photo_id = photo.id ORDER BY number DESC LIMIT 1)`,
  twin: `SELECT id FROM photo WHERE owner = @owner AND sha256 = @sha256 AND id <> @id
    AND step IN ('sending', 'confirming') AND ${underWay} LIMIT 1`,
  undecoded: `SELECT ${columns} FROM photo WHERE owner = @owner AND decoded = 0 AND sha256 IS NOT NULL
    ORDER BY id LIMIT 1`,
  /** By owner, since every index begins with it. */
  release: `UPDATE photo SET status = 'waiting', reason = @reason, next_try_at = 0
    WHERE owner IN (SELECT owner FROM counter WHERE bucket = 'active') AND status = 'active'`,
  remove: `DELETE FROM photo WHERE id IN (SELECT value FROM json_each(@ids)) AND owner = @owner`,
  blocked: `SELECT id FROM photo WHERE owner = @owner AND status = 'blocked'`,
  delayed: `SELECT id FROM photo WHERE owner = @owner AND step IN ('inspecting', 'checking', 'sending', 'confirming')
    AND large IN (0, 1) AND status = 'waiting' AND held = 0 AND waits_for IS NULL AND waits_at IS NULL
    AND next_try_at > 0`,
  someOf: `SELECT id FROM photo WHERE owner = @owner ORDER BY id LIMIT @limit`,
  unfinished: `SELECT id FROM photo WHERE owner = @owner AND status <> 'done' ORDER BY id LIMIT @limit`,
  idAt: `SELECT id FROM photo WHERE owner = @owner AND path = @path AND volume = @volume`,
  nextPath: `SELECT path FROM photo WHERE owner = @owner AND path > @after ORDER BY path LIMIT 1`,
  missingBelow: `SELECT id FROM photo WHERE owner = @owner AND path > @first AND path < @last
    AND +status = 'blocked' AND reason = 'missing' ORDER BY path`,
  topPriority: `SELECT priority FROM photo WHERE owner = @owner AND priority > 0 ORDER BY priority DESC LIMIT 1`,
} as const;
