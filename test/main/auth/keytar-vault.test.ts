/** Against the Secret Service of the session that runs the tests, and against keyrings that fail in known ways. */
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import keytar from 'keytar';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/auth/clock.ts';
import { createKeychain } from '../../../main/auth/keychain.ts';
import { createKeytarVault } from '../../../main/auth/keytar-vault.ts';
import type { TokenVault } from '../../../main/auth/token-vault.ts';
import { deferred } from '../../support/deferred.ts';
import { tempDir } from '../../support/temp-dir.ts';
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

  it('keeps a token that is larger than Windows takes, and leaves nothing of it behind', async () => {
    const place = {
      issuer: `https://issuer.example/${randomUUID()}`,
      clientId: 'client',
      keychain: createKeychain({ clock: systemClock }),
    };
    const vault = createKeytarVault(place);
    const entries = async (): Promise<number[]> => {
      const found = await keytar.findCredentials(`Tintype ${place.issuer} ${place.clientId}`);
      return found.map(({ password }) => Buffer.byteLength(password));
    };
    for (const length of [2_560, 2_561, 10_000, 2_600, 40]) {
      const token = randomBytes(length).toString('base64url').slice(0, length);
      await vault.save('ada', token);
      expect(await createKeytarVault(place).load('ada')).toBe(token);
      expect(Math.max(...(await entries()))).toBeLessThanOrEqual(2_560);
      expect(await entries()).toHaveLength(length > 2_560 ? 1 + Math.ceil(length / 1_800) : 1);
    }
    await vault.save('ada', 'x'.repeat(6_000));
    await vault.forget('ada');
    expect(await entries()).toEqual([]);
  });
});

describe('a real keyring that nobody has unlocked', () => {
  /** Runs a module on a session bus with a keyring of its own, without a display on which it could ask for its password. */
  const inSession = (place: string, start: string, script: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { DISPLAY: _, DBUS_SESSION_BUS_ADDRESS: _bus, ...rest } = process.env;
      const env = { ...rest, HOME: place, XDG_DATA_HOME: place, XDG_RUNTIME_DIR: place };
      const head = `
        import { createKeychain } from './main/auth/keychain.ts';
        import { createKeytarVault } from './main/auth/keytar-vault.ts';
        import { systemClock } from './main/auth/clock.ts';
        const keychain = createKeychain({ clock: systemClock, timeoutMs: 20_000 });
        const vault = createKeytarVault({ issuer: 'issuer', clientId: 'client', keychain });`;
      execFile(
        'dbus-run-session',
        [
          '--',
          'bash',
          '-c',
          `${start}; "$0" --import tsx --input-type=module -e "$1"`,
          process.execPath,
          head + script,
        ],
        { env, cwd: path.resolve(import.meta.dirname, '../../..') },
        (error, stdout) => {
          if (error === null) resolve(stdout.trim());
          else reject(error);
        },
      );
    });
  const unlocked = `echo -n pw | gnome-keyring-daemon --unlock --components=secrets >&2`;
  const locked = `gnome-keyring-daemon --start --components=secrets >&2`;

  it('is unavailable, in words of ours, and its entries are neither gone nor forgotten', async ({ skip }) => {
    const place = tempDir();
    try {
      await inSession(place, unlocked, `await vault.save('ada', 'the-token'.repeat(400));`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      console.log('A locked keyring is not tested: dbus-run-session is not installed.');
      skip();
    }
    const output = await inSession(
      place,
      locked,
      `const outcome = async (work) => {
        const { code, problem, refusal } = await work.then((value) => ({ code: String(value) }), (error) => error);
        return { code, problem, refusal };
      };
      const tried = [];
      tried.push(await outcome(vault.load('ada')), await outcome(vault.load('ada')));
      tried.push(await outcome(vault.save('bob', 'the-token')), await outcome(vault.save('ada', 'the-token'.repeat(500))));
      tried.push(await outcome(vault.forget('ada')), await outcome(vault.load('nobody')));
      console.log(JSON.stringify(tried));`,
    );
    expect(JSON.parse(output)).toMatchObject(Array(6).fill(unavailable('')));
    expect(output).not.toContain('the-token');
    const after = `console.log(await vault.load('ada') === 'the-token'.repeat(400), await vault.load('nobody'));`;
    expect(await inSession(place, unlocked, after)).toBe('true null');
  }, 60_000);
});

