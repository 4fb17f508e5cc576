/** Several people at one computer: everything here goes through createAuth, against the Cognito stand-in. */
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AuthState } from '../../../preload/contract/model.ts';
import { deferred } from '../../support/deferred.ts';
import { ada, bob, startAuth, startPool, waitingUrl, type AuthRig, type Pool } from './support/auth-rig.ts';
import { caught } from './support/caught.ts';

const hour = 3_600_000;
const viewOf = ({ sub, name, email }: typeof ada): object => ({ sub, name, email });

/** Ada signed in first, then Bob in the same browser; Bob is at the window. */
async function twoSignedIn(): Promise<{ pool: Pool; rig: AuthRig }> {
  const pool = await startPool();
  const rig = startAuth(pool.config);
  await rig.signIn(ada);
  await addAccount(rig, bob);
  return { pool, rig };
}
async function addAccount(rig: AuthRig, user: typeof ada): Promise<void> {
  const ended = rig.auth.addAccount();
  await rig.visit(await waitingUrl(rig), user);
  await ended;
}
const at = (user: typeof ada) => (state: AuthState) =>
  state.kind === 'signedIn' && state.user.sub === user.sub && !state.offline;

describe('another account', () => {
  it('gets the form in the same browser, and the first keeps its session', async () => {
    const { rig } = await twoSignedIn();
    expect(new URL(rig.opened[1] ?? '').searchParams.get('prompt')).toBe('login');
    expect(rig.auth.state()).toEqual({
      kind: 'signedIn',
      user: viewOf(bob),
      offline: false,
      others: [{ user: viewOf(ada), live: true }],
    });
    expect([...rig.vault.tokens.keys()].sort()).toEqual([ada.sub, bob.sub]);
    expect(rig.requests).not.toContain('POST /oauth2/revoke');
    expect((await rig.auth.accessToken()).sub).toBe(bob.sub);
  });

  it('is switched to without the browser, there and back, also after a restart', async () => {
    const { rig } = await twoSignedIn();
    const [, bobs] = [await rig.auth.accessToken(), await rig.auth.accessToken()];
    await rig.auth.switchTo(ada.sub);
    expect(rig.auth.state()).toMatchObject({ kind: 'signedIn', user: { sub: ada.sub } });
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    await rig.auth.switchTo(bob.sub);
    expect(await rig.auth.accessToken(), 'a token that is good is not asked for anew').toEqual(bobs);
    expect(rig.opened).toHaveLength(2);

    const after = await rig.restart();
    await after.auth.start();
    expect(after.auth.state()).toMatchObject({ user: { sub: bob.sub }, others: [{ live: true }] });
    await after.auth.switchTo(ada.sub);
    await after.until(at(ada));
    expect((await after.auth.accessToken()).sub).toBe(ada.sub);
    expect(after.opened).toEqual([]);
    const last = await after.restart();
    await last.auth.start();
    expect(last.auth.state(), 'the last at the window').toMatchObject({ user: { sub: ada.sub } });
  });

  it('is not renewed while it is not at the window, and keeps what a refresh under way brings', async () => {
    const { rig } = await twoSignedIn();
    rig.clock.advance(hour);
    const before = rig.vault.tokens.get(bob.sub);
    const refreshing = rig.auth.accessToken();
    await rig.auth.switchTo(ada.sub);
    await refreshing;
    expect(rig.vault.tokens.get(bob.sub)).not.toBe(before);
    await rig.auth.accessToken();
    const kept = rig.vault.tokens.get(bob.sub);
    rig.clock.advance(hour);
    await rig.auth.accessToken();
    expect(rig.vault.tokens.get(bob.sub)).toBe(kept);
    await rig.auth.switchTo(bob.sub);
    expect((await rig.auth.accessToken()).sub).toBe(bob.sub);
  });

  it('that was put off after a sleep is still signed in', async () => {
    const { rig } = await twoSignedIn();
    rig.clock.jump(8 * hour);
    rig.auth.onResume();
    await rig.auth.switchTo(ada.sub);
    rig.clock.advance(20_000);
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    await rig.auth.switchTo(bob.sub);
    expect((await rig.auth.accessToken()).sub).toBe(bob.sub);
  });

  it('that is in memory only, for want of a keychain, is switched to as well', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    rig.vault.locked = true;
    await rig.signIn(ada);
    await addAccount(rig, bob);
    rig.clock.advance(hour);
    await rig.auth.switchTo(ada.sub);
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    rig.vault.locked = false;
    rig.clock.advance(5 * 60_000);
    await rig.until((state) => state.kind === 'signedIn' && state.problem === undefined);
    expect([...rig.vault.tokens.keys()].sort()).toEqual([ada.sub, bob.sub]);
  });

  it('whose session was ended by the service needs the browser, and is who the form expects', async () => {
    const { pool, rig } = await twoSignedIn();
    await rig.auth.switchTo(ada.sub);
    pool.control({ tokenEndpoint: 'invalidGrant' });
    rig.clock.advance(hour);
    await expect(rig.auth.accessToken()).rejects.toMatchObject({ code: 'session_revoked' });
    pool.control({ tokenEndpoint: 'ok' });
    await rig.auth.switchTo(bob.sub);
    await rig.until(at(bob));
    expect(rig.auth.state()).toMatchObject({ others: [{ user: { sub: ada.sub }, live: false }] });

    const ended = rig.auth.switchTo(ada.sub);
    const url = new URL(await waitingUrl(rig));
    expect(url.searchParams.get('login_hint')).toBe(ada.email);
    expect(url.searchParams.get('prompt'), 'the browser is signed in as Bob').toBe('login');
    await rig.visit(url.href, ada);
    await ended;
    expect(rig.auth.state()).toMatchObject({ user: { sub: ada.sub }, others: [{ live: true }] });
  });

  it('whose session turns out to be over while it is not at the window is shown like that', async () => {
    const pool = await startPool();
    const reply = deferred<void>();
    let hold = false;
    const rig = startAuth(pool.config, {
      fetch: async (input, init) => {
        if (hold) {
          hold = false;
          await reply.promise;
        }
        return await fetch(input, init);
      },
    });
    await rig.signIn(ada);
    await addAccount(rig, bob);
    rig.clock.advance(hour);
    hold = true;
    const asked = rig.requests.length;
    const failure = caught(rig.auth.accessToken());
    await rig.untilRequested(asked + 1);
    await rig.auth.switchTo(ada.sub);
    await rig.auth.accessToken();
    const told = rig.states.length;
    pool.control({ tokenEndpoint: 'invalidGrant' });
    reply.resolve();
    expect(await failure).toMatchObject({ code: 'session_revoked' });
    expect(rig.states.slice(told)).toMatchObject([
      { kind: 'signedIn', user: { sub: ada.sub }, others: [{ user: { sub: bob.sub }, live: false }] },
    ]);
  });

  it('that nobody knows is not switched to', async () => {
    const { rig } = await twoSignedIn();
    await rig.auth.switchTo('8d7c1f5e-0009-4000-8000-000000000009');
    expect(rig.auth.state()).toMatchObject({ user: { sub: bob.sub } });
    expect(rig.opened).toHaveLength(2);
  });
});

