import fs from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { ada, occupy, startAuth, startPool, waitingUrl, type Pool } from './support/auth-rig.ts';
import { deferred } from '../../support/deferred.ts';
import { manualClock } from './support/manual-clock.ts';
import { caught } from './support/caught.ts';

const signedInAda = {
  kind: 'signedIn',
  user: { sub: ada.sub, name: ada.name, email: ada.email },
  offline: false,
};

describe('signing in', () => {
  it('goes through the browser and keeps the refresh token, and nothing else, in the keychain', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    await rig.auth.start();
    expect(rig.auth.state()).toEqual({ kind: 'signedOut' });

    const ended = rig.auth.signIn();
    const url = new URL(await waitingUrl(rig));
    expect(rig.opened).toEqual([url.href]);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: pool.clientId,
      redirect_uri: `http://127.0.0.1:${pool.config.callbackPorts[0]}/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(url.searchParams.get(name)?.length).toBeGreaterThanOrEqual(32);
    }
    const page = await rig.visit(url.href, ada);
    await ended;

    expect(page.text).toContain('You are signed in');
    expect(page.url, 'the code does not stay in the address bar').toBe(
      `http://127.0.0.1:${pool.config.callbackPorts[0]}/result`,
    );
    expect(rig.auth.state()).toEqual(signedInAda);
    expect(rig.focused).toBe(1);
    expect([...rig.vault.tokens.keys()]).toEqual([ada.sub]);
    expect(rig.vault.tokens.get(ada.sub)?.length).toBeGreaterThan(1000);
    expect(rig.states.map((state) => (state.kind === 'signingIn' ? state.step : state.kind))).toEqual(
      expect.arrayContaining(['opening', 'waiting', 'finishing', 'signedIn']),
    );

    const { token, expiresAt, sub } = await rig.auth.accessToken();
    expect(sub).toBe(ada.sub);
    expect(expiresAt - rig.clock.now()).toBe(3_600_000);
    const told = JSON.stringify([rig.states, rig.log]) + fs.readFileSync(rig.profileFile, 'utf8');
    for (const secret of [token, ...rig.vault.tokens.values()]) expect(told).not.toContain(secret);
  });

  it('survives a restart', async () => {
    const pool = await startPool();
    const before = startAuth(pool.config);
    await before.signIn();
    const after = await before.restart();
    await after.auth.start();
    expect(after.auth.state()).toEqual(signedInAda);
    expect((await after.auth.accessToken()).sub).toBe(ada.sub);
  });

  it('opens on the last user without a network, and carries on by itself when it is back', async () => {
    const pool = await startPool();
    const before = startAuth(pool.config);
    await before.signIn();
    await pool.stop();

    const after = await before.restart();
    await after.auth.start();
    expect(after.auth.state()).toMatchObject({ kind: 'signedIn', user: { sub: ada.sub } });
    await after.until((state) => state.kind === 'signedIn' && state.offline);
    await expect(after.auth.accessToken()).rejects.toMatchObject({ code: 'offline', refusal: 'offline' });

    await pool.restart();
    after.auth.onOnline();
    after.clock.advance(1_000);
    await after.until((state) => state.kind === 'signedIn' && !state.offline);
    expect((await after.auth.accessToken()).sub).toBe(ada.sub);
  });

  it('takes the next registered port when one is taken', async () => {
    const pool = await startPool();
    const taken = await occupy(pool.config.callbackPorts[0]!);
    const rig = startAuth(pool.config);
    await rig.signIn();
    await taken.close();
    expect(rig.auth.state()).toEqual(signedInAda);
    expect(rig.opened[0]).toContain(encodeURIComponent(`127.0.0.1:${pool.config.callbackPorts[1]}/callback`));
  });

  it('works for a pool whose client has a secret', async () => {
    const pool = await startPool({ clientSecret: 'a-secret-that-a-desktop-app-should-not-have' });
    const rig = startAuth(pool.config);
    await rig.signIn();
    const first = await rig.auth.accessToken();
    rig.clock.advance(3_600_000);
    expect((await rig.auth.accessToken()).token).not.toBe(first.token);
    await rig.auth.signOut();
    expect(rig.log.map(({ event }) => event)).not.toContain('auth.revoke_failed');
  });

  it('lets a computer sign in whose clock is wrong', async () => {
    const pool = await startPool();
    for (const wrongByMs of [3_900_000, -3_900_000]) {
      const rig = startAuth(pool.config, { clock: manualClock(wrongByMs) });
      await rig.signIn();
      expect(rig.auth.state()).toMatchObject({ kind: 'signedIn' });
      expect((await rig.auth.accessToken()).expiresAt).toBe(rig.clock.now() + 3_600_000);
    }
  });
});

