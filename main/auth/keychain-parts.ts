/**
 * Entries that are larger than a keychain takes, in parts.
 *
 * [Note: An entry in parts] Windows takes at most 2,560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE), and a refresh token of
 * Cognito was seen with 1,852; a longer one is kept in parts, on every system alike. The user's own entry then says
 * which of two sets of parts it is and what their digest is. The parts of a new token are written to the set that is not
 * in use, the user's entry is replaced in one step, and only then the parts of the old token go. Whenever the app dies in
 * between, the entry names a set that is complete; what is left over is taken away by the next save. Parts are written
 * from the first to the last and deleted from the last to the first, so that the first that is missing ends a set and
 * nobody need ask the keychain for all that it has ([Note: A locked keyring says nothing]).
 */
import { createHash } from 'node:crypto';
import type { Keytar } from './keychain.ts';

/** Bytes: what Windows takes. */
const maxEntryBytes = 2_560;
/** Bytes of the token in one part, which is written as Base64. */
const partBytes = 1_800;
const maxParts = 1_000;
const prefix = 'tintype-parts';
const form = /^tintype-parts ([ab]) (\d{1,3}) ([\w-]{43})$/;
const sets = ['a', 'b'] as const;
type PartSet = (typeof sets)[number];

/** Whether an entry is too large, or looks like one that names parts. */
export function needsParts(entry: string): boolean {
  return entry.startsWith(prefix) || Buffer.byteLength(entry) > maxEntryBytes;
}

/** @param entry the user's own as it is now, or null. */
export async function saveInParts(
  keytar: Keytar,
  service: string,
  sub: string,
  token: string,
  entry: string | null,
): Promise<void> {
  const bytes = Buffer.from(token);
  const [, inUse] = form.exec(entry ?? '') ?? [];
  const [set, other] = inUse === 'a' ? (['b', 'a'] as const) : sets;
  const count = Math.ceil(bytes.length / partBytes);
  for (let part = 0; part < count; part++) {
    const slice = bytes.subarray(part * partBytes, (part + 1) * partBytes);
    await keytar.setPassword(service, partName(sub, set, part), slice.toString('base64'));
  }
  await keytar.setPassword(service, sub, `${prefix} ${set} ${count} ${digestOf(bytes)}`);
  await deleteSet(keytar, service, sub, other);
  await deleteSet(keytar, service, sub, set, count);
}

/** Null where a part is missing or is not what was written: then there is no session to go on with. */
export async function joinParts(
  keytar: Keytar,
  service: string,
  sub: string,
  entry: string,
): Promise<string | null> {
  const [, set = '', count = '', digest = ''] = form.exec(entry) ?? [];
  const parts: Buffer[] = [];
  for (let part = 0; part < Number(count); part++) {
    const text = await keytar.getPassword(service, partName(sub, set, part));
    if (text === null) return null;
    parts.push(Buffer.from(text, 'base64'));
  }
  const bytes = Buffer.concat(parts);
  return digestOf(bytes) === digest ? bytes.toString() : null;
}

/** Takes away every part of this user's. */
export async function deleteParts(keytar: Keytar, service: string, sub: string): Promise<void> {
  for (const set of sets) await deleteSet(keytar, service, sub, set);
}

/** Takes away a set, or what of it begins with the part `from`. */
async function deleteSet(
  keytar: Keytar,
  service: string,
  sub: string,
  set: PartSet,
  from = 0,
): Promise<void> {
  let count = from;
  while (count < maxParts && (await keytar.getPassword(service, partName(sub, set, count))) !== null)
    count += 1;
  while (count > from) await keytar.deletePassword(service, partName(sub, set, --count));
}

function partName(sub: string, set: string, part: number): string {
  return `${sub}#${set}#${part}`;
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url');
}
