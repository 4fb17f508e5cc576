/**
 * Keeps the queue's files small while nothing else is to be done.
 *
 * [Note: Small steps] SQLite writes the log back into the database by itself, but its file stays as long as it ever
 * was, and so does the database after rows were removed. Giving the space back takes the engine's thread: so it waits
 * for a rest, and frees a few pages at a time.
 */
import type { Clock } from '../lib/clock.ts';
import type { Sqlite } from './database.ts';

export interface Upkeep {
  /** Something happened: the work waits for the next rest. */
  poke(): void;
  stop(): void;
}

export interface UpkeepDeps {
  db: Sqlite;
  clock: Clock;
  /** Nothing is being worked on. */
  idle: () => boolean;
  /** The database could not be written. */
  onFailure: (error: unknown) => void;
}

/** How long a rest must have lasted. */
const restMs = 5_000;
/** Of 4 KiB: freed in one go, some milliseconds. */
const pagesAtOnce = 512;
const betweenMs = 50;
/** A file that has fewer free pages is compact. */
const enoughFree = 1_024;

export function createUpkeep({ db, clock, idle, onFailure }: UpkeepDeps): Upkeep {
  let callOff: (() => void) | null = null;
  let freeing = false;

  const after = (ms: number, work: () => void): void => {
    callOff?.();
    callOff = clock.after(ms, () => {
      callOff = null;
      try {
        work();
      } catch (error) {
        onFailure(error);
      }
    });
  };
  const tidy = (): void => {
    freeing = false;
    // Whoever ends the work pokes again.
    if (!idle()) return;
    const free = db.pragma('freelist_count', { simple: true }) as number;
    if (free > enoughFree) {
      db.pragma(`incremental_vacuum(${pagesAtOnce})`);
      freeing = true;
      after(betweenMs, tidy);
      return;
    }
    db.pragma('wal_checkpoint(TRUNCATE)');
  };
  return {
    poke: () => {
      if (!freeing) after(restMs, tidy);
    },
    stop: () => {
      callOff?.();
      callOff = null;
    },
  };
}