describe('a sign-in that does not come to its end', () => {
  it('is cancelled by the person, and the address is closed', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    const ended = rig.auth.signIn();
    const url = await waitingUrl(rig);
    await rig.auth.cancel();
    await ended;
    expect(rig.auth.state()).toMatchObject({ kind: 'signedOut', problem: { code: 'auth_cancelled' } });
    await expect(rig.visit(url, ada)).rejects.toThrow();
    await rig.auth.cancel();
    await rig.signIn();
    expect(rig.auth.state()).toEqual(signedInAda);
  });

  it('may take longer than the hosted page allows, and times out at ten minutes', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    const slow = rig.auth.signIn();
    const url = await waitingUrl(rig);
    rig.clock.advance(9 * 60_000);
    await rig.visit(url, ada);
    await slow;
    expect(rig.auth.state()).toEqual(signedInAda);

    const ended = rig.auth.signIn();
    await waitingUrl(rig);
    rig.clock.advance(600_000);
    await ended;
    expect(rig.auth.state()).toEqual({
      ...signedInAda,
      problem: expect.objectContaining({ code: 'auth_timeout' }),
    });
  });

  it('names the ports when all are taken, and works once one is free', async () => {
    const pool = await startPool();
    const taken = await Promise.all(pool.config.callbackPorts.map(occupy));
    const rig = startAuth(pool.config);
    await rig.auth.signIn();
    expect(rig.auth.state()).toMatchObject({ kind: 'signedOut', problem: { code: 'auth_ports_taken' } });
    expect(JSON.stringify(rig.auth.state())).toContain(pool.config.callbackPorts.join(', '));
    expect(rig.opened).toEqual([]);
    await Promise.all(taken.map(({ close }) => close()));
    await rig.signIn();
    expect(rig.auth.state()).toEqual(signedInAda);
  });

  it.each([
    ['access_denied', 'auth_denied'],
    ['server_error', 'auth_provider_error'],
    ['invalid_scope', 'auth_misconfigured'],
    ['unauthorized_client', 'auth_misconfigured'],
  ] as const)('says what %s from the hosted page means', async (error, problem) => {
    const pool = await startPool();
    pool.control({ authorizeError: error });
    const rig = startAuth(pool.config);
    const ended = rig.auth.signIn();
    const page = await rig.visit(await waitingUrl(rig), ada);
    await ended;
    expect(rig.auth.state()).toMatchObject({ kind: 'signedOut', problem: { code: problem } });
    expect(page.text).toContain('You are not signed in');
    pool.control({ authorizeError: null });
    await rig.signIn();
    expect(rig.auth.state()).toEqual(signedInAda);
  });

  it('stays under way, with a hint, after an error or a callback without its state', async () => {
    const pool = await startPool();
    pool.control({ authorizeError: 'server_error', errorsWithoutState: true });
    const rig = startAuth(pool.config);
    const ended = rig.auth.signIn();
    const url = await waitingUrl(rig);
    await rig.visit(url, ada);
    expect(rig.auth.state()).toMatchObject({ kind: 'signingIn', hint: 'auth_provider_error' });
    await fetch(`http://127.0.0.1:${pool.config.callbackPorts[0]}/callback?code=stolen&state=guessed`);
    expect(rig.auth.state()).toMatchObject({ kind: 'signingIn', hint: 'auth_state_mismatch' });

    pool.control({ authorizeError: null, errorsWithoutState: false });
    await rig.visit(url, ada);
    await ended;
    expect(rig.auth.state()).toEqual(signedInAda);
  });

  it('is superseded by a newer one, whose port and state are its own', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    const first = rig.auth.signIn();
    const oldUrl = await waitingUrl(rig);
    const [second, third] = [rig.auth.signIn(), rig.auth.signIn()];
    await Promise.all([first, second]);
    const newUrl = await waitingUrl(rig);
    expect(newUrl).not.toBe(oldUrl);

    const late = await rig.visit(oldUrl, ada);
    expect(late.text).toContain('does not belong');
    expect(rig.auth.state()).toMatchObject({ kind: 'signingIn', hint: 'auth_state_mismatch' });
    await rig.visit(newUrl, ada);
    await third;
    expect(rig.auth.state()).toEqual(signedInAda);
  });

  it('can be opened again and copied; a browser that does not open is a hint', async () => {
    const pool = await startPool();
    let works = false;
    const rig = startAuth(pool.config, {
      openExternal: () => (works ? Promise.resolve() : Promise.reject(new Error('no browser'))),
    });
    const ended = rig.auth.signIn();
    await rig.until((state) => state.kind === 'signingIn' && state.hint === 'auth_browser_failed');
    const url = await waitingUrl(rig);
    works = true;
    await rig.auth.openAgain();
    expect(rig.auth.state()).not.toHaveProperty('hint');
    rig.auth.copyLink();
    expect(rig.copied).toEqual([url]);
    await rig.visit(url, ada);
    await ended;
    expect(rig.auth.state()).toEqual(signedInAda);
    rig.auth.copyLink();
    expect(rig.copied).toHaveLength(1);
  });

  it.each([
    ['throttled', 'auth_network'],
    ['serverError', 'auth_network'],
    ['html', 'auth_network'],
    ['reset', 'auth_network'],
    ['invalidGrant', 'auth_provider_error'],
  ] as const)('reports a token endpoint that is %s', async (tokenEndpoint, problem) => {
    const pool = await startPool();
    pool.control({ tokenEndpoint });
    const rig = startAuth(pool.config);
    await rig.signIn();
    expect(rig.auth.state()).toMatchObject({ kind: 'signedOut', problem: { code: problem } });
    expect(rig.vault.tokens.size).toBe(0);
    expect(fs.existsSync(rig.profileFile)).toBe(false);
  });

  it('does not wait for a token endpoint that never answers, nor keep it from being cancelled', async () => {
    const pool = await startPool();
    pool.control({ tokenEndpoint: 'hang' });
    const rig = startAuth(pool.config);
    for (const [giveUp, problem] of [
      [() => rig.clock.advance(10_000), 'auth_network'],
      [() => void rig.auth.cancel(), 'auth_cancelled'],
    ] as const) {
      const asked = rig.requests.length;
      const ended = rig.auth.signIn();
      const visit = rig.visit(await waitingUrl(rig), ada).catch(() => undefined);
      await rig.until((state) => state.kind === 'signingIn' && state.step === 'finishing');
      await rig.untilRequested(asked + 1);
      giveUp();
      await Promise.all([ended, visit]);
      expect(rig.auth.state()).toMatchObject({ kind: 'signedOut', problem: { code: problem } });
    }
  });

  it('revokes the tokens that arrive after it was cancelled', async () => {
    const cancelled = deferred<void>();
    const pool = await startPool();
    const rig = startAuth(pool.config, {
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (input.endsWith('/oauth2/token')) await cancelled.promise;
        return response;
      },
    });
    const ended = rig.auth.signIn();
    const visit = rig.visit(await waitingUrl(rig), ada).catch(() => undefined);
    await rig.untilRequested(1);
    await rig.auth.cancel();
    await Promise.all([ended, visit]);
    cancelled.resolve();
    await rig.untilRequested(3);
    expect(rig.requests.at(-1)).toBe('POST /oauth2/revoke');
    expect(rig.auth.state()).toMatchObject({ kind: 'signedOut', problem: { code: 'auth_cancelled' } });
    expect(rig.vault.tokens.size).toBe(0);
  });

  it('stores nothing of tokens that do not verify, and revokes them', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config, {
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (!input.endsWith('/oauth2/token')) return response;
        const reply = (await response.json()) as Record<string, unknown>;
        return Response.json({ ...reply, id_token: reply['access_token'], access_token: reply['id_token'] });
      },
    });
    await rig.signIn();
    expect(rig.auth.state()).toMatchObject({ kind: 'signedOut', problem: { code: 'auth_token_invalid' } });
    expect(rig.log).toContainEqual({ event: 'auth.sign_in_failed', fields: { code: 'token_use' } });
    expect(rig.vault.tokens.size).toBe(0);
    expect(fs.existsSync(rig.profileFile)).toBe(false);
    expect(rig.requests).toContain('POST /oauth2/revoke');
  });

  it.each([
    ['unsigned', 'token_algorithm'],
    ['hmac', 'token_algorithm'],
    ['otherKey', 'token_signature'],
    ['unknownKey', 'token_key_unknown'],
    ['tampered', 'token_signature'],
    ['swapped', 'token_use'],
    ['otherPool', 'token_issuer'],
    ['otherClient', 'token_audience'],
    ['expired', 'token_expired'],
    ['notYetValid', 'token_not_yet_valid'],
    ['otherNonce', 'token_nonce'],
    ['otherAtHash', 'token_at_hash'],
    ['otherUser', 'token_user'],
    ['noIdToken', 'id_token_missing'],
    ['garbage', 'token_malformed'],
  ] as const)('takes no tokens that are %s: %s, and nothing is stored', async (tokens, code) => {
    const pool = await startPool();
    pool.control({ tokens });
    const rig = startAuth(pool.config);
    await rig.signIn();
    expect(rig.auth.state()).toMatchObject({
      kind: 'signedOut',
      problem: { code: expect.stringMatching(/^auth_(token_invalid|misconfigured)$/) as string },
    });
    expect(rig.log).toContainEqual({ event: 'auth.sign_in_failed', fields: { code } });
    expect(rig.vault.tokens.size).toBe(0);
    expect(fs.existsSync(rig.profileFile)).toBe(false);
    expect(rig.requests).toContain('POST /oauth2/revoke');
    await expect(rig.auth.accessToken()).rejects.toMatchObject({ code: 'sign_in_needed' });
  });

  it('waits a moment for keys that cannot be had, so that nobody types a password twice', async () => {
    const pool = await startPool();
    pool.control({ keysEndpoint: 'serverError' });
    const rig = startAuth(pool.config);
    const keysAsked = (): number => rig.requests.filter((request) => request.endsWith('/jwks.json')).length;
    const ended = rig.auth.signIn();
    const visit = rig.visit(await waitingUrl(rig), ada);
    await rig.untilLogged('auth.keys_failed');
    pool.control({ keysEndpoint: 'ok' });
    rig.clock.advance(1_000);
    await Promise.all([ended, visit]);
    expect(rig.auth.state()).toEqual(signedInAda);
    expect(keysAsked()).toBe(2);
  });

  it('tells of thousands of stray callbacks once', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    const ended = rig.auth.signIn();
    await waitingUrl(rig);
    const told = rig.states.length;
    const callback = `http://127.0.0.1:${pool.config.callbackPorts[0]}/callback`;
    for (let sent = 0; sent < 1_000; sent += 100) {
      const some = Array.from({ length: 50 }, (_, index) => [
        `?state=${sent + index}`,
        '?error=server_error',
      ]);
      await Promise.all(some.flat().map((query) => fetch(callback + query)));
    }
    expect(rig.log.filter(({ event }) => event === 'auth.stray_callback')).toHaveLength(2);
    expect(rig.states.length - told).toBe(2);
    await rig.auth.cancel();
    await ended;
  });

  it('leaves a session that was there as it was', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    await rig.signIn();
    const again = rig.auth.signIn();
    await waitingUrl(rig);
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
    await rig.auth.cancel();
    await again;
    expect(rig.auth.state()).toEqual({
      ...signedInAda,
      problem: expect.objectContaining({ code: 'auth_cancelled' }),
    });
    expect((await rig.auth.accessToken()).sub).toBe(ada.sub);
  });
});

