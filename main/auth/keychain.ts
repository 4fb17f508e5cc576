/** The system's keychain, through keytar: Keychain on macOS, Credential Manager on Windows, Secret Service on Linux. */
import type * as keytarModule from 'keytar';
import { errorCode } from '../lib/log.ts';
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';

export type Keytar = Pick<typeof keytarModule, 'getPassword' | 'setPassword' | 'deletePassword'>;

/** Makes a call into the keychain. Rejects with an AuthError `keychain_unavailable`. */
export type Keychain = <T>(call: (keytar: Keytar) => Promise<T>) => Promise<T>;

/** Long enough for a keychain that answers, short enough not to keep a person waiting for one that does not. */
const defaultTimeoutMs = 8_000;

export interface KeychainOptions {
  clock: Pick<Clock, 'after'>;
  timeoutMs?: number;
  /** Loads keytar; by default on first use, because without libsecret the import itself fails. */
  loadKeytar?: () => Promise<Keytar>;
}

/**
 * [Note: One call into the keychain at a time] keytar's calls run on Node's few worker threads and cannot be cut short:
 * a Linux keyring that shows its "unlock" dialog holds one until somebody answers. So calls queue behind one another,
 * and behind one that has outlived its time-out every further call fails at once, until it does come back.
 */
export function createKeychain({
  clock,
  timeoutMs = defaultTimeoutMs,
  loadKeytar = importKeytar,
}: KeychainOptions): Keychain {
  let lane: Promise<unknown> = Promise.resolve();
  let stuck = false;

  const inLane: Keychain = (call) => {
    const turn = lane.then(async () => {
      if (stuck) throw new AuthError('keychain_unavailable', 'busy');
      return await withTimeout(loadKeytar().then(call));
    });
    lane = turn.catch(() => undefined);
    return turn;
  };

  const withTimeout = async <T>(work: Promise<T>): Promise<T> => {
    let cancel: () => void = () => undefined;
    const tooSlow = new Promise<never>((_resolve, reject) => {
      cancel = clock.after(timeoutMs, () => {
        stuck = true;
        const release = (): void => {
          stuck = false;
        };
        work.then(release, release);
        reject(new AuthError('keychain_unavailable', 'timeout'));
      });
    });
    try {
      return await Promise.race([work, tooSlow]);
    } catch (error) {
      // keytar's messages are the system's own words and may name entries; only a code is passed on.
      throw error instanceof AuthError ? error : new AuthError('keychain_unavailable', errorCode(error));
    } finally {
      cancel();
    }
  };
  return inLane;
}

async function importKeytar(): Promise<Keytar> {
  const module = await import('keytar');
  // A CommonJS module: bundlers and Node disagree about where its functions are.
  return 'default' in module ? module.default : module;
}
