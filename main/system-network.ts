/** What Chromium knows of the network, for the engine, which has none of it. */
import type { Session } from 'electron';
import type { NetworkCalls } from './lib/engine-protocol.ts';
import type { Handlers } from './lib/rpc.ts';

/**
 * Answers from the system's proxy settings, a PAC script, or what the command line said.
 *
 * [Note: The first answer] Just after start-up Chromium may not have read its proxy settings yet, and then says DIRECT
 * for whatever it is asked (Electron 33, about one start in ten on a busy machine). Asked to read them anew, it answers
 * when it has.
 */
export function createSystemNetwork(
  session: Pick<Session, 'forceReloadProxyConfig' | 'resolveProxy'>,
): Handlers<NetworkCalls> {
  let settingsRead: Promise<void> | null = null;
  return {
    'network.routes': async (url) => {
      settingsRead ??= session.forceReloadProxyConfig();
      await settingsRead;
      return session.resolveProxy(url);
    },
  };
}
