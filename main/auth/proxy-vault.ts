/** The person’s log-ins at proxies, in the system’s keychain. */
import type { Keychain } from './keychain.ts';

interface Login {
  user: string;
  password: string;
}

/** One entry for each proxy; any service of the person's may need the same. */
const service = 'Tintype proxy';

/**
 * Keeps the person's log-in at proxies in the system's keychain: a ProxyVault of main/network/proxy-keeper.ts, with
 * the failures of {@link Keychain}.
 */
export function createProxyVault(keychain: Keychain): {
  load(proxy: string): Promise<Login | null>;
  save(proxy: string, login: Login): Promise<void>;
  forget(proxy: string): Promise<void>;
} {
  return {
    load: async (proxy) => {
      const entry = await keychain((keytar) => keytar.getPassword(service, proxy));
      // The user cannot hold a line break, the password can.
      const [, user, password] = /^([^\n]*)\n([^]*)$/.exec(entry ?? '') ?? [];
      return user === undefined || password === undefined ? null : { user, password };
    },
    save: (proxy, { user, password }) =>
      keychain((keytar) => keytar.setPassword(service, proxy, `${user}\n${password}`)),
    forget: async (proxy) => {
      await keychain((keytar) => keytar.deletePassword(service, proxy));
    },
  };
}
