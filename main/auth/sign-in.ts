/** One sign-in, from binding the port to verified tokens. Whoever starts it decides when it has been long enough. */
import { randomBytes } from 'node:crypto';
import type { ProblemCode, UserView } from '../../preload/contract/model.ts';
import type { ClientConfig } from '../lib/client-config.ts';
import { errorCode, type Log } from '../lib/log.ts';
import { untilAborted } from './abort.ts';
import { AuthError } from './auth-error.ts';
import { assertBrowserUrl } from './browser-url.ts';
import type { Clock } from './clock.ts';
import { openCallbackServer, type CallbackServer, type StrayCallback } from './loopback.ts';
import type { PageLanguage } from './pages.ts';
import { providerFailure, type Oidc, type SignInAs, type SignInRequest, type TokenReply } from './oidc.ts';
import type { IdClaims, TokenVerifier, VerifiedTokens } from './verify.ts';

/** Between tries to get the pool's keys, in milliseconds. */
const keysPausesMs = [1_000, 3_000];
/** More than any person's name; what is longer is cut. */
const maxNameLength = 200;

export interface SignInDeps {
  config: ClientConfig;
  oidc: Oidc;
  verifier: TokenVerifier;
  clock: Clock;
  as: SignInAs;
  openExternal: (url: string) => Promise<void>;
  /** The address is up: it stays so for a moment after the attempt has ended, so that the browser gets its page. */
  onListening: (server: CallbackServer) => void;
  onWaiting: (url: string) => void;
  onFinishing: () => void;
  onHint: (hint: ProblemCode) => void;
  language: PageLanguage;
  log: Log;
}

export interface SignedIn {
  user: UserView;
  reply: TokenReply;
  verified: VerifiedTokens;
}

/**
 * @param signal ends the attempt; its reason is an {@link AuthError} (`cancelled`, `superseded`, `timeout`).
 * Rejects with an AuthError. Nothing is stored here, and tokens that nobody will use are revoked.
 */
export async function runSignIn(deps: SignInDeps, signal: AbortSignal): Promise<SignedIn> {
  const { config, oidc, clock } = deps;
  const strays = new Set<StrayCallback>();
  const onStray = (why: StrayCallback): void => {
    // Any page can send thousands: each kind is told once.
    if (strays.has(why)) return;
    strays.add(why);
    deps.log('auth.stray_callback', { why });
    deps.onHint(why === 'error' ? 'auth_provider_error' : 'auth_state_mismatch');
  };
  const server = await openCallbackServer(config.callbackPorts, clock, onStray, deps.language);
  deps.onListening(server);
  try {
    signal.throwIfAborted();
    const nonce = randomBytes(32).toString('base64url');
    const request = await oidc.beginSignIn(server.redirectUri, nonce, deps.language().locale, deps.as);
    assertBrowserUrl(request.url, config.domain);
    server.expect(request.state);
    deps.onWaiting(request.url);
    // The address can be copied by hand, so a browser that does not open is only a hint.
    deps.openExternal(request.url).catch((error: unknown) => {
      deps.log('auth.browser_failed', { code: errorCode(error) });
      deps.onHint('auth_browser_failed');
    });

    const callback = await untilAborted(server.callback, signal);
    deps.onFinishing();
    try {
      const signedIn = await untilAborted(finish(deps, request, callback, nonce, signal), signal);
      server.finish('signedIn');
      return signedIn;
    } catch (error) {
      server.finish('notSignedIn');
      throw error;
    }
  } catch (error) {
    // Nobody waits for a page, or somebody waits for the port.
    if (signal.aborted || !server.finished()) await server.close();
    throw error;
  }
}

/** From the callback to verified tokens. */
async function finish(
  deps: SignInDeps,
  request: SignInRequest,
  callback: URLSearchParams,
  nonce: string,
  signal: AbortSignal,
): Promise<SignedIn> {
  const refusal = callback.get('error');
  if (refusal !== null) throw providerFailure(refusal);
  if (callback.getAll('code').length !== 1) throw new AuthError('provider_error', 'no code');
  const reply = await request.finish(callback);
  try {
    const { accessToken, idToken, serverTime } = reply;
    if (idToken === null) throw new AuthError('id_token_missing');
    const now = serverTime ?? deps.clock.now();
    const verified = await patiently(deps, signal, () =>
      deps.verifier.verify({ accessToken, idToken, now }, { nonce }),
    );
    if (verified.id === null) throw new AuthError('id_token_missing');
    signal.throwIfAborted();
    return { user: userOf(verified.id), reply, verified };
  } catch (error) {
    if (reply.refreshToken !== null) {
      deps.oidc.revoke(reply.refreshToken).catch((failure: unknown) => {
        deps.log('auth.revoke_failed', { code: errorCode(failure) });
      });
    }
    throw error;
  }
}

/** A person has just typed a password: keys that cannot be had for a moment do not cost them that. */
async function patiently<T>(
  { clock, log }: SignInDeps,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (const pauseMs of keysPausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AuthError) || !error.isNetwork) throw error;
      log('auth.keys_failed', { code: error.code });
    }
    await untilAborted(new Promise<void>((resolve) => void clock.after(pauseMs, resolve)), signal);
  }
  return await work();
}

/** What people are called: pools differ in which of the claims they fill. */
export function userOf(claims: IdClaims): UserView {
  const parts = [claims.given_name, claims.family_name].filter((part) => part !== undefined && part !== '');
  const names = [
    claims.name,
    parts.join(' '),
    claims.preferred_username,
    claims.email,
    claims['cognito:username'],
  ];
  return {
    sub: claims.sub,
    name: (names.find((name) => name !== undefined && name.trim() !== '') ?? claims.sub).slice(
      0,
      maxNameLength,
    ),
    email: (claims.email ?? '').slice(0, maxNameLength),
  };
}
