import type { Keychain, Keytar } from './keychain.ts';
import { deleteParts, joinParts, needsParts, saveInParts } from './keychain-parts.ts';
import type { TokenVault } from './token-vault.ts';

export interface KeytarVaultOptions {
  /** Tokens of another pool or client are never looked at. */
  issuer: string;
  clientId: string;
  keychain: Keychain;
}

/** An entry that holds nothing, and stands for a moment. */
const probe = ['Tintype probe', 'probe', '-'] as const;

/**
 * Keeps refresh tokens in the system's keychain.
 *
 * [Note: A locked keyring says nothing] Where nobody answers its dialog, a Secret Service that is locked says that there
 * is no such entry, and deletes none, both without an error; only writing fails. (Asked for all entries it hands them
 * over without their secrets, and keytar crashes the process: nothing here asks for all.) So "none" is believed, and
 * entries are deleted, only after something could be written.
 */
export function createKeytarVault({ issuer, clientId, keychain }: KeytarVaultOptions): TokenVault {
  const service = `Tintype ${issuer} ${clientId}`;
  /** Users whose entry is known to be in one piece, so that nothing is left of one in parts. */
  const whole = new Set<string>();
  /** When last tried. Then it is not read first, which would bring up a dialog of its own. */
  let locked = false;

  const assertUnlocked = async (keytar: Keytar): Promise<void> => {
    const [place, name, content] = probe;
    locked = true;
    await keytar.setPassword(place, name, content);
    await keytar.deletePassword(place, name);
    locked = false;
  };
  const read = async (keytar: Keytar, sub: string): Promise<string | null> => {
    const entry = locked ? null : await keytar.getPassword(service, sub);
    if (entry !== null) return entry;
    await assertUnlocked(keytar);
    return await keytar.getPassword(service, sub);
  };

  return {
    load: (sub) =>
      keychain(async (keytar) => {
        const entry = await read(keytar, sub);
        return entry === null || !needsParts(entry) ? entry : await joinParts(keytar, service, sub, entry);
      }),
    save: (sub, refreshToken) =>
      keychain(async (keytar) => {
        if (needsParts(refreshToken)) {
          whole.delete(sub);
          await saveInParts(keytar, service, sub, refreshToken, await read(keytar, sub));
          return;
        }
        await keytar.setPassword(service, sub, refreshToken);
        if (whole.has(sub)) return;
        await deleteParts(keytar, service, sub);
        whole.add(sub);
      }),
    forget: (sub) =>
      keychain(async (keytar) => {
        await assertUnlocked(keytar);
        await keytar.deletePassword(service, sub);
        await deleteParts(keytar, service, sub);
      }),
  };
}
