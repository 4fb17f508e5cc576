/**
 * The session: who is signed in, the refresh token, and the one access token that is handed out.
 *
 * [Note: A session outlives everything but invalid_grant] A network that is down, a service that is out of order, a
 * log-in page of a hotel, a locked keychain, a token that does not verify: none of them signs a person out. The session
 * stays, says what is wrong and tries again. Only the service's `invalid_grant` ends it, or the person.
 *
 * [Note: The order of a refresh] One exchange at a time (a refresh token is good once) → the new refresh token is kept,
 * because the old one is spent → the reply is verified → its access token is published. A reply that was lost on the
 * way is asked for once more, inside the grace that rotation allows.
 *
 * [Note: One window, several sessions] Everybody who signed in here and not out again has a session; one of them is at
 * the window, and only that one is renewed and hands out tokens. The others keep what they have, in the keychain or,
 * where that does not work, in memory.
 */
import type { UserView } from '../../preload/contract/model.ts';
import type { AccessToken } from '../lib/engine-protocol.ts';
import { errorCode, type Log } from '../lib/log.ts';
import type { AccountFile, KnownAccount } from './account-file.ts';
import { AuthError } from './auth-error.ts';
import { waitAfter } from './backoff.ts';
import type { Clock } from './clock.ts';
import { createFarewell } from './farewell.ts';
import { createKeptToken } from './kept-token.ts';
import { createKnownAccounts } from './known-accounts.ts';
import type { Oidc, TokenReply } from './oidc.ts';
import {
  newSession,
  remainingMs,
  viewOf,
  type Access,
  type Session,
  type SessionView,
  type Unverified,
} from './session.ts';
import { userOf, type SignedIn } from './sign-in.ts';
import type { TokenVault } from './token-vault.ts';
import type { TokenVerifier, VerifiedTokens } from './verify.ts';

/** A token that is about to expire is not handed out: a request must be able to arrive with it. */
const defaultMinValidityMs = 60_000;
/** A token that was issued less than this ago and is refused will not be replaced by a better one. */
const rejectedTooSoonMs = 10_000;
/** After a sleep all of an organisation's laptops wake at nine; the account has one quota. */
const resumeJitterMs = 10_000;
/** What Cognito allows at most; timers count no further than some days. */
const maxLifetimeMs = 24 * 60 * 60_000;
/** However short-lived tokens are, unasked they are renewed no more often than this. */
const minRefreshMs = 10_000;

export interface TokenOptions {
  /** The token is to be good for at least this long, in milliseconds; by default one minute. */
  minValidityMs?: number;
  /** A token that the backend has just refused. */
  rejected?: string;
}

export interface SessionKeeper {
  view(): SessionView;
  /** Who else is known on this computer. */
  others(): KnownAccount[];
  /** Opens the last session, without waiting for keychain or network. */
  restore(): Promise<void>;
  /** Makes a finished sign-in the session at the window. */
  adopt(signedIn: SignedIn): Promise<void>;
  /** Brings another account to the window. False where it is not known or its session has ended. */
  switchTo(sub: string): boolean;
  accessToken(options?: TokenOptions): Promise<AccessToken>;
  onResume(): void;
  onOnline(): void;
  /**
   * Ends the session of an account: the keychain forgets it and the service revokes it, and with `remember` the account
   * is still known. Resolves after the first try ([Note: A sign-out comes to its end]).
   */
  end(sub: string, remember: boolean): Promise<void>;
  /** Why the keychain still holds something of somebody who has signed out; null where it does not. */
  unforgotten(): AuthError | null;
  /** Lets a refresh under way finish, so that a rotated token is not lost, but no longer than `waitMs`. */
  stop(waitMs: number): Promise<void>;
}

export interface SessionDeps {
  oidc: Oidc;
  verifier: TokenVerifier;
  vault: TokenVault;
  accounts: AccountFile;
  clock: Clock;
  random: () => number;
  log: Log;
  onChange: () => void;
}

