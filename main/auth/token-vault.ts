/**
 * Where refresh tokens are kept between runs: one entry per user.
 *
 * Every call rejects with an AuthError `keychain_unavailable` when the keychain is locked, missing, slow or failing,
 * which never means that nobody is signed in. Calls take effect in the order in which they were made.
 */
export interface TokenVault {
  /** Null where the keychain answers that it has none. */
  load(sub: string): Promise<string | null>;
  save(sub: string, refreshToken: string): Promise<void>;
  forget(sub: string): Promise<void>;
}
