/**
 * What the keychain still holds of accounts that have signed out.
 *
 * [Note: A sign-out comes to its end] A keyring may be locked, or the computer be switched off, in the middle of a
 * sign-out. Who leaves is therefore noted before the keychain is asked, and the note goes when it has forgotten: until
 * then it is asked again, in this run and in those to come.
 */
import { errorCode, type Log } from '../lib/log.ts';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { KnownAccounts } from './known-accounts.ts';
import type { Oidc } from './oidc.ts';
import type { Session } from './session.ts';
import type { TokenVault } from './token-vault.ts';

const maxRetryMs = 5 * 60_000;

export interface Farewell {
  /**
   * Lets the keychain forget an ended session whose account is noted as leaving, and revokes it. Resolves after the
   * first try, however it went.
   */
  begin(session: Session): Promise<void>;
  /** Whether the keychain has refused to forget somebody, and will be asked again. */
  isHeldUp(): boolean;
  /** Tries no more; resolves when a try under way has ended. */
  stop(): Promise<void>;
}

export interface FarewellDeps {
  accounts: Pick<KnownAccounts, 'leaving' | 'left'>;
  vault: TokenVault;
  oidc: Pick<Oidc, 'revoke'>;
  clock: Clock;
  random: () => number;
  log: Log;
  onChange: () => void;
}

export function createFarewell(deps: FarewellDeps): Farewell {
  const { accounts, vault, oidc, clock, random, log } = deps;
  /** How often the keychain has refused, by `sub`. */
  const refusals = new Map<string, number>();
  const timers = new Map<string, () => void>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  /** Revokes what the session holds in the end, a token that a refresh under way brings included. */
  const revoke = async (session: Session): Promise<void> => {
    await session.flight?.catch(() => undefined);
    if (session.refreshToken === null) return;
    await oidc.revoke(session.refreshToken).catch((error: unknown) => {
      log('auth.revoke_failed', { code: errorCode(error) });
    });
  };

  const forget = async (sub: string): Promise<void> => {
    try {
      await vault.forget(sub);
      await accounts.left(sub);
      if (refusals.delete(sub)) deps.onChange();
    } catch (error) {
      const count = (refusals.get(sub) ?? 0) + 1;
      refusals.set(sub, count);
      log('auth.forget_failed', { code: errorCode(error), failures: count });
      deps.onChange();
    }
  };

  const run = async (session: Session): Promise<void> => {
    const { sub } = session.user;
    if (session.refreshToken === null) session.refreshToken = await vault.load(sub).catch(() => null);
    // Somebody who is back has another token there by now, or soon.
    if (!accounts.leaving().includes(sub)) return;
    await forget(sub);
    await revoke(session);
    const count = refusals.get(sub);
    if (count === undefined || stopped) return;
    timers.set(
      sub,
      clock.after(backoffMs(count + 4, maxRetryMs, random), () => void begin(session)),
    );
  };

  const begin = (session: Session): Promise<void> => {
    timers.get(session.user.sub)?.();
    const work = run(session).finally(() => underWay.delete(work));
    underWay.add(work);
    return work;
  };

  return {
    begin,
    isHeldUp: () => accounts.leaving().some((sub) => refusals.has(sub)),
    async stop() {
      stopped = true;
      for (const cancel of timers.values()) cancel();
      await Promise.allSettled(underWay);
    },
  };
}
