/** How a session lives: everything here goes through createAuth, against the Cognito stand-in. */
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AuthState } from '../../../preload/contract/model.ts';
import { deferred } from '../../support/deferred.ts';
import { ada, bob, startAuth, startPool, type AuthRig, type Pool } from './support/auth-rig.ts';
import { caught } from './support/caught.ts';

const hour = 3_600_000;

async function signedIn(
  overrides: Parameters<typeof startAuth>[1] = {},
): Promise<{ pool: Pool; rig: AuthRig }> {
  const pool = await startPool();
  const rig = startAuth(pool.config, overrides);
  await rig.signIn();
  return { pool, rig };
}
const refreshes = (rig: AuthRig): number =>
  rig.requests.filter((request) => request === 'POST /oauth2/token').length - 1;
const online = (state: AuthState): boolean => state.kind === 'signedIn' && !state.offline;

describe('an access token', () => {
  it('is handed out until it is about to expire, and then fetched once for all who ask', async () => {
    const { rig } = await signedIn();
    const first = await rig.auth.accessToken();
    expect(await rig.auth.accessToken()).toEqual(first);
    expect(refreshes(rig)).toBe(0);

    rig.clock.jump(hour - 59_000);
    const all = await Promise.all(Array.from({ length: 50 }, () => rig.auth.accessToken()));
    expect(new Set(all.map(({ token }) => token)).size).toBe(1);
    expect(all[0]!.token).not.toBe(first.token);
    expect(refreshes(rig)).toBe(1);
  });

  it('is renewed ahead of time, and also after a sleep in which only the wall clock went on', async () => {
    const { rig } = await signedIn();
    const stored = rig.vault.tokens.get(ada.sub);
    rig.clock.advance(0.81 * hour);
    await rig.untilRequested(3);
    const renewed = await rig.auth.accessToken({ minValidityMs: hour });
    expect(refreshes(rig)).toBe(1);
    expect(rig.vault.tokens.get(ada.sub)).not.toBe(stored);

    rig.clock.jump(8 * hour);
    rig.auth.onResume();
    const asked = rig.requests.length;
    rig.clock.advance(500);
    expect(rig.requests.length, 'not at once, all laptops wake at nine').toBe(asked);
    rig.clock.advance(10_000);
    await rig.untilRequested(asked + 1);
    expect((await rig.auth.accessToken()).token).not.toBe(renewed.token);
  });

  it('is asked for after a sleep by everybody together, each laptop at its own moment', async () => {
    const { rig } = await signedIn();
    rig.clock.jump(8 * hour);
    rig.auth.onResume();
    const both = Promise.all([rig.auth.accessToken(), rig.auth.accessToken()]);
    await new Promise(setImmediate);
    expect(refreshes(rig), 'who asks meanwhile does not jump the queue').toBe(0);
    rig.clock.advance(5_500);
    const [one, other] = await both;
    expect(one).toEqual(other);
    expect(refreshes(rig)).toBe(1);
  });

  it('that lives for a hundred years, or for no time at all, does not make us ask without end', async () => {
    for (const seconds of [3_000_000_000, 1]) {
      let swap = false;
      const { rig } = await signedIn({
        fetch: async (input, init) => {
          const response = await fetch(input, init);
          if (!swap || !input.endsWith('/oauth2/token')) return response;
          return Response.json({ ...((await response.json()) as object), expires_in: seconds });
        },
      });
      swap = true;
      rig.clock.advance(hour);
      await rig.auth.accessToken();
      const asked = rig.requests.length;
      rig.clock.advance(9_000);
      expect(rig.requests.length).toBe(asked);
      await rig.auth.stop();
    }
  });

  it('is renewed when the backend refuses it, but not again and again', async () => {
    const { rig } = await signedIn();
    const first = await rig.auth.accessToken();
    rig.clock.advance(60_000);
    const second = await rig.auth.accessToken({ rejected: first.token });
    expect(second.token).not.toBe(first.token);
    expect(await rig.auth.accessToken({ rejected: first.token })).toEqual(second);
    await expect(rig.auth.accessToken({ rejected: second.token })).rejects.toMatchObject({
      code: 'token_rejected',
      refusal: 'offline',
    });
    expect(refreshes(rig)).toBe(1);
  });

  it('comes also from a pool whose tokens live for less than a minute', async () => {
    const pool = await startPool();
    pool.control({ accessTokenSeconds: 30, idTokenSeconds: 30 });
    const rig = startAuth(pool.config);
    await rig.signIn();
    await rig.auth.accessToken();
    expect(refreshes(rig)).toBe(0);
  });
});

