/**
 * User names and passwords of proxies: asked of the person once, kept in the keychain, handed to whoever meets the
 * proxy. They are in no log, no file and no error.
 */
import type { ProxyQuestion } from '../../preload/contract/model.ts';
import type { ProxyCredentials } from './tunnel.ts';

/** Where they are kept between runs. Calls reject while the keychain is locked, missing or slow. */
export interface ProxyVault {
  load(proxy: string): Promise<ProxyCredentials | null>;
  save(proxy: string, credentials: ProxyCredentials): Promise<void>;
  forget(proxy: string): Promise<void>;
}

export interface ProxyKeeper {
  /** As {@link NetworkHost.credentials}: what is known of a proxy; null opens a question to the person. */
  credentials(ask: {
    proxy: string;
    realm: string;
    rejected?: ProxyCredentials;
  }): Promise<ProxyCredentials | null>;
  /** What the person is to be asked; null while nothing is. */
  question(): ProxyQuestion | null;
  /** The person's answer to the question; without one nothing happens. */
  answer(credentials: ProxyCredentials): Promise<void>;
}

export interface ProxyKeeperDeps {
  vault: ProxyVault;
  /** Tries them at the proxy; `unknown` when that says nothing of them. */
  attempt: (proxy: string, credentials: ProxyCredentials) => Promise<'accepted' | 'refused' | 'unknown'>;
  onQuestion: (question: ProxyQuestion | null) => void;
  /** New ones may be had: whoever was refused may try again. */
  onAnswered: () => void;
  /** The keychain failed, by its code. */
  onVaultFailure: (error: unknown) => void;
}

export function createProxyKeeper(deps: ProxyKeeperDeps): ProxyKeeper {
  const known = new Map<string, ProxyCredentials>();
  /** One reading of the keychain for each proxy, however many ask. */
  const loading = new Map<string, Promise<void>>();
  let question: ProxyQuestion | null = null;

  const ask = (next: ProxyQuestion | null): void => {
    const same =
      question?.proxy === next?.proxy && question?.wrong === next?.wrong && question?.realm === next?.realm;
    question = next;
    if (!same) deps.onQuestion(next);
  };
  const load = async (proxy: string): Promise<void> => {
    try {
      const kept = await deps.vault.load(proxy);
      if (kept !== null && !known.has(proxy)) known.set(proxy, kept);
    } catch (error) {
      deps.onVaultFailure(error);
    }
  };
  /** In memory they are good until the app ends, whatever the keychain says. */
  const keep = (work: Promise<void>): void => {
    work.catch(deps.onVaultFailure);
  };

  return {
    credentials: async ({ proxy, realm, rejected }) => {
      const reading = loading.get(proxy) ?? load(proxy);
      loading.set(proxy, reading);
      await reading;
      const found = known.get(proxy);
      if (found !== undefined && !isSame(found, rejected)) return found;
      if (found !== undefined) {
        known.delete(proxy);
        keep(deps.vault.forget(proxy));
      }
      // Who comes without any, while a wrong answer is still in the person's eyes, changes nothing.
      if (rejected !== undefined || question?.proxy !== proxy)
        ask({ proxy, realm, wrong: rejected !== undefined });
      return null;
    },
    question: () => question,
    answer: async (credentials) => {
      if (question === null) return;
      const { proxy } = question;
      if ((await deps.attempt(proxy, credentials)) === 'refused') {
        // Asked again, and said again, also when the same was wrong before.
        question = { ...question, wrong: true };
        deps.onQuestion(question);
        return;
      }
      known.set(proxy, credentials);
      keep(deps.vault.save(proxy, credentials));
      ask(null);
      deps.onAnswered();
    },
  };
}

function isSame(one: ProxyCredentials, other: ProxyCredentials | undefined): boolean {
  return one.user === other?.user && one.password === other.password;
}
