/** What is known of one session, and how it looks from outside; session-keeper.ts is what changes it. */
import type { Problem, UserView } from '../../preload/contract/model.ts';
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';
import type { TokenReply } from './oidc.ts';

export type SessionView =
  | { kind: 'none' }
  | { kind: 'live'; user: UserView; offline: boolean; problem?: Problem }
  | { kind: 'expired'; user: UserView; reason: 'revoked' | 'missing' };

/** The access token that is handed out. */
export interface Access {
  token: string;
  lifetimeMs: number;
  issuedMonotonic: number;
  issuedWall: number;
}

/** A reply of the token endpoint that is not verified yet, and when it was asked for. */
export interface Unverified {
  reply: TokenReply;
  issuedMonotonic: number;
  issuedWall: number;
}

export interface Session {
  user: UserView;
  refreshToken: string | null;
  /** Whether the keychain holds `refreshToken`. */
  stored: boolean;
  storeFailures: number;
  writing: Promise<void>;
  access: Access | null;
  /** Kept while the pool's keys cannot be had: what it brought need not be asked for again. */
  unverified: Unverified | null;
  expired: 'revoked' | 'missing' | null;
  /** The person signed out, or in anew: nothing more is to be kept of it. */
  ended: boolean;
  failure: AuthError | null;
  failures: number;
  /** Monotonic; before this, failing again is not worth a request. */
  notBefore: number;
  flight: Promise<Access> | null;
  /** Ends the pause with which a flight begins. */
  cutPause: () => void;
  cancelRefresh: () => void;
  cancelStore: () => void;
}

/** A session of which nothing but the user, and perhaps the refresh token, is known. */
export function newSession(user: UserView, refreshToken: string | null): Session {
  const nothing = (): void => undefined;
  return {
    user,
    refreshToken,
    stored: false,
    storeFailures: 0,
    writing: Promise.resolve(),
    access: null,
    unverified: null,
    expired: null,
    ended: false,
    failure: null,
    failures: 0,
    notBefore: 0,
    flight: null,
    cutPause: nothing,
    cancelRefresh: nothing,
    cancelStore: nothing,
  };
}

/** How long an access token is still good, in milliseconds; negative when it is not. */
export function remainingMs(access: Access, clock: Clock): number {
  // The monotonic clock may stand still in a sleep, the wall clock may be set back: whichever saw more time is right.
  const age = Math.max(clock.monotonic() - access.issuedMonotonic, clock.now() - access.issuedWall);
  return access.lifetimeMs - age;
}

/** What of a session the window may know. */
export function viewOf(session: Session | null): SessionView {
  if (session === null) return { kind: 'none' };
  const { user, failure, expired } = session;
  if (expired !== null) return { kind: 'expired', user, reason: expired };
  const offline = failure?.problem.code === 'auth_network';
  const unstored = session.refreshToken !== null && !session.stored && session.storeFailures > 0;
  let problem: Problem | undefined;
  if (failure !== null && !offline) problem = failure.problem;
  else if (unstored) problem = new AuthError('keychain_unavailable').problem;
  return { kind: 'live', user, offline, ...(problem === undefined ? {} : { problem }) };
}