export function createSessionKeeper(deps: SessionDeps): SessionKeeper {
  const { oidc, verifier, vault, clock, random, log } = deps;
  const accounts = createKnownAccounts(deps.accounts, log);
  /** By `sub`: the one at the window, and others of which something is only in memory. */
  const sessions = new Map<string, Session>();
  let current: Session | null = null;
  let stopped = false;

  const isCurrent = (session: Session): boolean => session === current && !stopped;
  const changed = (session: Session): void => {
    if (isCurrent(session)) deps.onChange();
  };

  const keptToken = createKeptToken({
    vault,
    clock,
    random,
    log,
    isStopped: () => stopped,
    onChange: changed,
  });

  const farewell = createFarewell({ accounts, vault, oidc, clock, random, log, onChange: deps.onChange });

  const refreshIn = (session: Session, ms: number): void => {
    session.cancelRefresh();
    if (!isCurrent(session)) return;
    session.cancelRefresh = clock.after(ms, () => refreshQuietly(session));
  };
  /** For timers: what goes wrong is in the session's state, and the next try is planned. */
  const refreshQuietly = (session: Session, pauseMs = 0): void => {
    refresh(session, pauseMs).catch(() => undefined);
  };

  /** @param pauseMs how long to wait first; whoever asks meanwhile waits too. */
  const refresh = (session: Session, pauseMs = 0): Promise<Access> => {
    session.flight ??= runRefresh(session, pauseMs).finally(() => {
      session.flight = null;
    });
    return session.flight;
  };

  const pause = async (session: Session, ms: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      session.cutPause = () => {
        cancel();
        resolve();
      };
    });
    // Another account is at the window now: this one is renewed when it comes back.
    if (!isCurrent(session)) throw new AuthError('cancelled');
  };

  const runRefresh = async (session: Session, pauseMs: number): Promise<Access> => {
    session.cancelRefresh();
    try {
      if (pauseMs > 0) await pause(session, pauseMs);
      const unverified = session.unverified ?? (await renew(session));
      const { reply, issuedMonotonic } = unverified;
      const age = clock.monotonic() - issuedMonotonic;
      const now = reply.serverTime === null ? clock.now() : reply.serverTime + age;
      const { accessToken, idToken } = reply;
      const verified = await verifier.verify({ accessToken, idToken, now }, { sub: session.user.sub });
      if (session.ended) throw new AuthError('sign_in_needed');
      note(session, verified.id === null ? session.user : userOf(verified.id));
      return publish(session, unverified, verified);
    } catch (error) {
      const failure = error instanceof AuthError ? error : new AuthError('internal', errorCode(error));
      if (!failure.isNetwork) session.unverified = null;
      if (!session.ended && failure.code !== 'cancelled') fail(session, failure);
      throw failure;
    }
  };

  /** The exchange, with its new refresh token kept before anything else is done with the reply. */
  const renew = async (session: Session): Promise<Unverified> => {
    const refreshToken = session.refreshToken ?? (await keptToken.load(session));
    // Counted from before the request: the computer may sleep before the reply is read.
    const issued = { issuedMonotonic: clock.monotonic(), issuedWall: clock.now() };
    const reply = await exchange(refreshToken);
    if (reply.refreshToken !== null && reply.refreshToken !== session.refreshToken) {
      session.refreshToken = reply.refreshToken;
      session.stored = false;
    }
    if (!session.stored) await keptToken.store(session);
    if (session.ended) throw new AuthError('sign_in_needed');
    session.unverified = { reply, ...issued };
    return session.unverified;
  };

  const exchange = async (refreshToken: string): Promise<TokenReply> => {
    try {
      return await oidc.refresh(refreshToken);
    } catch (error) {
      const lost = error instanceof AuthError && (error.code === 'offline' || error.code === 'deadline');
      if (!lost || stopped) throw error;
      return await oidc.refresh(refreshToken);
    }
  };

  const publish = (
    session: Session,
    { reply, issuedMonotonic, issuedWall }: Unverified,
    { access }: VerifiedTokens,
  ): Access => {
    const seconds = Math.min(reply.expiresIn ?? Infinity, access.exp - access.iat);
    const lifetimeMs = Math.min(seconds * 1000, maxLifetimeMs);
    const published: Access = { token: reply.accessToken, lifetimeMs, issuedMonotonic, issuedWall };
    session.access = published;
    session.unverified = null;
    session.failure = null;
    session.failures = 0;
    session.notBefore = 0;
    session.expired = null;
    planRefresh(session, published);
    changed(session);
    return published;
  };

  const planRefresh = (session: Session, access: Access): void => {
    refreshIn(session, Math.max(minRefreshMs, remainingMs(access, clock) * (0.75 + random() * 0.1)));
  };

  const fail = (session: Session, failure: AuthError): void => {
    log('auth.refresh_failed', { code: failure.code, failures: session.failures + 1 });
    session.failure = failure;
    session.failures += 1;
    if (failure.refusal === 'sign_in_needed') {
      expire(session, failure.code === 'session_revoked' ? 'revoked' : 'missing');
      return;
    }
    const wait = waitAfter(failure, session.failures, random);
    session.notBefore = clock.monotonic() + wait;
    refreshIn(session, wait);
    changed(session);
  };

  const expire = (session: Session, reason: 'revoked' | 'missing'): void => {
    session.expired = reason;
    session.access = null;
    session.refreshToken = null;
    session.cancelRefresh();
    session.cancelStore();
    void accounts.put(session.user, false);
    if (reason === 'revoked') {
      vault.forget(session.user.sub).catch((error: unknown) => {
        log('auth.forget_failed', { code: errorCode(error) });
      });
    }
    // Also of somebody who is not at the window: it tells who can be gone on with.
    if (!stopped) deps.onChange();
  };

  /** The session works, and this is its user's name now. */
  const note = (session: Session, user: UserView): void => {
    const before = accounts.known().find((account) => account.user.sub === user.sub);
    session.user = user;
    const same = user.name === before?.user.name && user.email === before.user.email;
    if (!same || !before.live) void accounts.put(user, true);
  };

  /** Leaves the window; a refresh under way still comes to its end. */
  const rest = (session: Session): void => {
    session.cancelRefresh();
    session.cutPause();
  };

  const end = (session: Session): void => {
    session.ended = true;
    session.unverified = null;
    rest(session);
    session.cancelStore();
  };

  const bringToWindow = (session: Session): void => {
    const before = current;
    current = session;
    if (before !== null && before !== session) rest(before);
    sessions.set(session.user.sub, session);
  };

  return {
    view: () => viewOf(current),
    unforgotten: () => (farewell.isHeldUp() ? new AuthError('forget_failed') : null),
    others: () => accounts.known().filter(({ user }) => user.sub !== current?.user.sub),

    async restore() {
      const user = await accounts.load();
      if (stopped || current !== null) return;
      const session = user === null ? null : newSession(user, null);
      if (session !== null) bringToWindow(session);
      deps.onChange();
      if (session !== null) refreshQuietly(session);
      for (const sub of accounts.leaving())
        void farewell.begin(newSession({ sub, name: '', email: '' }, null));
    },

    async adopt({ user, reply, verified }) {
      await accounts.load();
      // The same user's entry is about to be overwritten. It is not revoked: a service that counts both sign-ins as one
      // grant would end the new session with the old token.
      const before = sessions.get(user.sub);
      if (before !== undefined) end(before);
      const session = newSession(user, reply.refreshToken);
      bringToWindow(session);
      session.writing = accounts.put(user, true, user.sub);
      const stored = keptToken.store(session);
      const issued = { issuedMonotonic: clock.monotonic(), issuedWall: clock.now() };
      publish(session, { reply, ...issued }, verified);
      await stored;
    },

    switchTo(sub) {
      const account = accounts.known().find(({ user }) => user.sub === sub);
      if (account === undefined || !account.live || stopped) return false;
      const session = sessions.get(sub) ?? newSession(account.user, null);
      if (session.expired !== null) return false;
      bringToWindow(session);
      void accounts.put(session.user, true, sub);
      const { access } = session;
      if (access !== null && remainingMs(access, clock) > access.lifetimeMs / 2) planRefresh(session, access);
      else refreshQuietly(session);
      deps.onChange();
      return true;
    },

    async accessToken({ minValidityMs = defaultMinValidityMs, rejected } = {}) {
      const session = current;
      if (session === null || stopped) throw new AuthError('sign_in_needed');
      if (session.expired !== null) throw session.failure ?? new AuthError('sign_in_needed');
      let access = session.access;
      const refused = access !== null && access.token === rejected;
      if (access !== null && refused && clock.monotonic() - access.issuedMonotonic < rejectedTooSoonMs) {
        throw new AuthError('token_rejected');
      }
      if (
        access === null ||
        refused ||
        remainingMs(access, clock) < Math.min(minValidityMs, access.lifetimeMs / 2)
      ) {
        if (session.flight === null && session.failure !== null && clock.monotonic() < session.notBefore) {
          throw session.failure;
        }
        access = await refresh(session);
      }
      return { token: access.token, expiresAt: access.issuedWall + access.lifetimeMs, sub: session.user.sub };
    },

    onResume() {
      const session = current;
      if (session === null || session.expired !== null) return;
      session.notBefore = 0;
      const { access } = session;
      if (session.failure === null && access !== null && remainingMs(access, clock) > access.lifetimeMs / 2)
        return;
      refreshQuietly(session, 500 + random() * resumeJitterMs);
    },

    onOnline() {
      const session = current;
      if (session === null || session.expired !== null || session.failure === null) return;
      // That was no matter of the network.
      if (session.failure.code === 'throttled') return;
      session.notBefore = 0;
      refreshQuietly(session, 100 + random() * 900);
    },

    async end(sub, remember) {
      const known = accounts.known().find(({ user }) => user.sub === sub);
      const session = sessions.get(sub) ?? (known === undefined ? null : newSession(known.user, null));
      if (session === null) return;
      end(session);
      sessions.delete(sub);
      if (session === current) current = null;
      const written = accounts.leave(session.user, remember);
      deps.onChange();
      await written;
      await session.writing;
      await farewell.begin(session);
    },

    async stop(waitMs) {
      stopped = true;
      const underWay: Promise<unknown>[] = [farewell.stop(), accounts.saved()];
      for (const session of sessions.values()) {
        rest(session);
        session.cancelStore();
        underWay.push(session.writing);
        if (session.flight !== null) underWay.push(session.flight);
      }
      let cancel: () => void = () => undefined;
      const enough = new Promise<void>((resolve) => {
        cancel = clock.after(waitMs, resolve);
      });
      await Promise.race([Promise.allSettled(underWay), enough]);
      cancel();
    },
  };
}
