import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAccountFile } from '../../../main/auth/account-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

const user = { sub: 'user-1', name: 'Ada', email: 'ada@example.org' };
const ada = { user, live: true };
const bob = { user: { sub: 'user-2', name: 'Bob', email: '' }, live: false };
const nobody = { current: null, known: [], leaving: [] };

describe('the account file', () => {
  it('holds the accounts of its pool and client, and is replaced in one step', async () => {
    const file = path.join(tempDir(), 'new', 'profile.json');
    const accounts = createAccountFile(file, 'issuer', 'client');
    const both = { current: 'user-2', known: [ada, bob] };
    expect(await accounts.load()).toEqual(nobody);
    await Promise.all([
      accounts.save({ ...nobody, current: 'user-1', known: [ada] }),
      accounts.save({ ...both, leaving: ['user-3'] }),
    ]);
    expect(await accounts.load()).toEqual({ ...both, leaving: ['user-3'] });
    expect(fs.readdirSync(path.dirname(file))).toEqual(['profile.json']);
    expect(await createAccountFile(file, 'another', 'client').load()).toEqual(nobody);
    expect(await createAccountFile(file, 'issuer', 'another').load()).toEqual(nobody);
    await accounts.save({ ...nobody, leaving: ['user-3'] });
    expect(await accounts.load(), 'who is not forgotten yet').toEqual({ ...nobody, leaving: ['user-3'] });
    await accounts.save(nobody);
    await accounts.save(nobody);
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
    expect(await accounts.load()).toEqual(nobody);
  });

  it('of an earlier Tintype, with one user or without those who leave, is read', async () => {
    const pool = { issuer: 'issuer', clientId: 'client' };
    const file = path.join(tempDir(), 'profile.json');
    fs.writeFileSync(file, JSON.stringify({ version: 1, ...pool, user }));
    expect(await createAccountFile(file, 'issuer', 'client').load()).toEqual({
      ...nobody,
      current: 'user-1',
      known: [ada],
    });
    fs.writeFileSync(file, JSON.stringify({ version: 2, ...pool, current: null, known: [bob] }));
    expect(await createAccountFile(file, 'issuer', 'client').load()).toEqual({ ...nobody, known: [bob] });
  });

  it.each([
    '',
    '{',
    '[]',
    '{"version":2}',
    '{"version":3,"issuer":"issuer","clientId":"client","current":null,"known":[]}',
    '{"version":1,"issuer":"issuer","clientId":"client","user":{"sub":""}}',
  ])('that reads %j counts as none', async (text) => {
    const file = path.join(tempDir(), 'profile.json');
    fs.writeFileSync(file, text);
    expect(await createAccountFile(file, 'issuer', 'client').load()).toEqual(nobody);
  });

  it('says so when it cannot be written, and keeps what it had', async () => {
    const dir = tempDir();
    const accounts = createAccountFile(path.join(dir, 'profile.json'), 'issuer', 'client');
    await accounts.save({ ...nobody, known: [ada] });
    fs.mkdirSync(path.join(dir, 'profile.json.next'));
    await expect(accounts.save({ ...nobody, known: [bob] })).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await accounts.load()).toEqual({ ...nobody, known: [ada] });
  });
});