describe('a refresh', () => {
  it('keeps the rotated refresh token, and the old one where none comes', async () => {
    const { pool, rig } = await signedIn();
    const first = rig.vault.tokens.get(ada.sub);
    rig.clock.advance(hour);
    await rig.auth.accessToken();
    const second = rig.vault.tokens.get(ada.sub);
    expect(second).not.toBe(first);

    pool.control({ rotation: false });
    rig.clock.advance(hour);
    await rig.auth.accessToken();
    expect(rig.vault.tokens.get(ada.sub)).toBe(second);
  });

  it('asks once more for a reply that was lost on the way', async () => {
    const { pool, rig } = await signedIn();
    pool.control({ tokenEndpoint: 'lostReply', tokenEndpointTimes: 1 });
    rig.clock.advance(hour);
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    expect(refreshes(rig)).toBe(2);
  });

  it('takes a changed auth_time, and keys that the pool has changed', async () => {
    const { pool, rig } = await signedIn();
    pool.control({ newAuthTimeOnRefresh: true });
    await pool.rollKeys(false);
    rig.clock.advance(hour);
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    expect(rig.auth.state()).toMatchObject({ kind: 'signedIn', offline: false });
  });

  it.each(['throttled', 'serverError', 'html', 'reset'] as const)(
    'that meets a service that is %s keeps the session, and comes back by itself',
    async (tokenEndpoint) => {
      const { pool, rig } = await signedIn();
      pool.control({ tokenEndpoint });
      rig.clock.advance(hour);
      await expect(rig.auth.accessToken()).rejects.toMatchObject({ refusal: 'offline' });
      expect(rig.auth.state()).toMatchObject({ kind: 'signedIn', offline: true });
      const asked = rig.requests.length;
      await expect(rig.auth.accessToken()).rejects.toMatchObject({ refusal: 'offline' });
      expect(rig.requests.length, 'a pause between tries').toBe(asked);

      pool.control({ tokenEndpoint: 'ok' });
      rig.clock.advance(5 * 60_000);
      await rig.until(online);
      expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
      expect(rig.vault.tokens.size).toBe(1);
    },
  );

  it('leaves a service alone for as long as it asks', async () => {
    const { pool, rig } = await signedIn();
    pool.control({ tokenEndpoint: 'throttled', retryAfterSeconds: 600 });
    rig.clock.advance(hour);
    await expect(rig.auth.accessToken()).rejects.toMatchObject({ code: 'throttled' });
    const asked = rig.requests.length;
    pool.control({ tokenEndpoint: 'ok' });
    rig.clock.advance(598_000);
    rig.auth.onOnline();
    rig.clock.advance(1_000);
    await expect(rig.auth.accessToken()).rejects.toMatchObject({ code: 'throttled' });
    expect(rig.requests.length).toBe(asked);
    rig.clock.advance(2_000);
    await rig.until(online);
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
  });

  it('whose keys cannot be had is verified later, and not asked for again', async () => {
    const { pool, rig } = await signedIn();
    const first = await rig.auth.accessToken();
    await pool.rollKeys(false);
    pool.control({ keysEndpoint: 'serverError' });
    rig.clock.advance(hour);
    for (const keysEndpoint of ['html', 'serverError', 'ok'] as const) {
      await expect(rig.auth.accessToken()).rejects.toMatchObject({ refusal: 'offline' });
      pool.control({ keysEndpoint });
      const asked = rig.requests.length;
      rig.clock.advance(60_000);
      await rig.untilRequested(asked + 1);
    }
    await rig.until(online);
    expect((await rig.auth.accessToken()).token).not.toBe(first.token);
    expect(refreshes(rig)).toBe(1);
  });

  it('does not wait for keys that never come', async () => {
    const { pool, rig } = await signedIn();
    await pool.rollKeys(false);
    pool.control({ keysEndpoint: 'hang' });
    rig.clock.jump(hour);
    const asked = rig.requests.length;
    const failure = caught(rig.auth.accessToken());
    await rig.untilRequested(asked + 2);
    rig.clock.advance(10_000);
    expect(await failure).toMatchObject({ code: 'deadline', refusal: 'offline' });
    expect(rig.auth.state()).toMatchObject({ kind: 'signedIn', offline: true });
    pool.control({ keysEndpoint: 'ok' });
    rig.clock.advance(60_000);
    await rig.until(online);
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    expect(refreshes(rig)).toBe(1);
  });

  it.each([
    ['unsigned', 'token_algorithm'],
    ['otherKey', 'token_signature'],
    ['swapped', 'token_use'],
    ['otherPool', 'token_issuer'],
    ['otherClient', 'token_audience'],
    ['expired', 'token_expired'],
    ['otherUser', 'token_user'],
    ['garbage', 'token_malformed'],
  ] as const)(
    'that brings tokens that are %s publishes nothing: %s, and the session goes on',
    async (tokens, code) => {
      const { pool, rig } = await signedIn();
      pool.control({ tokens });
      rig.clock.advance(hour);
      await expect(rig.auth.accessToken()).rejects.toMatchObject({ code, refusal: 'offline' });
      expect(rig.auth.state()).toMatchObject({ kind: 'signedIn', problem: { code: 'auth_token_invalid' } });
      pool.control({ tokens: 'ok' });
      rig.clock.advance(60_000);
      await rig.until((state) => state.kind === 'signedIn' && state.problem === undefined);
      expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    },
  );

  it('whose reply was lost in a pool without grace ends the session: the token is spent', async () => {
    const { pool, rig } = await signedIn();
    pool.control({ rotationGraceSeconds: 0, tokenEndpoint: 'lostReply', tokenEndpointTimes: 1 });
    rig.clock.advance(hour);
    await expect(rig.auth.accessToken()).rejects.toMatchObject({ code: 'session_revoked' });
    expect(rig.auth.state()).toMatchObject({ kind: 'expired', reason: 'revoked', user: { sub: ada.sub } });
  });

  it('in a pool without grace is asked for once, whoever asks', async () => {
    const { pool, rig } = await signedIn();
    pool.control({ rotationGraceSeconds: 0 });
    for (let round = 1; round <= 3; round++) {
      rig.clock.jump(hour);
      rig.auth.onResume();
      rig.auth.onOnline();
      const all = Promise.all(Array.from({ length: 20 }, () => rig.auth.accessToken()));
      rig.clock.advance(10_500);
      expect(new Set((await all).map(({ token }) => token)).size).toBe(1);
      expect(refreshes(rig)).toBe(round);
    }
  });

  it.each(['hang', 'hangBody'] as const)(
    'gives up on an answer that never comes: %s',
    async (tokenEndpoint) => {
      const { pool, rig } = await signedIn();
      pool.control({ tokenEndpoint });
      const asked = rig.requests.length;
      rig.clock.jump(hour);
      const failure = caught(rig.auth.accessToken());
      await rig.untilRequested(asked + 1);
      rig.clock.advance(10_000);
      await rig.untilRequested(asked + 2);
      rig.clock.advance(10_000);
      expect(await failure).toMatchObject({ code: 'deadline', refusal: 'offline' });
    },
  );

  it('that is refused with invalid_grant ends the session, and only that', async () => {
    const { pool, rig } = await signedIn();
    pool.control({ tokenEndpoint: 'invalidGrant' });
    rig.clock.advance(hour);
    await expect(rig.auth.accessToken()).rejects.toMatchObject({
      code: 'session_revoked',
      refusal: 'sign_in_needed',
    });
    expect(rig.auth.state()).toEqual({
      kind: 'expired',
      user: { sub: ada.sub, name: ada.name, email: ada.email },
      reason: 'revoked',
    });
    expect(rig.vault.tokens.size).toBe(0);
    expect(rig.clock.pending, 'nothing is tried any more').toBe(0);

    const after = await rig.restart();
    await after.auth.start();
    await after.until((state) => state.kind === 'expired' && state.reason === 'missing');
    pool.control({ tokenEndpoint: 'ok' });
    await after.signIn();
    expect(after.auth.state()).toMatchObject({ kind: 'signedIn', offline: false });
  });

  it('that brings somebody else’s tokens publishes nothing, and keeps the session', async () => {
    let swap = false;
    let foreign = {};
    const { pool, rig } = await signedIn({
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (!swap || !input.endsWith('/oauth2/token')) return response;
        const reply = (await response.json()) as Record<string, unknown>;
        return Response.json({ ...reply, ...foreign });
      },
    });
    const first = await rig.auth.accessToken();
    const other = startAuth(pool.config);
    await other.signIn(bob);
    const { token } = await other.auth.accessToken();
    foreign = { access_token: token, id_token: undefined };

    swap = true;
    const stored = rig.vault.tokens.get(ada.sub);
    rig.clock.advance(hour);
    await expect(rig.auth.accessToken()).rejects.toMatchObject({ code: 'token_user' });
    expect(rig.auth.state()).toMatchObject({
      kind: 'signedIn',
      user: { sub: ada.sub },
      problem: { code: 'auth_token_invalid' },
    });
    expect(rig.vault.tokens.get(ada.sub), 'the old refresh token is spent').not.toBe(stored);
    swap = false;
    rig.clock.advance(60_000);
    await rig.until((state) => state.kind === 'signedIn' && state.problem === undefined);
    expect((await rig.auth.accessToken()).token).not.toBe(first.token);
  });

  it('stores the new refresh token before it verifies, and before the app may quit', async () => {
    const keysAsked = deferred<void>();
    let block = false;
    const { rig } = await signedIn({
      fetch: async (input, init) => {
        if (block && input.endsWith('/jwks.json')) {
          keysAsked.resolve();
          throw new TypeError('fetch failed');
        }
        return await fetch(input, init);
      },
    });
    const after = await rig.restart();
    const before = rig.vault.tokens.get(ada.sub);
    block = true;
    await after.auth.start();
    await keysAsked.promise;
    expect(rig.vault.tokens.get(ada.sub)).not.toBe(before);
    await after.auth.stop();
    block = false;
    const last = await after.restart();
    await last.auth.start();
    expect((await last.auth.accessToken()).sub).toBe(ada.sub);
  });

  it('hands nothing out before a slow keychain has the new refresh token', async () => {
    const { rig } = await signedIn();
    const order: string[] = [];
    const { save } = rig.vault;
    rig.vault.save = async (sub, token) => {
      // A verification that did not wait would be over by then.
      for (let turn = 0; turn < 3_000; turn++) await new Promise(setImmediate);
      await save(sub, token);
      order.push('kept');
    };
    rig.clock.advance(hour);
    await rig.auth.accessToken();
    order.push('handed out');
    expect(order).toEqual(['kept', 'handed out']);
  });

  it('under way when the app quits is still finished', async () => {
    const { rig } = await signedIn();
    const before = rig.vault.tokens.get(ada.sub);
    rig.clock.advance(hour);
    await rig.auth.stop();
    expect(rig.vault.tokens.get(ada.sub)).not.toBe(before);
  });
});

