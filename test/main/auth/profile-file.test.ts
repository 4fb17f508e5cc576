import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProfileFile } from '../../../main/auth/profile-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

const user = { sub: 'user-1', name: 'Ada', email: 'ada@example.org' };

describe('the profile file', () => {
  it('holds the last user of its pool and client, and is replaced in one step', async () => {
    const file = path.join(tempDir(), 'new', 'profile.json');
    const profile = createProfileFile(file, 'issuer', 'client');
    expect(await profile.load()).toBeNull();
    await profile.save(user);
    await Promise.all([profile.save({ ...user, name: 'A' }), profile.save({ ...user, name: 'Ada L.' })]);
    expect(await profile.load()).toEqual({ ...user, name: 'Ada L.' });
    expect(fs.readdirSync(path.dirname(file))).toEqual(['profile.json']);
    expect(await createProfileFile(file, 'another', 'client').load()).toBeNull();
    expect(await createProfileFile(file, 'issuer', 'another').load()).toBeNull();
    await profile.forget();
    await profile.forget();
    expect(await profile.load()).toBeNull();
  });

  it.each([
    '',
    '{',
    '[]',
    '{"version":2}',
    '{"version":1,"issuer":"issuer","clientId":"client","user":{"sub":""}}',
  ])('that reads %j counts as none', async (text) => {
    const file = path.join(tempDir(), 'profile.json');
    fs.writeFileSync(file, text);
    expect(await createProfileFile(file, 'issuer', 'client').load()).toBeNull();
  });

  it('says so when it cannot be written, and keeps what it had', async () => {
    const dir = tempDir();
    const profile = createProfileFile(path.join(dir, 'profile.json'), 'issuer', 'client');
    await profile.save(user);
    fs.mkdirSync(path.join(dir, 'profile.json.next'));
    await expect(profile.save({ ...user, name: 'B' })).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await profile.load()).toEqual(user);
  });
});
