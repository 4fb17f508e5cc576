/** The accounts that this computer knows, in memory and, behind that, in their file. */
import type { UserView } from '../../preload/contract/model.ts';
import { errorCode, type Log } from '../lib/log.ts';
import type { AccountFile, Accounts, KnownAccount } from './account-file.ts';

export interface KnownAccounts {
  /** Reads the file, the first time. Resolves with who was at the window last. */
  load(): Promise<UserView | null>;
  known(): KnownAccount[];
  /** Notes an account; with `current` also who is at the window now. Never rejects. */
  put(user: UserView, live: boolean, current?: string | null): Promise<void>;
  /** Never rejects. */
  remove(sub: string): Promise<void>;
  /** Resolves when all that was noted so far is in the file, or could not be written. */
  saved(): Promise<void>;
}

/** A file that cannot be written costs the next start what it would have known, not this session. */
export function createKnownAccounts(file: AccountFile, log: Log): KnownAccounts {
  let accounts: Accounts = { current: null, known: [] };
  let loaded: Promise<void> | null = null;

  let saved = Promise.resolve();
  const save = (): Promise<void> => {
    saved = file.save(accounts).catch((error: unknown) => {
      log('auth.accounts_failed', { code: errorCode(error) });
    });
    return saved;
  };

  return {
    async load() {
      loaded ??= file.load().then((read) => {
        accounts = read;
      });
      await loaded;
      return accounts.known.find(({ user }) => user.sub === accounts.current)?.user ?? null;
    },
    known: () => accounts.known,
    saved: () => saved,
    put(user, live, current = accounts.current) {
      const at = accounts.known.findIndex((account) => account.user.sub === user.sub);
      const known = at < 0 ? [...accounts.known, { user, live }] : accounts.known.with(at, { user, live });
      accounts = { current, known };
      return save();
    },
    remove(sub) {
      const { current, known } = accounts;
      accounts = {
        current: current === sub ? null : current,
        known: known.filter(({ user }) => user.sub !== sub),
      };
      return save();
    },
  };
}