describe('a keychain', () => {
  it('that is locked at sign-in makes a session in memory, which says so and is stored later', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    rig.vault.locked = true;
    await rig.signIn();
    expect(rig.auth.state()).toMatchObject({
      kind: 'signedIn',
      offline: false,
      problem: { code: 'auth_keychain_unavailable' },
    });
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    rig.vault.locked = false;
    rig.clock.advance(5 * 60_000);
    await rig.until((state) => state.kind === 'signedIn' && state.problem === undefined);
    expect(rig.vault.tokens.size).toBe(1);
  });

  it('that is locked at start signs nobody out, and the session goes on when it is unlocked', async () => {
    const { rig } = await signedIn();
    rig.vault.locked = true;
    const after = await rig.restart();
    await after.auth.start();
    await after.until((state) => state.kind === 'signedIn' && state.problem?.code === 'auth_keychain_unread');
    await expect(after.auth.accessToken()).rejects.toMatchObject({
      code: 'keychain_unread',
      refusal: 'offline',
    });
    after.vault.locked = false;
    after.clock.advance(60_000);
    await after.until((state) => state.kind === 'signedIn' && state.problem === undefined);
    expect((await after.auth.accessToken()).sub).toBe(ada.sub);
  });

  it('that has no entry asks for a sign-in, of a user who is still known', async () => {
    const { rig } = await signedIn();
    rig.vault.tokens.clear();
    const after = await rig.restart();
    await after.auth.start();
    const state = await after.until(({ kind }) => kind === 'expired');
    expect(state).toMatchObject({ user: { sub: ada.sub }, reason: 'missing' });
    await expect(after.auth.accessToken()).rejects.toMatchObject({ refusal: 'sign_in_needed' });
  });
});

describe('the profile', () => {
  it('of another pool or client is not opened', async () => {
    const { pool, rig } = await signedIn();
    await rig.auth.stop();
    const other = startAuth({ ...pool.config, clientId: 'another' }, {}, rig);
    await other.auth.start();
    expect(other.auth.state()).toEqual({ kind: 'signedOut' });
  });

  it('that is damaged means nobody is known', async () => {
    const { rig } = await signedIn();
    fs.writeFileSync(rig.profileFile, '{"version":1,"user":');
    const after = await rig.restart();
    await after.auth.start();
    expect(after.auth.state()).toEqual({ kind: 'signedOut' });
  });
});
