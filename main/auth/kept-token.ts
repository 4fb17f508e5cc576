/** A session's refresh token between memory and keychain. */
import { errorCode, type Log } from '../lib/log.ts';
import { AuthError } from './auth-error.ts';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Session } from './session.ts';
import type { TokenVault } from './token-vault.ts';

const maxRetryMs = 5 * 60_000;

export interface KeptToken {
  /** Rejects with `keychain_unread`, or with `sign_in_needed` where the keychain answers that it has none. */
  load(session: Session): Promise<string>;
  /** Never rejects: a session that the keychain does not take lives in memory, says so, and is offered again. */
  store(session: Session): Promise<void>;
}

export interface KeptTokenDeps {
  vault: TokenVault;
  clock: Clock;
  random: () => number;
  log: Log;
  isStopped: () => boolean;
  onChange: (session: Session) => void;
}

export function createKeptToken({
  vault,
  clock,
  random,
  log,
  isStopped,
  onChange,
}: KeptTokenDeps): KeptToken {
  const store = (session: Session): Promise<void> => {
    session.writing = session.writing.then(async () => {
      const { refreshToken } = session;
      if (refreshToken === null || session.stored || session.ended) return;
      session.cancelStore();
      try {
        await vault.save(session.user.sub, refreshToken);
        session.stored = session.refreshToken === refreshToken;
        session.storeFailures = 0;
      } catch (error) {
        session.storeFailures += 1;
        log('auth.store_failed', { code: errorCode(error), failures: session.storeFailures });
        if (!session.ended && !isStopped()) {
          const wait = backoffMs(session.storeFailures + 4, maxRetryMs, random);
          session.cancelStore = clock.after(wait, () => void store(session));
        }
      }
      onChange(session);
    });
    return session.writing;
  };

  return {
    store,
    async load(session) {
      const loaded = await vault.load(session.user.sub).catch((error: unknown) => {
        throw new AuthError('keychain_unread', errorCode(error));
      });
      if (loaded === null) throw new AuthError('sign_in_needed');
      session.refreshToken = loaded;
      session.stored = true;
      return loaded;
    },
  };
}
