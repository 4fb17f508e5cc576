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
 */
import type { UserView } from '../../preload/contract/model.ts';
import type { AccessToken } from '../lib/engine-protocol.ts';
import { errorCode, type Log } from '../lib/log.ts';
import { AuthError } from './auth-error.ts';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Oidc, TokenReply } from './oidc.ts';
import type { ProfileFile } from './profile-file.ts';
import { newSession, remainingMs, viewOf, type Access, type Session, type SessionView } from './session.ts';
import { userOf, type SignedIn } from './sign-in.ts';
import type { TokenVault } from './token-vault.ts';
import type { TokenVerifier, VerifiedTokens } from './verify.ts';

/** A token that is about to expire is not handed out: a request must be able to arrive with it. */
const defaultMinValidityMs = 60_000;
/** A token that was issued less than this ago and is refused will not be replaced by a better one. */
const rejectedTooSoonMs = 10_000;
const maxRetryMs = 60_000;
const maxThrottledRetryMs = 5 * 60_000;
const maxKeychainRetryMs = 5 * 60_000;
/** After a sleep all of an organisation's laptops wake at nine; the account has one quota. */
const resumeJitterMs = 10_000;

export interface TokenOptions {
  /** The token is to be good for at least this long, in milliseconds; by default one minute. */
  minValidityMs?: number;
  /** A token that the backend has just refused. */
  rejected?: string;
}

export interface SessionKeeper {
  view(): SessionView;
  /** Opens the last session, without waiting for keychain or network. */
  restore(): Promise<void>;
  /** Makes a finished sign-in the session; one before it is ended and its token revoked. */
  adopt(signedIn: SignedIn): Promise<void>;
  accessToken(options?: TokenOptions): Promise<AccessToken>;
  onResume(): void;
  onOnline(): void;
  /** Ends the session: keychain and profile forget it, the service revokes it. Resolves with what could not be done. */
  end(): Promise<{ forgetFailed: AuthError | null }>;
  /** Lets a refresh under way finish, so that a rotated token is not lost, but no longer than `waitMs`. */
  stop(waitMs: number): Promise<void>;
}

export interface SessionDeps {
  oidc: Oidc;
  verifier: TokenVerifier;
  vault: TokenVault;
  profile: ProfileFile;
  clock: Clock;
  random: () => number;
  log: Log;
  onChange: () => void;
}

