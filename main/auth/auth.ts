/** Sign-in as the rest of the app sees it: one state, a handful of verbs, and access tokens on request. */
import type { AuthState, OtherAccount, Problem, ProblemCode } from '../../preload/contract/model.ts';
import { issuerOf, type ClientConfig } from '../lib/client-config.ts';
import type { AccessToken } from '../lib/engine-protocol.ts';
import { errorCode, type Log } from '../lib/log.ts';
import { untilAborted } from './abort.ts';
import { createAccountFile } from './account-file.ts';
import { AuthError } from './auth-error.ts';
import { assertBrowserUrl } from './browser-url.ts';
import type { Clock } from './clock.ts';
import { openSignedOutServer, signedOutPath, type CallbackServer, type SignedOutServer } from './loopback.ts';
import { acceptedIssuers, createOidc, type SignInAs } from './oidc.ts';
import type { PageLanguage } from './pages.ts';
import { createSessionKeeper, type TokenOptions } from './session-keeper.ts';
import type { SessionView } from './session.ts';
import { runSignIn } from './sign-in.ts';
import type { TokenVault } from './token-vault.ts';
import { createTransport, type Fetch } from './transport.ts';
import { createTokenVerifier } from './verify.ts';

/** From the first click to the callback: long enough for a second factor and a forgotten password. */
const signInDeadlineMs = 10 * 60_000;
/** One request to the sign-in service, its answer's body included. */
const requestDeadlineMs = 10_000;
/** How long the address for the hosted sign-out's last page stays up. */
const signedOutWaitMs = 60_000;
const stopWaitMs = 3_000;

export interface AuthDeps {
  config: ClientConfig;
  vault: TokenVault;
  /** In the user-data folder; holds who is known here, and no secret. */
  profileFile: string;
  openExternal: (url: string) => Promise<void>;
  copyText: (text: string) => void;
  focusApp: () => void;
  /** What the pages for the browser are written in, and what the provider is asked for. */
  language: PageLanguage;
  /** In the app the one that honours the system's proxy and certificates (Electron's net), in tests Node's. */
  fetch: Fetch;
  clock: Clock;
  /** In [0, 1): jitter only; secrets come from the system's generator. */
  random: () => number;
  log: Log;
  onState: (state: AuthState) => void;
  /** Tests shorten them. */
  limits?: Partial<AuthLimits>;
}

export interface AuthLimits {
  signInDeadlineMs: number;
  requestDeadlineMs: number;
  signedOutWaitMs: number;
}

export interface Auth {
  /** Opens the last session, if there was one, on what is known without keychain and network; both follow. */
  start(): Promise<void>;
  state(): AuthState;
  /** The `sub` of the account at the window, also while somebody signs in; null without one. */
  session(): string | null;
  /**
   * Resolves when the attempt has ended, however it did: the state says how. A newer call takes over from an older.
   * Whose session has ended is who is expected.
   */
  signIn(): Promise<void>;
  /** Signs somebody else in, who gets the form; who is signed in now stays known, and so does the session. */
  addAccount(): Promise<void>;
  /** Brings another known account to the window: at once where its session lives, else by a sign-in. */
  switchTo(sub: string): Promise<void>;
  /** Opens the browser on the attempt under way once more. */
  openAgain(): Promise<void>;
  /** Copies the attempt's address. */
  copyLink(): void;
  /** Gives the attempt up; without one nothing happens. */
  cancel(): Promise<void>;
  /**
   * Forgets the session at the window, revokes it and opens the hosted sign-out; resolves when the browser was asked to.
   * @param remember whether the account stays known, because its queue does.
   */
  signOut(remember?: boolean): Promise<void>;
  /** Ends the session of an account that is not at the window, if there is one, and knows it no longer. */
  removeAccount(sub: string): Promise<void>;
  /** Rejects with an {@link AuthError}, whose `refusal` tells the engine whether to wait or to ask for a sign-in. */
  accessToken(options?: TokenOptions): Promise<AccessToken>;
  /** The computer has woken up. */
  onResume(): void;
  /** The network is back: a session that waits for it need not wait for its timer. */
  onOnline(): void;
  stop(): Promise<void>;
}

