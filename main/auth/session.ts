/** What is known of one session, and how it looks from outside; session-keeper.ts is what changes it. */
import type { Problem, UserView } from '../../preload/contract/model.ts';
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';

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

export interface Session {
  user: UserView;
  refreshToken: string | null;
  /** Whether the keychain holds `refreshToken`. */
  stored: boolean;
  storeFailures: number;
  writing: Promise<void>;
  access: Access | null;
  expired: 'revoked' | 'missing' | null;
  failure: AuthError | null;
  failures: number;
  /** Monotonic; before this, failing again is not worth a request. */
  notBefore: number;
  flight: Promise<Access> | null;
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
    expired: null,
    failure: null,
    failures: 0,
    notBefore: 0,
    flight: null,
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
