/** Against the Secret Service of the session that runs the tests, and against keyrings that fail in known ways. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/auth/clock.ts';
import { createKeychain } from '../../../main/auth/keychain.ts';
import { createKeytarVault } from '../../../main/auth/keytar-vault.ts';
import { deferred } from '../../support/deferred.ts';
import { manualClock } from './support/manual-clock.ts';
import { caught } from './support/caught.ts';

const unavailable = (extra: string): object => ({
  code: 'keychain_unavailable',
  refusal: 'offline',
  problem: { code: 'auth_keychain_unavailable', detail: expect.stringContaining(extra) as string },
});

const probe = createKeytarVault({
  issuer: `probe-${randomUUID()}`,
  clientId: 'probe',
  keychain: createKeychain({ clock: systemClock, timeoutMs: 3_000 }),
});
const keyring = await probe.load('nobody').then(
  () => true,
  (error: { problem: { detail: string } }) => {
    console.log(`The real keychain is not tested: ${error.problem.detail}`);
    return false;
  },
);

describe.skipIf(!keyring)('the real keychain', () => {
  it('keeps an entry per user, pool and client', async () => {
    const place = {
      issuer: `https://issuer.example/${randomUUID()}`,
      clientId: 'client',
      keychain: createKeychain({ clock: systemClock }),
    };
    const vault = createKeytarVault(place);
    expect(await vault.load('ada')).toBeNull();
    const token = 'r'.repeat(1_852);
    await vault.save('ada', token);
    await vault.save('bob', 'of bob');
    await vault.save('ada', `${token}2`);
    expect(await createKeytarVault(place).load('ada')).toBe(`${token}2`);
    expect(await createKeytarVault({ ...place, clientId: 'another' }).load('ada')).toBeNull();
    expect(await createKeytarVault({ ...place, issuer: 'https://another.example' }).load('ada')).toBeNull();
    await vault.forget('ada');
    await vault.forget('ada');
    expect([await vault.load('ada'), await vault.load('bob')]).toEqual([null, 'of bob']);
    await vault.forget('bob');
  });
});

describe('a keychain that fails', () => {
  const place = { issuer: 'https://issuer.example', clientId: 'client' };

  it('is unavailable, in words that hold nothing of the entry', async () => {
    const vault = createKeytarVault({
      ...place,
      keychain: createKeychain({
        clock: systemClock,
        loadKeytar: () => Promise.reject(new Error('libsecret-1.so.0: cannot open; secret r-123')),
      }),
    });
    await expect(vault.load('ada')).rejects.toMatchObject(unavailable('Error'));
    await expect(vault.save('ada', 'r-123')).rejects.not.toThrow(/r-123/);
  });

  it('is not waited for, nor asked again until it has answered; then it works', async () => {
    const clock = manualClock();
    const unlock = deferred<string | null>();
    let asked = 0;
    const vault = createKeytarVault({
      ...place,
      keychain: createKeychain({
        clock,
        timeoutMs: 1_000,
        loadKeytar: () =>
          Promise.resolve({
            getPassword: () => {
              asked++;
              return unlock.promise;
            },
            setPassword: () => Promise.resolve(),
            deletePassword: () => Promise.resolve(true),
          }),
      }),
    });
    const first = caught(vault.load('ada'));
    while (clock.pending === 0) await Promise.resolve();
    clock.advance(1_000);
    expect(await first).toMatchObject(unavailable('timeout'));
    await expect(vault.save('ada', 'x')).rejects.toMatchObject(unavailable('busy'));
    await expect(vault.load('ada')).rejects.toMatchObject(unavailable('busy'));
    expect(asked).toBe(1);
    unlock.resolve('kept');
    await unlock.promise;
    expect(await vault.load('ada')).toBe('kept');
    await vault.save('ada', 'x');
  });

  it('takes calls in their order', async () => {
    const done: string[] = [];
    const slow = deferred<void>();
    const vault = createKeytarVault({
      ...place,
      keychain: createKeychain({
        clock: systemClock,
        loadKeytar: () =>
          Promise.resolve({
            getPassword: () => Promise.resolve(null),
            setPassword: async (_service, account) => {
              await slow.promise;
              done.push(`save ${account}`);
            },
            deletePassword: (_service, account) => {
              done.push(`forget ${account}`);
              return Promise.resolve(true);
            },
          }),
      }),
    });
    const both = Promise.all([vault.save('ada', 'x'), vault.forget('ada')]);
    slow.resolve();
    await both;
    expect(done).toEqual(['save ada', 'forget ada']);
  });
});
