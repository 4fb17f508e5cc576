/** Temporary credentials: sealed into their own token, so the store keeps no list and restarts lose none. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { s3Error } from './errors.ts';

export type Session = {
  readonly accessKeyId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly roleArn: string;
  readonly sessionName: string;
  /** The session policy's JSON; undefined when the role's rights are not narrowed. */
  readonly policy: string | undefined;
};
export type SessionCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

export type Sessions = {
  /** Makes credentials for a session. */
  issue(session: Omit<Session, 'accessKeyId'>): SessionCredentials;
  /** Opens a token. @throws InvalidToken when this store did not seal it, ExpiredToken after its time */
  open(token: string, now: number): Session;
  /** The secret that belongs to a temporary key. */
  secretOf(accessKeyId: string): string;
};

/** Opens the sealing key kept in `dir`, or makes it. */
export function openSessions(dir: string): Sessions {
  const key = readOrMakeKey(path.join(dir, 'seal.key'));
  const secretOf = (accessKeyId: string): string =>
    createHmac('sha256', key).update(`secret of ${accessKeyId}`).digest('base64').slice(0, 40);
  return {
    secretOf,
    issue(session) {
      const accessKeyId = `ASIA${base32(randomBytes(10))}`;
      const full: Session = { ...session, accessKeyId };
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([cipher.update(JSON.stringify(full), 'utf8'), cipher.final()]);
      const sessionToken = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
      return { accessKeyId, secretAccessKey: secretOf(accessKeyId), sessionToken };
    },
    open(token, now) {
      const session = unseal(key, token);
      if (session.expiresAt <= now) throw s3Error('ExpiredToken', undefined, { 'Token-0': token });
      return session;
    },
  };
}

function unseal(key: Buffer, token: string): Session {
  const bytes = Buffer.from(token, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(12, 28));
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    return JSON.parse(text) as Session;
  } catch {
    throw s3Error('InvalidToken', undefined, { 'Token-0': token });
  }
}

function readOrMakeKey(file: string): Buffer {
  if (!fs.existsSync(file)) {
    fs.writeFileSync(`${file}.new`, randomBytes(32), { mode: 0o600, flush: true });
    fs.renameSync(`${file}.new`, file);
  }
  return fs.readFileSync(file);
}

function base32(bytes: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let n = 0; n < (bytes.length * 8) / 5; n += 1, bits >>= 5n) text += alphabet[Number(bits & 31n)];
  return text;
}