interface Attempt {
  abort: (why: AuthError) => void;
  step: 'opening' | 'waiting' | 'finishing';
  url: string | null;
  /** Unix milliseconds. */
  deadline: number;
  hint: ProblemCode | null;
  done: Promise<void>;
}

export function createAuth(deps: AuthDeps): Auth {
  const { config, clock, log } = deps;
  const limits: AuthLimits = { signInDeadlineMs, requestDeadlineMs, signedOutWaitMs, ...deps.limits };
  const transport = createTransport(deps.fetch, clock, limits.requestDeadlineMs);
  const oidc = createOidc(config, transport);
  const verifier = createTokenVerifier(acceptedIssuers(config), config.clientId, transport);
  const accounts = createAccountFile(deps.profileFile, issuerOf(config), config.clientId);

  let attempt: Attempt | null = null;
  /** Why nobody is signed in; cleared by the next attempt. */
  let problem: Problem | null = null;
  let callbackServer: CallbackServer | null = null;
  let signedOutServer: SignedOutServer | null = null;
  /** The last one. A sign-in waits for it: it closes the callback's address, and has the browser for itself. */
  let signingOut = Promise.resolve();
  let stopped = false;

  const state = (): AuthState =>
    stateOf(attempt, keeper.view(), keeper.others(), problem ?? keeper.unforgotten()?.problem ?? null);
  const changed = (): void => {
    if (!stopped) deps.onState(state());
  };
  const keeper = createSessionKeeper({
    oidc,
    verifier,
    vault: deps.vault,
    accounts,
    clock,
    random: deps.random,
    log,
    onChange: changed,
  });

  /** Frees the ports that an earlier sign-in or sign-out may still hold for its last page. */
  const closeServers = async (): Promise<void> => {
    const open = [callbackServer, signedOutServer].filter((server) => server !== null);
    callbackServer = null;
    signedOutServer = null;
    await Promise.all(open.map((server) => server.close()));
  };

  const runAttempt = async (mine: Attempt, as: SignInAs, signal: AbortSignal): Promise<void> => {
    const update = (change: Partial<Attempt>): void => {
      if (attempt !== mine || signal.aborted) return;
      Object.assign(mine, change);
      changed();
    };
    try {
      await untilAborted(signingOut, signal);
      await closeServers();
      signal.throwIfAborted();
      const signedIn = await runSignIn(
        {
          config,
          oidc,
          verifier,
          clock,
          log,
          as,
          language: deps.language,
          openExternal: deps.openExternal,
          onListening: (server) => {
            callbackServer = server;
          },
          onWaiting: (url) => update({ step: 'waiting', url }),
          onFinishing: () => update({ step: 'finishing', url: null, hint: null }),
          onHint: (hint) => {
            if (mine.step !== 'finishing') update({ hint });
          },
        },
        signal,
      );
      // From here on it can no longer be cancelled.
      attempt = null;
      log('auth.signed_in');
      const adopted = keeper.adopt(signedIn);
      deps.focusApp();
      await adopted;
    } catch (error) {
      const failure = error instanceof AuthError ? error : new AuthError('internal', errorCode(error));
      log('auth.sign_in_failed', { code: failure.code });
      if (attempt !== mine) return;
      attempt = null;
      // The newer attempt shows itself at once.
      if (failure.code === 'superseded') return;
      problem = failure.problem;
      changed();
    }
  };

  const endAttempt = async (why: AuthError): Promise<void> => {
    if (attempt === null) return;
    attempt.abort(why);
    await attempt.done;
  };

  const openInBrowser = async (url: string): Promise<void> => {
    assertBrowserUrl(url, config.domain);
    await deps.openExternal(url);
  };

  const openHostedSignOut = async (): Promise<void> => {
    let server: SignedOutServer | null = null;
    try {
      server = await openSignedOutServer(config.callbackPorts, clock, limits.signedOutWaitMs, deps.language);
      signedOutServer = server;
    } catch (error) {
      // The sign-out itself does not need our page, only its registered address.
      log('auth.signed_out_page_failed', { code: errorCode(error) });
    }
    try {
      const fallback = `http://127.0.0.1:${config.callbackPorts[0]}${signedOutPath}`;
      await openInBrowser(await oidc.signOutUrl(server?.signedOutUri ?? fallback));
    } catch (error) {
      log('auth.hosted_sign_out_failed', { code: errorCode(error) });
      await server?.close();
    }
  };

  const leave = async (sub: string, remember: boolean): Promise<void> => {
    await keeper.end(sub, remember);
    log('auth.signed_out');
    await closeServers();
    if (!stopped) await openHostedSignOut();
  };

  const signIn = async (as: SignInAs): Promise<void> => {
    if (stopped) return;
    if (attempt !== null) {
      await endAttempt(new AuthError('superseded'));
      // Two callers may have waited for the same attempt, and the first has begun the next by now.
      await signIn(as);
      return;
    }
    const controller = new AbortController();
    const cancelDeadline = clock.after(limits.signInDeadlineMs, () => {
      controller.abort(new AuthError('timeout'));
    });
    const mine: Attempt = {
      abort: (why) => controller.abort(why),
      step: 'opening',
      url: null,
      deadline: clock.now() + limits.signInDeadlineMs,
      hint: null,
      done: Promise.resolve(),
    };
    attempt = mine;
    problem = null;
    changed();
    mine.done = runAttempt(mine, as, controller.signal).finally(cancelDeadline);
    await mine.done;
  };

  /** With several accounts the browser may be signed in as another one: then the form is shown. */
  const expecting = (email: string): SignInAs => ({
    ...(email === '' ? {} : { loginHint: email }),
    askAgain: keeper.others().length > 0,
  });

  return {
    start: () => keeper.restore(),
    state,
    session: () => {
      const session = keeper.view();
      return session.kind === 'none' ? null : session.user.sub;
    },

    signIn: () => {
      const session = keeper.view();
      return signIn(expecting(session.kind === 'none' ? '' : session.user.email));
    },

    addAccount: () => signIn({ askAgain: true }),

    async switchTo(sub) {
      await endAttempt(new AuthError('cancelled'));
      problem = null;
      if (keeper.switchTo(sub)) return;
      const account = keeper.others().find(({ user }) => user.sub === sub);
      if (account !== undefined) await signIn({ ...expecting(account.user.email), askAgain: true });
    },

    async openAgain() {
      const mine = attempt;
      if (mine === null || mine.url === null) return;
      try {
        await openInBrowser(mine.url);
        if (attempt === mine && mine.hint === 'auth_browser_failed') mine.hint = null;
      } catch (error) {
        log('auth.browser_failed', { code: errorCode(error) });
        mine.hint = 'auth_browser_failed';
      }
      if (attempt === mine) changed();
    },

    copyLink() {
      const url = attempt?.url ?? null;
      if (url !== null) deps.copyText(url);
    },

    cancel: () => endAttempt(new AuthError('cancelled')),

    async signOut(remember = false) {
      await endAttempt(new AuthError('cancelled'));
      problem = null;
      const session = keeper.view();
      if (session.kind === 'none') return changed();
      signingOut = leave(session.user.sub, remember);
      await signingOut;
    },

    async removeAccount(sub) {
      const session = keeper.view();
      if (session.kind !== 'none' && session.user.sub === sub) return;
      await keeper.end(sub, false);
    },

    accessToken: (options) => keeper.accessToken(options),
    onResume: () => keeper.onResume(),
    onOnline: () => keeper.onOnline(),

    async stop() {
      stopped = true;
      await endAttempt(new AuthError('cancelled'));
      await closeServers();
      await keeper.stop(stopWaitMs);
    },
  };
}

/** The one place where the window's state is made: an attempt covers the session beneath it, which lives on. */
function stateOf(
  attempt: Attempt | null,
  session: SessionView,
  known: OtherAccount[],
  problem: Problem | null,
): AuthState {
  if (attempt !== null) {
    const { step, url, deadline, hint } = attempt;
    return { kind: 'signingIn', step, openAgainUrl: url, deadline, ...(hint === null ? {} : { hint }) };
  }
  const others = known.length === 0 ? {} : { others: known };
  switch (session.kind) {
    case 'none':
      return { kind: 'signedOut', ...(problem === null ? {} : { problem }), ...others };
    case 'expired':
      return { ...session, ...(problem === null ? {} : { problem }), ...others };
    case 'live': {
      const { user, offline } = session;
      const shown = session.problem ?? problem ?? undefined;
      return {
        kind: 'signedIn',
        user,
        offline,
        ...(shown === undefined ? {} : { problem: shown }),
        ...others,
      };
    }
  }
}