/** What the pool answers to a refresh token. */
async function refreshedWith(pool: Pool, token: string): Promise<unknown> {
  const form = { grant_type: 'refresh_token', client_id: pool.clientId, refresh_token: token };
  const reply = await fetch(`${pool.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  return await reply.json();
}

describe('signing out', () => {
  it('forgets, revokes and ends the hosted session, so that the next person gets the form', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    await rig.signIn();
    const refreshToken = rig.vault.tokens.get(ada.sub)!;
    await rig.auth.signOut();

    expect(rig.auth.state()).toEqual({ kind: 'signedOut' });
    expect(rig.vault.tokens.size).toBe(0);
    expect(fs.existsSync(rig.profileFile)).toBe(false);
    await expect(rig.auth.accessToken()).rejects.toMatchObject({ refusal: 'sign_in_needed' });
    expect(await refreshedWith(pool, refreshToken)).toEqual({ error: 'invalid_grant' });

    const url = new URL(rig.opened[1]!);
    expect(url.pathname).toBe('/logout');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: pool.clientId,
      logout_uri: `http://127.0.0.1:${pool.config.callbackPorts[0]}/signed-out`,
    });
    expect((await rig.visit(url.href, null)).text).toContain('You are signed out');

    const ended = rig.auth.signIn();
    expect((await rig.visit(await waitingUrl(rig), null)).text).toContain('name="password"');
    await rig.auth.cancel();
    await ended;
  });

  it('takes each step even if the one before it fails', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    await rig.signIn();
    await pool.stop();
    rig.vault.locked = true;
    await rig.auth.signOut();
    expect(rig.auth.state()).toMatchObject({
      kind: 'signedOut',
      problem: { code: 'auth_keychain_unforgotten' },
    });
    expect(rig.log.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['auth.forget_failed', 'auth.revoke_failed', 'auth.signed_out']),
    );
    expect(rig.opened[1]).toContain('/logout?');
  });

  it('leaves the one port that a pool may have to the next sign-in, at once', async () => {
    const pool = await startPool();
    const [port = 0] = pool.config.callbackPorts;
    const rig = startAuth({ ...pool.config, callbackPorts: [port] });
    for (let round = 0; round < 2; round++) {
      await rig.signIn();
      expect(rig.auth.state()).toEqual(signedInAda);
      await rig.auth.signOut();
      // Its page for the end of the hosted session is still up, and nobody has fetched it.
      expect(rig.opened.at(-1)).toContain(encodeURIComponent(`:${port}/signed-out`));
    }
  });

  it('that a locked keychain holds up comes to its end when it is unlocked', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    await rig.signIn();
    const token = rig.vault.tokens.get(ada.sub)!;
    rig.vault.locked = true;
    await rig.auth.signOut();
    rig.vault.locked = false;
    rig.clock.advance(60_000);
    await rig.until((state) => state.kind === 'signedOut' && state.problem === undefined);
    expect(rig.vault.tokens.size).toBe(0);
    expect(fs.existsSync(rig.profileFile)).toBe(false);
    expect(await refreshedWith(pool, token)).toEqual({ error: 'invalid_grant' });
    expect(rig.clock.pending, 'nothing is tried any more').toBe(1);
    await rig.signIn();
    expect(rig.auth.state()).toEqual(signedInAda);
  });

  it('that the app did not live to see the end of is finished by the next start', async () => {
    const pool = await startPool();
    const before = startAuth(pool.config);
    await before.signIn();
    const token = before.vault.tokens.get(ada.sub)!;
    const locked = await before.restart();
    locked.vault.locked = true;
    await locked.auth.start();
    await locked.auth.signOut();
    expect(locked.requests, 'the token was never read').not.toContain('POST /oauth2/revoke');

    const stillLocked = await locked.restart();
    await stillLocked.auth.start();
    await stillLocked.untilLogged('auth.forget_failed');
    expect(stillLocked.auth.state()).toMatchObject({
      kind: 'signedOut',
      problem: { code: 'auth_keychain_unforgotten' },
    });
    const after = await stillLocked.restart();
    after.vault.locked = false;
    await after.auth.start();
    expect(after.auth.state()).toEqual({ kind: 'signedOut' });
    await after.untilRequested(1);
    await after.auth.stop();
    expect(after.requests).toEqual(['POST /oauth2/revoke']);
    expect(after.vault.tokens.size).toBe(0);
    expect(fs.existsSync(after.profileFile)).toBe(false);
    expect(await refreshedWith(pool, token)).toEqual({ error: 'invalid_grant' });
  });

  it('does not take from the keychain what a new sign-in has put there', async () => {
    const pool = await startPool();
    const rig = startAuth(pool.config);
    await rig.signIn();
    rig.vault.locked = true;
    await rig.auth.signOut();
    rig.vault.locked = false;
    await rig.signIn();
    const token = rig.vault.tokens.get(ada.sub);
    expect(rig.auth.state()).toEqual(signedInAda);
    rig.clock.advance(5 * 60_000);
    await rig.auth.stop();
    expect(token).toBeDefined();
    expect(rig.vault.tokens.get(ada.sub)).toBe(token);
  });

  it('under way holds up the next sign-in, whose address it would close', async () => {
    const revoking = deferred<void>();
    const pool = await startPool();
    const rig = startAuth(pool.config, {
      fetch: async (input, init) => {
        if (input.endsWith('/oauth2/revoke')) await revoking.promise;
        return await fetch(input, init);
      },
    });
    await rig.signIn();
    const asked = rig.requests.length;
    const left = rig.auth.signOut();
    await rig.untilRequested(asked + 1);
    const ended = rig.auth.signIn();
    await rig.until((state) => state.kind === 'signingIn');
    revoking.resolve();
    await left;
    await rig.visit(await waitingUrl(rig), ada);
    await ended;
    expect(rig.auth.state()).toEqual(signedInAda);
    expect(rig.opened.map((url) => new URL(url).pathname)).toEqual([
      '/oauth2/authorize',
      '/logout',
      '/oauth2/authorize',
    ]);
  });

  it('does not leave behind what a refresh under way brings', async () => {
    const pool = await startPool();
    const reply = deferred<void>();
    const issued: unknown[] = [];
    const revoked: (string | null)[] = [];
    const rig = startAuth(pool.config, {
      fetch: async (input, init) => {
        if (input.endsWith('/oauth2/revoke'))
          revoked.push(new URLSearchParams(init.body as string).get('token'));
        const response = await fetch(input, init);
        if (!input.endsWith('/oauth2/token')) return response;
        issued.push(((await response.clone().json()) as Record<string, unknown>)['refresh_token']);
        if (issued.length === 2) await reply.promise;
        return response;
      },
    });
    await rig.signIn();
    rig.clock.advance(3_600_000);
    const failure = caught(rig.auth.accessToken());
    const left = rig.auth.signOut();
    // All that need not wait for the reply has been done by then.
    await vi.waitFor(() => expect(fs.existsSync(rig.profileFile)).toBe(false));
    reply.resolve();
    await left;
    expect(await failure).toMatchObject({ refusal: 'sign_in_needed' });
    expect(rig.vault.tokens.size).toBe(0);
    expect(rig.auth.state()).toEqual({ kind: 'signedOut' });
    expect(issued).toHaveLength(2);
    expect(revoked, 'the newest').toEqual([issued[1]]);
  });
});
