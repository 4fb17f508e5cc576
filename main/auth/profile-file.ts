/** Who was signed in last, in a file of the user-data folder: no secrets, so that the app opens without a keychain. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { UserView } from '../../preload/contract/model.ts';

const profileSchema = z.object({
  version: z.literal(1),
  issuer: z.string(),
  clientId: z.string(),
  user: z.object({ sub: z.string().min(1), name: z.string(), email: z.string() }),
});

export interface ProfileFile {
  /** Null where nobody was signed in, to this pool and client; a file that cannot be read counts as none. */
  load(): Promise<UserView | null>;
  /** Replaces the file in one step. Rejects with the system's error. */
  save(user: UserView): Promise<void>;
  forget(): Promise<void>;
}

export function createProfileFile(file: string, issuer: string, clientId: string): ProfileFile {
  let lane: Promise<unknown> = Promise.resolve();
  const inLane = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lane.then(work);
    lane = turn.catch(() => undefined);
    return turn;
  };

  const replace = async (user: UserView): Promise<void> => {
    await fs.mkdir(path.dirname(file), { recursive: true });
    const next = `${file}.next`;
    const handle = await fs.open(next, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify({ version: 1, issuer, clientId, user }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(next, file);
  };

  return {
    load: () =>
      inLane(async () => {
        const text = await fs.readFile(file, 'utf8').catch(() => '');
        const profile = profileSchema.safeParse(parseJson(text));
        const ours = profile.success && profile.data.issuer === issuer && profile.data.clientId === clientId;
        return ours ? profile.data.user : null;
      }),
    save: (user) => inLane(() => replace(user)),
    forget: () => inLane(() => fs.rm(file, { force: true })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
