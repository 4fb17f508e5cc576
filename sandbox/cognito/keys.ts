/** The stand-in's signing keys: one for ID tokens and one for access tokens, as in a Cognito pool. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';

export interface PoolKeys {
  /** Private keys in use. */
  id: JWK;
  access: JWK;
  /** Public keys of earlier pairs that are still published. */
  retired: JWK[];
}

/** Makes a fresh pair of RSA keys; the public halves of `retired` stay in the published set. */
export async function makePoolKeys(retired: JWK[] = []): Promise<PoolKeys> {
  const [id, access] = await Promise.all([makeKey(), makeKey()]);
  return { id, access, retired };
}

/** Reads the keys kept at `file`, or makes them and keeps them there; without a file they live in memory. */
export async function openPoolKeys(file: string | undefined): Promise<PoolKeys> {
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as PoolKeys;
  const keys = await makePoolKeys();
  savePoolKeys(file, keys);
  return keys;
}

/** Keeps the keys at `file`, readable by the owner alone. */
export function savePoolKeys(file: string | undefined, keys: PoolKeys): void {
  if (file !== undefined) writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
}

/** The key set as published: public halves only. */
export function publishedKeys(keys: PoolKeys): { keys: JWK[] } {
  return { keys: [publicHalf(keys.id), publicHalf(keys.access), ...keys.retired] };
}

/** The public half of an RSA key. */
export function publicHalf({ kty, n, e, kid, alg, use }: JWK): JWK {
  return { alg, e, kid, kty, n, use } as JWK;
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true, modulusLength: 2048 });
  return {
    ...(await exportJWK(privateKey)),
    kid: randomBytes(32).toString('base64'),
    alg: 'RS256',
    use: 'sig',
  };
}
