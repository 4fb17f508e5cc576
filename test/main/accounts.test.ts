/** What signing out means for the queue: the real sign-in against the Cognito stand-in, with an engine that answers. */
import { describe, expect, it } from 'vitest';
import { createAccountCalls } from '../../main/accounts.ts';
import type { EngineHost } from '../../main/engine-host.ts';
import { ProblemError } from '../../main/lib/rpc.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';
import { ada, bob, startAuth, startPool, waitingUrl, type AuthRig } from './auth/support/auth-rig.ts';

interface Desk {
  rig: AuthRig;
  calls: ReturnType<typeof createAccountCalls>;
  /** What is left of each queue, by `sub`. */
  queues: Map<string, number>;
  /** The engine is down. */
  breakEngine: () => void;
  /** The engine answers to nothing any more. */
  hangEngine: () => void;
  clock: FakeClock;
}

/** Bob is at the window, Ada is known as well. */
async function desk(): Promise<Desk> {
  const pool = await startPool();
  const rig = startAuth(pool.config);
  const queues = new Map([
    [ada.sub, 34],
    [bob.sub, 2],
  ]);
  let down = false;
  let hung = false;
  const clock = fakeClock();
  const call = async (name: string, sub: string): Promise<unknown> => {
    if (hung) await new Promise(() => undefined);
    if (down) throw new ProblemError({ code: 'engine_failed' });
    if (name === 'queue.owners')
      return [...queues].map(([owner, unfinished]) => ({ sub: owner, unfinished }));
    if (name !== 'queue.removeOwner') throw new Error(`unexpected ${name}`);
    const count = queues.get(sub) ?? 0;
    queues.delete(sub);
    return count;
  };
  const calls = createAccountCalls({
    auth: () => rig.auth,
    engine: { call: call as EngineHost['call'] },
    beforeSignIn: () => undefined,
    log: () => undefined,
    clock,
  });
  await rig.signIn(ada);
  const added = Promise.resolve(calls['auth.addAccount']());
  await rig.visit(await waitingUrl(rig), bob);
  await added;
  return { rig, calls, queues, breakEngine: () => (down = true), hangEngine: () => (hung = true), clock };
}
const othersOf = (rig: AuthRig): string[] => {
  const state = rig.auth.state();
  return 'others' in state ? (state.others ?? []).map(({ user }) => user.sub) : [];
};

describe('signing out', () => {
  it('keeps the queue, and knows its owner for as long as something waits in it', async () => {
    const { rig, calls, queues } = await desk();
    await calls['auth.signOut']();
    expect(rig.auth.state().kind).toBe('signedOut');
    expect(othersOf(rig)).toEqual([ada.sub, bob.sub]);
    expect(queues.size).toBe(2);
    await calls['auth.switchTo'](ada.sub);
    queues.delete(ada.sub);
    await calls['auth.signOut']();
    expect(othersOf(rig)).toEqual([bob.sub]);
  });

  it('knows the owner also when the engine cannot be asked', async () => {
    const { rig, calls, breakEngine } = await desk();
    breakEngine();
    await calls['auth.signOut']();
    expect(othersOf(rig)).toEqual([ada.sub, bob.sub]);
  });

  it('does not wait for an engine that does not answer', async () => {
    const { rig, calls, hangEngine, clock } = await desk();
    hangEngine();
    const left = Promise.resolve(calls['auth.signOut']());
    clock.advance(2_000);
    await left;
    expect(rig.auth.state().kind).toBe('signedOut');
    expect(othersOf(rig)).toEqual([ada.sub, bob.sub]);
  });

  it('and removing takes this account’s queue and no other', async () => {
    const { rig, calls, queues } = await desk();
    await calls['auth.signOutAndRemove']();
    expect([...queues]).toEqual([[ada.sub, 34]]);
    expect(othersOf(rig)).toEqual([ada.sub]);
    expect([...rig.vault.tokens.keys()]).toEqual([ada.sub]);
    expect(rig.opened.at(-1)).toContain('/logout?');
    await calls['auth.signOutAndRemove']();
    expect([...queues], 'nobody is at the window any more').toEqual([[ada.sub, 34]]);
  });

  it('and removing with an engine that is down can be tried again', async () => {
    const { rig, calls, breakEngine } = await desk();
    breakEngine();
    await expect(calls['auth.signOutAndRemove']()).rejects.toMatchObject({
      problem: { code: 'engine_failed' },
    });
    expect(rig.auth.state().kind).toBe('signedOut');
    expect(othersOf(rig)).toEqual([ada.sub, bob.sub]);
  });
});

it('removes only an account that is known and not at the window', async () => {
  const { rig, calls, queues } = await desk();
  for (const sub of [bob.sub, 'unknown']) {
    await expect(async () => calls['auth.removeAccount'](sub)).rejects.toMatchObject({
      problem: { code: 'bad_request' },
    });
  }
  await calls['auth.removeAccount'](ada.sub);
  expect([...queues]).toEqual([[bob.sub, 2]]);
  expect(rig.auth.state()).toMatchObject({ kind: 'signedIn', user: { sub: bob.sub } });
  expect(othersOf(rig)).toEqual([]);
});