export function createSessionKeeper(deps: SessionDeps): SessionKeeper {
  const { oidc, verifier, vault, profile, clock, random, log } = deps;
  let current: Session | null = null;
  let stopped = false;

  const isCurrent = (session: Session): boolean => session === current && !stopped;
  const changed = (session: Session): void => {
    if (isCurrent(session)) deps.onChange();
  };

  const refreshIn = (session: Session, ms: number): void => {
    session.cancelRefresh();
    if (!isCurrent(session)) return;
    session.cancelRefresh = clock.after(ms, () => refreshQuietly(session));
  };
  /** For timers: what goes wrong is in the session's state, and the next try is planned. */
  const refreshQuietly = (session: Session): void => {
    refresh(session).catch(() => undefined);
  };

  const refresh = (session: Session): Promise<Access> => {
    session.flight ??= runRefresh(session).finally(() => {
      session.flight = null;
    });
    return session.flight;
  };

  const runRefresh = async (session: Session): Promise<Access> => {
    session.cancelRefresh();
    try {
      const refreshToken = session.refreshToken ?? (await loadRefreshToken(session));
      // Counted from before the request: the computer may sleep before the reply is read.
      const issued = { issuedMonotonic: clock.monotonic(), issuedWall: clock.now() };
      const reply = await exchange(refreshToken);
      if (reply.refreshToken !== null && reply.refreshToken !== session.refreshToken) {
        session.refreshToken = reply.refreshToken;
        session.stored = false;
      }
      if (session !== current) throw new AuthError('sign_in_needed');
      if (!session.stored) await store(session);
      const verified = await verifier.verify(
        { accessToken: reply.accessToken, idToken: reply.idToken, now: reply.serverTime ?? clock.now() },
        { sub: session.user.sub },
      );
      if (session !== current) throw new AuthError('sign_in_needed');
      if (verified.id !== null) await rename(session, userOf(verified.id));
      return publish(session, reply, verified, issued);
    } catch (error) {
      const failure = error instanceof AuthError ? error : new AuthError('internal', errorCode(error));
      if (session === current) fail(session, failure);
      throw failure;
    }
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
    reply: TokenReply,
    { access }: VerifiedTokens,
    issued: Pick<Access, 'issuedMonotonic' | 'issuedWall'>,
  ): Access => {
    const seconds = Math.min(reply.expiresIn ?? Infinity, access.exp - access.iat);
    const published: Access = {
      token: reply.accessToken,
      lifetimeMs: seconds * 1000,
      ...issued,
    };
    session.access = published;
    session.failure = null;
    session.failures = 0;
    session.notBefore = 0;
    session.expired = null;
    refreshIn(session, published.lifetimeMs * (0.75 + random() * 0.1));
    changed(session);
    return published;
  };

  const fail = (session: Session, failure: AuthError): void => {
    log('auth.refresh_failed', { code: failure.code, failures: session.failures + 1 });
    session.failure = failure;
    session.failures += 1;
    if (failure.refusal === 'sign_in_needed') {
      expire(session, failure.code === 'session_revoked' ? 'revoked' : 'missing');
      return;
    }
    const ceiling = failure.code === 'throttled' ? maxThrottledRetryMs : maxRetryMs;
    const wait = backoffMs(session.failures, ceiling, random);
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
    if (reason === 'revoked') forgetQuietly(session);
    changed(session);
  };

  const forgetQuietly = (session: Session): void => {
    vault.forget(session.user.sub).catch((error: unknown) => {
      log('auth.forget_failed', { code: errorCode(error) });
    });
  };

  const loadRefreshToken = async (session: Session): Promise<string> => {
    const loaded = await vault.load(session.user.sub);
    if (loaded === null) throw new AuthError('sign_in_needed');
    session.refreshToken = loaded;
    session.stored = true;
    return loaded;
  };

  /** Never rejects: a session that the keychain does not take lives in memory, says so, and is offered again. */
  const store = (session: Session): Promise<void> => {
    session.writing = session.writing.then(async () => {
      const { refreshToken } = session;
      if (refreshToken === null || session.stored || session !== current) return;
      session.cancelStore();
      try {
        await vault.save(session.user.sub, refreshToken);
        session.stored = session.refreshToken === refreshToken;
        session.storeFailures = 0;
      } catch (error) {
        session.storeFailures += 1;
        log('auth.store_failed', { code: errorCode(error), failures: session.storeFailures });
        if (isCurrent(session)) {
          const wait = backoffMs(session.storeFailures + 4, maxKeychainRetryMs, random);
          session.cancelStore = clock.after(wait, () => void store(session));
        }
      }
      changed(session);
    });
    return session.writing;
  };

  const rename = async (session: Session, user: UserView): Promise<void> => {
    const same = user.name === session.user.name && user.email === session.user.email;
    session.user = user;
    if (!same) await saveProfile(user);
  };
  /** A profile that cannot be written costs the next start its name, not this session. */
  const saveProfile = async (user: UserView): Promise<void> => {
    await profile.save(user).catch((error: unknown) => {
      log('auth.profile_failed', { code: errorCode(error) });
    });
  };

  const retire = (session: Session): void => {
    session.cancelRefresh();
    session.cancelStore();
  };

  /** Revokes what the session holds in the end, a token that a refresh under way brings included. */
  const revoke = async (session: Session): Promise<void> => {
    await session.flight?.catch(() => undefined);
    if (session.refreshToken === null) return;
    await oidc.revoke(session.refreshToken).catch((error: unknown) => {
      log('auth.revoke_failed', { code: errorCode(error) });
    });
  };

  return {
    view: () => viewOf(current),

    async restore() {
      const user = await profile.load();
      if (user === null || stopped || current !== null) return;
      current = newSession(user, null);
      changed(current);
      refreshQuietly(current);
    },

    async adopt({ user, reply, verified }) {
      const before = current;
      const session = newSession(user, reply.refreshToken);
      current = session;
      if (before !== null) {
        retire(before);
        // The same user's entry is about to be overwritten, and a service that counts both sign-ins as one grant would
        // end the new session with the old token. Somebody else's must not be left behind.
        if (before.user.sub !== user.sub) {
          forgetQuietly(before);
          void revoke(before);
        }
      }
      session.writing = saveProfile(user);
      const stored = store(session);
      publish(session, reply, verified, { issuedMonotonic: clock.monotonic(), issuedWall: clock.now() });
      await stored;
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
      refreshIn(session, 500 + random() * resumeJitterMs);
    },

    onOnline() {
      const session = current;
      if (session === null || session.expired !== null || session.failure === null) return;
      session.notBefore = 0;
      refreshIn(session, 100 + random() * 900);
    },

    async end() {
      const session = current;
      current = null;
      if (session === null) return { forgetFailed: null };
      retire(session);
      deps.onChange();
      await profile.forget().catch((error: unknown) => {
        log('auth.profile_failed', { code: errorCode(error) });
      });
      await session.writing;
      if (session.refreshToken === null) {
        session.refreshToken = await vault.load(session.user.sub).catch(() => null);
      }
      let forgetFailed: AuthError | null = null;
      await vault.forget(session.user.sub).catch((error: unknown) => {
        forgetFailed =
          error instanceof AuthError ? error : new AuthError('keychain_unavailable', errorCode(error));
        log('auth.forget_failed', { code: errorCode(error) });
      });
      await revoke(session);
      return { forgetFailed };
    },

    async stop(waitMs) {
      stopped = true;
      const session = current;
      if (session === null) return;
      retire(session);
      let cancel: () => void = () => undefined;
      const enough = new Promise<void>((resolve) => {
        cancel = clock.after(waitMs, resolve);
      });
      const work = Promise.allSettled([session.flight, session.writing]);
      await Promise.race([work, enough]);
      cancel();
    },
  };
}