describe('an entry in parts', () => {
  /** A keychain of our own, which dies before its n-th change. */
  const mortal = (entries: Map<string, string>, changes: number): object => {
    let left = changes;
    const change = (work: () => void): Promise<never> => {
      if (left-- <= 0) throw new Error('killed');
      work();
      return Promise.resolve() as Promise<never>;
    };
    return {
      getPassword: (_service: string, account: string) => Promise.resolve(entries.get(account) ?? null),
      setPassword: (_service: string, account: string, password: string) => {
        if (Buffer.byteLength(password) > 2_560) throw new Error('The stub received bad data.');
        return change(() => entries.set(account, password));
      },
      deletePassword: (_service: string, account: string) => change(() => entries.delete(account)),
    };
  };
  const vaultOn = (entries: Map<string, string>, changes = Infinity): TokenVault =>
    createKeytarVault({
      issuer: 'https://issuer.example',
      clientId: 'client',
      keychain: createKeychain({
        clock: systemClock,
        loadKeytar: () => Promise.resolve(mortal(entries, changes) as never),
      }),
    });

  it('is the old token or the new one, whenever the app dies, and what is left over goes', async () => {
    const tokens = ['o'.repeat(7_000), 'n'.repeat(6_000)] as const;
    let deaths = 0;
    for (let changes = 0; ; changes++) {
      const entries = new Map<string, string>([
        ['bob#a#0', 'not ours'],
        ['ada#of another user', 'not ours'],
      ]);
      await vaultOn(entries).save('ada', tokens[0]);
      const died = await vaultOn(entries, changes)
        .save('ada', tokens[1])
        .then(
          () => false,
          () => true,
        );
      expect(tokens).toContain(await vaultOn(entries).load('ada'));
      await vaultOn(entries).save('ada', 'short');
      expect(await vaultOn(entries).load('ada')).toBe('short');
      expect([...entries.keys()].sort()).toEqual(['ada', 'ada#of another user', 'bob#a#0']);
      if (!died) break;
      deaths++;
    }
    expect(deaths, 'four parts, the entry, four old parts').toBe(4 + 1 + 4);
  });

  it.each([
    ['missing', (entries: Map<string, string>, part: string) => entries.delete(part)],
    ['changed', (entries: Map<string, string>, part: string) => entries.set(part, 'AAAA')],
  ])('with a part that is %s is none', async (_name, harm) => {
    const entries = new Map<string, string>();
    await vaultOn(entries).save('ada', 'x'.repeat(6_000));
    harm(entries, [...entries.keys()].find((name) => name.endsWith('#1')) ?? '');
    expect(await vaultOn(entries).load('ada')).toBeNull();
  });

  it('is not mistaken for a token that looks like one', async () => {
    const entries = new Map<string, string>();
    const token = `tintype-parts a 1 ${'A'.repeat(43)}`;
    await vaultOn(entries).save('ada', token);
    expect(await vaultOn(entries).load('ada')).toBe(token);
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
            getPassword: (_service, account) => {
              if (account !== 'ada') return Promise.resolve(null);
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
    await new Promise(setImmediate);
    expect(await vault.load('ada')).toBe('kept');
    await vault.save('ada', 'x');
  });

  it('that is locked and says that it holds nothing is tried by one call each time', async () => {
    let locked = true;
    const asked: string[] = [];
    const vault = createKeytarVault({
      ...place,
      keychain: createKeychain({
        clock: systemClock,
        loadKeytar: () =>
          Promise.resolve({
            getPassword: (_service, account) => {
              asked.push(`read ${account}`);
              return Promise.resolve(locked || account !== 'ada' ? null : 'kept');
            },
            setPassword: (_service, account) => {
              asked.push(`write ${account}`);
              return locked ? Promise.reject(new Error('a locked collection')) : Promise.resolve();
            },
            deletePassword: () => Promise.resolve(!locked),
          }),
      }),
    });
    await expect(vault.load('ada')).rejects.toMatchObject(unavailable('Error'));
    await expect(vault.load('ada')).rejects.toMatchObject(unavailable('Error'));
    await expect(vault.forget('ada')).rejects.toMatchObject(unavailable('Error'));
    expect(asked, 'each may bring up a dialog').toEqual([
      'read ada',
      'write probe',
      'write probe',
      'write probe',
    ]);
    locked = false;
    expect(await vault.load('ada')).toBe('kept');
    expect(await vault.load('bob')).toBeNull();
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
              done.push(`write ${account}`);
            },
            deletePassword: (_service, account) => {
              done.push(`delete ${account}`);
              return Promise.resolve(true);
            },
          }),
      }),
    });
    const both = Promise.all([vault.save('ada', 'x'), vault.forget('ada')]);
    slow.resolve();
    await both;
    // Whether it is locked is tried in between.
    expect(done).toEqual(['write ada', 'write probe', 'delete probe', 'delete ada']);
  });
});
