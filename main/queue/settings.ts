/** What the engine has learned of an owner's library, and whether they paused everything: kept with the queue, so that a new engine begins with it. */
import type { Sqlite } from './database.ts';

export interface Settings {
  /** Whether this owner has paused everything, for however many starts. */
  paused(owner: string): boolean;
  setPaused(owner: string, paused: boolean): void;
  /** Which checksum this owner's store verified when it was last asked; null before that. */
  checksum(owner: string): Checksum | null;
  setChecksum(owner: string, checksum: Checksum): void;
  /** What is kept of this owner. */
  forget(owner: string): void;
}

export type Checksum = 'SHA256' | 'MD5';

export function createSettings(db: Sqlite): Settings {
  const read = db.prepare<{ name: string }, string>('SELECT value FROM setting WHERE name = @name').pluck();
  const write = db.prepare(
    'INSERT INTO setting VALUES (@name, @value) ON CONFLICT DO UPDATE SET value = @value',
  );
  const remove = db.prepare('DELETE FROM setting WHERE name = @name');
  const checksumOf = (owner: string): string => `checksum ${owner}`;
  const pauseOf = (owner: string): string => `paused ${owner}`;
  return {
    paused: (owner) => read.get({ name: pauseOf(owner) }) !== undefined,
    setPaused: (owner, paused) => {
      if (paused) write.run({ name: pauseOf(owner), value: 'true' });
      else remove.run({ name: pauseOf(owner) });
    },
    checksum: (owner) => {
      const kept = read.get({ name: checksumOf(owner) });
      return kept === undefined ? null : (JSON.parse(kept) as Checksum);
    },
    setChecksum: (owner, checksum) => {
      write.run({ name: checksumOf(owner), value: JSON.stringify(checksum) });
    },
    forget: (owner) => {
      for (const name of [checksumOf(owner), pauseOf(owner)]) remove.run({ name });
    },
  };
}