describe('signing out', () => {
  it('leaves the other account alone, and brings nobody to the window unasked', async () => {
    const { rig } = await twoSignedIn();
    await rig.auth.signOut();
    expect(rig.auth.state()).toEqual({ kind: 'signedOut', others: [{ user: viewOf(ada), live: true }] });
    expect([...rig.vault.tokens.keys()]).toEqual([ada.sub]);
    await expect(rig.auth.accessToken()).rejects.toMatchObject({ code: 'sign_in_needed' });
    const after = await rig.restart();
    await after.auth.start();
    expect(after.auth.state()).toMatchObject({ kind: 'signedOut', others: [{ live: true }] });
    await after.auth.switchTo(ada.sub);
    await after.until(at(ada));
    expect(after.opened).toEqual([]);
  });

  it('of an account that is to be remembered keeps its name, and nothing that signs it in', async () => {
    const { rig } = await twoSignedIn();
    await rig.auth.signOut(true);
    expect(rig.vault.tokens.has(bob.sub)).toBe(false);
    expect(rig.auth.state()).toMatchObject({
      kind: 'signedOut',
      others: [
        { user: { sub: ada.sub }, live: true },
        { user: { sub: bob.sub }, live: false },
      ],
    });
    await rig.visit(rig.opened[2] ?? '', null);
    const ended = rig.auth.switchTo(bob.sub);
    expect((await rig.visit(await waitingUrl(rig), null)).text).toContain('name="password"');
    await rig.auth.cancel();
    await ended;
    expect(rig.auth.state()).toMatchObject({ kind: 'signedOut', problem: { code: 'auth_cancelled' } });
  });

  it('removes an account that is not at the window, its session included', async () => {
    const { pool, rig } = await twoSignedIn();
    const refreshToken = rig.vault.tokens.get(ada.sub) ?? '';
    await rig.auth.removeAccount(ada.sub);
    expect(rig.auth.state()).toEqual({ kind: 'signedIn', user: viewOf(bob), offline: false });
    expect([...rig.vault.tokens.keys()]).toEqual([bob.sub]);
    expect(fs.readFileSync(rig.profileFile, 'utf8')).not.toContain(ada.sub);
    const form = { grant_type: 'refresh_token', client_id: pool.clientId, refresh_token: refreshToken };
    const reply = await fetch(`${pool.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    expect(await reply.json()).toEqual({ error: 'invalid_grant' });
    await rig.auth.removeAccount(bob.sub);
    expect(rig.auth.state(), 'not the one at the window').toMatchObject({ user: { sub: bob.sub } });
  });
});
