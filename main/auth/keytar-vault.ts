import type { Keychain } from './keychain.ts';
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
  return {
    load: (sub) => keychain((keytar) => keytar.getPassword(service, sub)),
    save: (sub, refreshToken) => keychain((keytar) => keytar.setPassword(service, sub, refreshToken)),
    forget: async (sub) => {
      await keychain((keytar) => keytar.deletePassword(service, sub));
    },
  };
}
