import type { Keychain } from './keychain.ts';
import { deleteParts, joinParts, needsParts, saveInParts } from './keychain-parts.ts';
import type { TokenVault } from './token-vault.ts';

export interface KeytarVaultOptions {
  /** Tokens of another pool or client are never looked at. */
  issuer: string;
  clientId: string;
  keychain: Keychain;
}

/** Keeps refresh tokens in the system's keychain. */
export function createKeytarVault({ issuer, clientId, keychain }: KeytarVaultOptions): TokenVault {
  const service = `Tintype ${issuer} ${clientId}`;
  /** Users whose entry is known to be in one piece, so that nothing is left of one in parts. */
  const whole = new Set<string>();
  return {
    load: (sub) =>
      keychain(async (keytar) => {
        const entry = await keytar.getPassword(service, sub);
        return entry === null || !needsParts(entry) ? entry : await joinParts(keytar, service, sub, entry);
      }),
    save: (sub, refreshToken) =>
      keychain(async (keytar) => {
        if (needsParts(refreshToken)) {
          whole.delete(sub);
          await saveInParts(keytar, service, sub, refreshToken);
          return;
        }
        await keytar.setPassword(service, sub, refreshToken);
        if (whole.has(sub)) return;
        await deleteParts(keytar, service, sub, null);
        whole.add(sub);
      }),
    forget: (sub) =>
      keychain(async (keytar) => {
        await keytar.deletePassword(service, sub);
        await deleteParts(keytar, service, sub, null);
      }),
  };
}
