/** Who is known on this computer, in a file of the user-data folder: no secrets, so that the app opens without a keychain. */
import fs from 'node:fs/promises';
import { z } from 'zod';
import type { UserView } from '../../preload/contract/model.ts';
import { replaceFile } from '../lib/replace-file.ts';

export interface KnownAccount {
  user: UserView;
  /** Whether its session can be gone on with: neither ended by the person nor by the service, as far as is known. */
  live: boolean;
}

export interface Accounts {
  /** The `sub` of the account at the window, or null. */
  current: string | null;
  /** In the order in which they came. */
  known: KnownAccount[];
  /** Each `sub` that has signed out and of whom the keychain still has to forget what it holds. */
  leaving: string[];
}

const user = z.object({ sub: z.string().min(1), name: z.string(), email: z.string() });
const pool = { issuer: z.string(), clientId: z.string() };
const fileSchema = z.discriminatedUnion('version', [
  // When there could be one account only.
  z.object({ version: z.literal(1), ...pool, user }),
  z.object({
    version: z.literal(2),
    ...pool,
    current: z.string().nullable(),
    known: z.array(z.object({ user, live: z.boolean() })),
    leaving: z.array(z.string().min(1)).default([]),
  }),
]);

export interface AccountFile {
  /** Nobody where nobody is known, to this pool and client; a file that cannot be read counts as none. */
  load(): Promise<Accounts>;
  /** Replaces the file in one step, or removes it where there is nobody left to name. Rejects with the system's error. */
  save(accounts: Accounts): Promise<void>;
}

export function createAccountFile(file: string, issuer: string, clientId: string): AccountFile {
  let lane: Promise<unknown> = Promise.resolve();
  const inLane = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lane.then(work);
    lane = turn.catch(() => undefined);
    return turn;
  };

  return {
    load: () =>
      inLane(async () => {
        const text = await fs.readFile(file, 'utf8').catch(() => '');
        const { data } = fileSchema.safeParse(parseJson(text));
        if (data?.issuer !== issuer || data.clientId !== clientId)
          return { current: null, known: [], leaving: [] };
        if (data.version === 1)
          return { current: data.user.sub, known: [{ user: data.user, live: true }], leaving: [] };
        return { current: data.current, known: data.known, leaving: data.leaving };
      }),
    save: (accounts) => {
      if (accounts.known.length === 0 && accounts.leaving.length === 0)
        return inLane(() => fs.rm(file, { force: true }));
      const text = JSON.stringify({ version: 2, issuer, clientId, ...accounts });
      return inLane(() => replaceFile(file, text));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
