/** The keeper of proxy passwords, wired to the keychain, to Chromium's session and to the window. */
import type { Session } from 'electron';
import type { ProxyQuestion } from '../preload/contract/model.ts';
import type { Keychain } from './auth/keychain.ts';
import { createProxyVault } from './auth/proxy-vault.ts';
import { errorCode, type Log } from './lib/log.ts';
import { withDeadline } from './lib/signals.ts';
import { ProxyAuthNeeded } from './network/proxy-errors.ts';
import { createProxyKeeper, type ProxyKeeper } from './network/proxy-keeper.ts';
import { addressOf, parseRoutes } from './network/routes.ts';
import { openTls, openTunnel, type ProxyCredentials } from './network/tunnel.ts';

export interface ProxyLoginsDeps {
  session: Pick<Session, 'clearAuthCache' | 'resolveProxy'>;
  keychain: Keychain;
  /** The library's address; null while none is known. */
  library: () => string | null;
  onQuestion: (question: ProxyQuestion | null) => void;
  onAnswered: () => void;
  log: Log;
}

export interface ProxyLogins extends ProxyKeeper {
  /** @param url for whom the proxy was met, where that is not the library. */
  credentials(ask: Parameters<ProxyKeeper['credentials']>[0], url?: string): Promise<ProxyCredentials | null>;
}

const attemptMs = 10_000;

export function createProxyLogins(deps: ProxyLoginsDeps): ProxyLogins {
  const { session, log } = deps;
  /** Where to go through the proxy to try a password. */
  let metOnTheWayTo: string | null = null;
  const attempt = async (
    proxy: string,
    credentials: ProxyCredentials,
  ): Promise<'accepted' | 'refused' | 'unknown'> => {
    // Chromium remembers what it was given before, right or wrong.
    await session.clearAuthCache();
    const destination = deps.library() ?? metOnTheWayTo;
    if (destination === null) return 'unknown';
    const url = new URL(destination);
    const way = parseRoutes(await session.resolveProxy(url.href)).find(
      (route) => route.kind !== 'direct' && addressOf(route) === proxy,
    );
    if (way === undefined || way.kind === 'direct') return 'unknown';
    const target = {
      host: url.hostname.replaceAll(/[[\]]/g, ''),
      port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    };
    try {
      const socket = await withDeadline([], { ms: attemptMs }, (signal) =>
        openTunnel(way, target, {
          signal,
          credentials,
          secure: (plain) =>
            openTls(plain, { host: way.host, session: undefined, secureContext: undefined }, signal),
        }),
      );
      socket.destroy();
      return 'accepted';
    } catch (error) {
      log('proxy.attempt', { code: errorCode(error) });
      return error instanceof ProxyAuthNeeded ? 'refused' : 'unknown';
    }
  };
  const keeper = createProxyKeeper({
    vault: createProxyVault(deps.keychain),
    attempt,
    onQuestion: (question) => {
      if (question !== null) log('proxy.asked', { proxy: question.proxy, wrong: question.wrong });
      deps.onQuestion(question);
    },
    onAnswered: deps.onAnswered,
    onVaultFailure: (error) => {
      log('proxy.keychain', { code: errorCode(error) });
    },
  });
  return {
    ...keeper,
    credentials: (ask, url) => {
      metOnTheWayTo = url ?? metOnTheWayTo;
      return keeper.credentials(ask);
    },
  };
}
