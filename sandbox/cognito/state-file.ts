/**
 * Where the stand-in keeps sessions, grants and tokens: in memory, and in one JSON file when it has a
 * folder, so that people stay signed in when the sandbox is stopped and started again.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Adapter, StoredModel } from 'oidc-provider';

interface Entry {
  payload: StoredModel;
  /** Epoch milliseconds; null for never. */
  expiresAt: number | null;
}

/** A keeper of oidc-provider's models. */
export interface StateFile {
  adapterFor(model: string): Adapter;
}

/**
 * Opens the state kept at `file`, or an empty one in memory.
 * Every change is on disk before the reply that depends on it is sent, so a killed process forgets nothing.
 * `graceSeconds` is asked at each look at a spent refresh token: until the grace is over it reads as unspent.
 */
export function openStateFile(file: string | undefined, graceSeconds: () => number): StateFile {
  const entries = new Map<string, Entry>(file === undefined ? [] : readEntries(file));

  function save(): void {
    if (file === undefined) return;
    const now = Date.now();
    for (const [key, entry] of entries) if (hasExpired(entry, now)) entries.delete(key);
    writeFileSync(`${file}.new`, JSON.stringify([...entries]), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  function live(key: string): StoredModel | undefined {
    const entry = entries.get(key);
    return entry === undefined || hasExpired(entry, Date.now()) ? undefined : entry.payload;
  }

  return {
    adapterFor: (model) => ({
      async upsert(id, payload, expiresIn) {
        const expiresAt = expiresIn === undefined ? null : Date.now() + expiresIn * 1000;
        entries.set(`${model}:${id}`, { payload, expiresAt });
        save();
      },
      async find(id) {
        const payload = live(`${model}:${id}`);
        if (payload?.consumed === undefined || model !== 'RefreshToken') return payload;
        if (Date.now() / 1000 - payload.consumed >= graceSeconds()) return payload;
        const { consumed: _, ...unspent } = payload;
        return unspent;
      },
      async findByUid(uid) {
        for (const [key, entry] of entries) {
          if (key.startsWith(`${model}:`) && entry.payload.uid === uid) return live(key);
        }
        return undefined;
      },
      async findByUserCode() {
        return undefined;
      },
      async consume(id) {
        const payload = live(`${model}:${id}`);
        // The first use starts the grace; further uses within it do not prolong it.
        if (payload !== undefined) payload.consumed ??= Date.now() / 1000;
        save();
      },
      async destroy(id) {
        entries.delete(`${model}:${id}`);
        save();
      },
      async revokeByGrantId(grantId) {
        for (const [key, entry] of entries) {
          if (key.startsWith(`${model}:`) && entry.payload.grantId === grantId) entries.delete(key);
        }
        save();
      },
    }),
  };
}

function hasExpired(entry: Entry, now: number): boolean {
  return entry.expiresAt !== null && entry.expiresAt <= now;
}

function readEntries(file: string): [string, Entry][] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as [string, Entry][];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(
      `The sign-in state of the sandbox, ${file}, cannot be read. Delete it and sign in again.`,
      {
        cause: error,
      },
    );
  }
}
