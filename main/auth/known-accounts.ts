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
  /** Notes that an account signs out, which with `remember` is still known. Never rejects. */
  leave(user: UserView, remember: boolean): Promise<void>;
  /** Who has signed out while the keychain still holds something of theirs. */
  leaving(): readonly string[];
  /** The keychain holds nothing of theirs any more. Never rejects. */
  left(sub: string): Promise<void>;
  /** Resolves when all that was noted so far is in the file, or could not be written. */
  saved(): Promise<void>;
}

/** A file that cannot be written costs the next start what it would have known, not this session. */
export function createKnownAccounts(file: AccountFile, log: Log): KnownAccounts {
  let accounts: Accounts = { current: null, known: [], leaving: [] };
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
      // Who signs in has something in the keychain that is not to be forgotten.
      const leaving = live ? without(accounts.leaving, user.sub) : accounts.leaving;
      accounts = { current, known: withAccount(accounts.known, { user, live }), leaving };
      return save();
    },
    leave(user, remember) {
      const { sub } = user;
      accounts = {
        current: accounts.current === sub ? null : accounts.current,
        known: remember
          ? withAccount(accounts.known, { user, live: false })
          : accounts.known.filter((account) => account.user.sub !== sub),
        leaving: [...without(accounts.leaving, sub), sub],
      };
      return save();
    },
    leaving: () => accounts.leaving,
    left(sub) {
      accounts = { ...accounts, leaving: without(accounts.leaving, sub) };
      return save();
    },
  };
}

function withAccount(known: readonly KnownAccount[], account: KnownAccount): KnownAccount[] {
  const at = known.findIndex(({ user }) => user.sub === account.user.sub);
  return at < 0 ? [...known, account] : known.with(at, account);
}

function without(subs: readonly string[], sub: string): string[] {
  return subs.filter((other) => other !== sub);
}
