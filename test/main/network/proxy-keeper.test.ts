import { describe, expect, it } from 'vitest';
import { createProxyKeeper, type ProxyKeeperDeps } from '../../../main/network/proxy-keeper.ts';
import type { ProxyCredentials } from '../../../main/network/tunnel.ts';
import type { ProxyQuestion } from '../../../preload/contract/model.ts';

const proxy = 'proxy.example:8080';
const realm = 'The office';
const ada = { user: 'ada', password: 'right' };
const wrong = { user: 'ada', password: 'wrong' };

function rig(
  options: { kept?: ProxyCredentials; attempt?: ProxyKeeperDeps['attempt']; locked?: boolean } = {},
) {
  const kept = new Map<string, ProxyCredentials>();
  if (options.kept !== undefined) kept.set(proxy, options.kept);
  const questions: (ProxyQuestion | null)[] = [];
  const vaultFailures: unknown[] = [];
  const seen = { loads: 0, answered: 0 };
  const locked = (): Promise<never> => Promise.reject(new Error('locked'));
  const keeper = createProxyKeeper({
    vault: {
      load: (address) => {
        seen.loads += 1;
        return options.locked === true ? locked() : Promise.resolve(kept.get(address) ?? null);
      },
      save: async (address, credentials) => {
        if (options.locked === true) await locked();
        kept.set(address, credentials);
      },
      forget: (address) => {
        kept.delete(address);
        return Promise.resolve();
      },
    },
    attempt: options.attempt ?? (() => Promise.resolve('accepted')),
    onQuestion: (question) => questions.push(question),
    onAnswered: () => (seen.answered += 1),
    onVaultFailure: (error) => vaultFailures.push(error),
  });
  return { keeper, kept, questions, vaultFailures, seen };
}

describe('a proxy’s password', () => {
  it('is asked for once, whoever wants it, and kept when it is right', async () => {
    const { keeper, kept, questions, seen } = rig();
    const asked = await Promise.all([1, 2, 3].map(() => keeper.credentials({ proxy, realm })));
    expect(asked).toEqual([null, null, null]);
    expect(questions).toEqual([{ proxy, realm, wrong: false }]);
    expect(seen.loads).toBe(1);
    await keeper.answer(ada);
    expect(questions.at(-1)).toBeNull();
    expect([keeper.question(), seen.answered]).toEqual([null, 1]);
    expect(await keeper.credentials({ proxy, realm })).toEqual(ada);
    expect(kept.get(proxy)).toEqual(ada);
  });

  it('of an earlier run comes from the keychain without a question', async () => {
    const { keeper, questions } = rig({ kept: ada });
    expect(await keeper.credentials({ proxy, realm })).toEqual(ada);
    expect(questions).toEqual([]);
  });

  it('that is refused when it is tried is asked for again, said each time, and kept nowhere', async () => {
    const { keeper, kept, questions, seen } = rig({
      attempt: (_proxy, { password }) => Promise.resolve(password === 'right' ? 'accepted' : 'refused'),
    });
    await keeper.credentials({ proxy, realm });
    await keeper.answer(wrong);
    await keeper.answer(wrong);
    expect(questions.map((question) => question?.wrong)).toEqual([false, true, true]);
    expect([kept.size, seen.answered]).toEqual([0, 0]);
    expect(await keeper.credentials({ proxy, realm })).toBeNull();
    // Who comes without one leaves the complaint standing.
    expect(keeper.question()).toEqual({ proxy, realm, wrong: true });
    await keeper.answer(ada);
    expect(await keeper.credentials({ proxy, realm })).toEqual(ada);
  });

  it('that the proxy no longer takes is forgotten and asked for again', async () => {
    const { keeper, kept, questions } = rig({ kept: ada });
    expect(await keeper.credentials({ proxy, realm })).toEqual(ada);
    expect(await keeper.credentials({ proxy, realm, rejected: ada })).toBeNull();
    expect(kept.size).toBe(0);
    expect(questions).toEqual([{ proxy, realm, wrong: true }]);
  });

  it('is not forgotten because somebody comes late with an older one', async () => {
    const { keeper, questions } = rig({ kept: ada });
    expect(await keeper.credentials({ proxy, realm, rejected: wrong })).toEqual(ada);
    expect(questions).toEqual([]);
  });

  it('is good until the app ends where the keychain is locked', async () => {
    const { keeper, vaultFailures } = rig({ locked: true });
    expect(await keeper.credentials({ proxy, realm })).toBeNull();
    await keeper.answer(ada);
    expect(await keeper.credentials({ proxy, realm })).toEqual(ada);
    expect(vaultFailures).toHaveLength(2);
  });

  it('that nobody asked for changes nothing', async () => {
    const { keeper, kept, seen } = rig();
    await keeper.answer(ada);
    expect([kept.size, seen.answered]).toEqual([0, 0]);
  });
});
