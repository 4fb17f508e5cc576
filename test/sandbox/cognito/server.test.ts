import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { healthyBehaviour } from '../../../sandbox/cognito/behaviour.ts';
import { startCognito } from '../../../sandbox/cognito/server.ts';
import type { Cognito, CognitoOptions } from '../../../sandbox/cognito/server.ts';
import { ScriptedBrowser, signInByScript } from '../../../sandbox/scripted-sign-in.ts';
import { sandboxUsers } from '../../../sandbox/start.ts';

const { demo, second } = sandboxUsers;
const redirectUri = 'http://127.0.0.1:17501/callback';
const signedOut = 'http://127.0.0.1:17501/signed-out';
const options: Omit<CognitoOptions, 'dir'> = {
  port: 0,
  callbackPorts: [17501, 17502],
  users: [demo, second],
};

let cognito: Cognito;
beforeAll(async () => {
  cognito = await startCognito(options);
});
afterAll(() => cognito.stop());
afterEach(() => void cognito.control(healthyBehaviour));

const signIn = (
  user: { email: string; password: string } = demo,
  more: { browser?: ScriptedBrowser; nonce?: string } = {},
) => signInByScript({ url: cognito.url, clientId: cognito.clientId, redirectUri, ...user, ...more });

async function post(where: string, form: Record<string, string>): Promise<{ status: number; text: string }> {
  const response = await fetch(`${cognito.url}/oauth2/${where}`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: cognito.clientId, ...form }),
  });
  return { status: response.status, text: await response.text() };
}
const refresh = (token: string) => post('token', { grant_type: 'refresh_token', refresh_token: token });

function authorizeUrl(change: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: cognito.clientId,
    redirect_uri: redirectUri,
    scope: 'openid email',
    state: 'the-state',
    code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  });
  return `${cognito.url}/oauth2/authorize?${query}`;
}

describe('tokens', () => {
  it('have the claims that a pool puts into them, and verify against its published keys', async () => {
    const tokens = await signIn(demo, { nonce: 'n-1' });
    const keys = createRemoteJWKSet(new URL(`${cognito.issuer}/.well-known/jwks.json`));
    const id = await jwtVerify(tokens.id_token, keys, { issuer: cognito.issuer, audience: cognito.clientId });
    expect(id.payload).toMatchObject({
      sub: demo.sub,
      token_use: 'id',
      nonce: 'n-1',
      email: demo.email,
      name: demo.name,
      'cognito:username': demo.sub,
      at_hash: createHash('sha256')
        .update(tokens.access_token)
        .digest()
        .subarray(0, 16)
        .toString('base64url'),
      auth_time: expect.any(Number),
      origin_jti: expect.any(String),
    });
    const access = await jwtVerify(tokens.access_token, keys, { issuer: cognito.issuer });
    expect(access.payload).toMatchObject({
      sub: demo.sub,
      token_use: 'access',
      client_id: cognito.clientId,
      username: demo.sub,
      scope: 'openid profile email',
    });
    expect(access.payload.aud).toBeUndefined();
    expect(access.payload['email']).toBeUndefined();
    expect(decodeProtectedHeader(tokens.access_token).kid).not.toBe(
      decodeProtectedHeader(tokens.id_token).kid,
    );
    expect((access.payload.exp as number) - (access.payload.iat as number)).toBe(3600);
  });

  it('come without a scope beside them, and with a refresh token of the size that pools give', async () => {
    const tokens = await signIn();
    expect(Object.keys(tokens).toSorted()).toEqual([
      'access_token',
      'expires_in',
      'id_token',
      'refresh_token',
      'token_type',
    ]);
    expect(tokens.refresh_token.length).toBeGreaterThan(1800);
    expect(Buffer.byteLength(tokens.refresh_token)).toBeLessThan(2000);
  });

  it('open userInfo, and nothing else does', async () => {
    const { access_token: token } = await signIn(second);
    const ask = (bearer: string) =>
      fetch(`${cognito.url}/oauth2/userInfo`, { headers: { authorization: `Bearer ${bearer}` } });
    expect(await (await ask(token)).json()).toMatchObject({
      sub: second.sub,
      email: second.email,
      name: second.name,
    });
    expect((await ask(`${token.slice(0, -10)}AAAAAAAAAA`)).status).toBe(401);
  });
});

describe('the discovery document', () => {
  it('has the issuer under the pool and the endpoints on the domain', async () => {
    const document = await (await fetch(`${cognito.issuer}/.well-known/openid-configuration`)).json();
    expect(document).toMatchObject({
      issuer: cognito.issuer,
      jwks_uri: `${cognito.issuer}/.well-known/jwks.json`,
      authorization_endpoint: `${cognito.url}/oauth2/authorize`,
      token_endpoint: `${cognito.url}/oauth2/token`,
    });
  });
});

describe('the hosted pages', () => {
  it('show an error page and do not call back for an unknown app or callback address', async () => {
    const wrong = [
      { client_id: 'unknown' },
      { redirect_uri: 'http://127.0.0.1:17509/callback' },
      { redirect_uri: 'http://127.0.0.1:17501/callback/' },
      { redirect_uri: 'http://localhost:17501/callback' },
      { redirect_uri: 'https://evil.example/callback' },
    ];
    for (const change of wrong) {
      const response = await fetch(authorizeUrl(change), { redirect: 'manual' });
      expect(response.status, JSON.stringify(change)).toBe(400);
      expect(response.headers.get('location')).toBeNull();
      expect(response.headers.get('content-type')).toContain('text/html');
    }
  });

  it('want PKCE with S256', async () => {
    const response = await fetch(authorizeUrl({ code_challenge_method: 'plain' }), { redirect: 'manual' });
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');
  });

  it('tell a wrong password, keep the address, and let the person try again', async () => {
    const browser = new ScriptedBrowser();
    const { url } = await browser.open(authorizeUrl(), redirectUri);
    const wrong = await browser.request(url, { email: demo.email, password: 'wrong', do: 'sign-in' });
    const text = await wrong.text();
    expect(text).toContain('Incorrect email or password');
    expect(text).toContain(`value="${demo.email}"`);
    const right = await browser.open(url, redirectUri, {
      email: demo.email,
      password: demo.password,
      do: 'sign-in',
    });
    expect(new URL(right.url).searchParams.get('state')).toBe('the-state');
    expect(new URL(right.url).searchParams.get('iss')).toBeNull();
  });

  it('never write what they were given as HTML', async () => {
    const browser = new ScriptedBrowser();
    const { page } = await browser.open(
      authorizeUrl({ login_hint: '"><script>alert(1)</script>' }),
      redirectUri,
    );
    const text = (await page?.text()) ?? '';
    expect(text).not.toContain('<script');
    expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('call back with access_denied when the person cancels, with or without the state', async () => {
    for (const errorsWithoutState of [false, true]) {
      cognito.control({ errorsWithoutState });
      const browser = new ScriptedBrowser();
      const { url } = await browser.open(authorizeUrl(), redirectUri);
      const back = new URL((await browser.open(url, redirectUri, { do: 'cancel' })).url);
      expect(back.searchParams.get('error')).toBe('access_denied');
      expect(back.searchParams.get('state')).toBe(errorsWithoutState ? null : 'the-state');
    }
  });

  it('fail as told', async () => {
    cognito.control({ authorizeError: 'server_error' });
    const back = await new ScriptedBrowser().open(authorizeUrl(), redirectUri);
    expect(new URL(back.url).searchParams.get('error')).toBe('server_error');
  });

  it('say so when the form is not theirs any more', async () => {
    const response = await fetch(`${cognito.url}/login/unknown`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('start again');
  });

  it('do not ask again within the hosted session, until /logout ends it', async () => {
    const browser = new ScriptedBrowser();
    await signIn(demo, { browser });
    expect(
      new URL((await browser.open(authorizeUrl(), redirectUri)).url).searchParams.get('code'),
    ).toBeTruthy();
    const logout = (uri: string) =>
      browser.request(
        `${cognito.url}/logout?${new URLSearchParams({ client_id: cognito.clientId, logout_uri: uri })}`,
      );
    expect((await logout('http://127.0.0.1:17501/other')).status).toBe(400);
    expect((await browser.open(authorizeUrl(), redirectUri)).page).toBeUndefined();
    expect((await logout(signedOut)).headers.get('location')).toBe(signedOut);
    expect((await browser.open(authorizeUrl(), redirectUri)).page?.status).toBe(200);
  });

  it('end the hosted session alone: the tokens live on', async () => {
    const browser = new ScriptedBrowser();
    const tokens = await signIn(demo, { browser });
    const query = new URLSearchParams({ client_id: cognito.clientId, logout_uri: signedOut });
    await browser.request(`${cognito.url}/logout?${query}`);
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });
});

describe('the token endpoint', () => {
  it('takes a code once', async () => {
    const browser = new ScriptedBrowser();
    const { url } = await browser.open(authorizeUrl(), redirectUri);
    const back = await browser.open(url, redirectUri, {
      email: demo.email,
      password: demo.password,
      do: 'sign-in',
    });
    const form = {
      grant_type: 'authorization_code',
      code: new URL(back.url).searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: 'v'.repeat(43),
    };
    expect(await post('token', { ...form, code_verifier: 'w'.repeat(43) })).toEqual({
      status: 400,
      text: '{"error":"invalid_grant"}',
    });
    expect((await post('token', form)).status).toBe(200);
    expect(await post('token', form)).toEqual({ status: 400, text: '{"error":"invalid_grant"}' });
  });

  it('rotates refresh tokens; the old one works through the grace and then ends its family', async () => {
    const { refresh_token: first } = await signIn();
    const next = JSON.parse((await refresh(first)).text);
    expect(next.refresh_token).not.toBe(first);
    expect((await refresh(first)).status).toBe(200);
    cognito.control({ rotationGraceSeconds: 0 });
    expect(await refresh(first)).toEqual({ status: 400, text: '{"error":"invalid_grant"}' });
    expect((await refresh(next.refresh_token)).status).toBe(400);
  });

  it('brings no refresh token when rotation is off', async () => {
    cognito.control({ rotation: false });
    const { refresh_token: token } = await signIn();
    for (let round = 0; round < 2; round += 1) {
      const reply = await refresh(token);
      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.text)).not.toHaveProperty('refresh_token');
    }
  });

  it('keeps auth_time and origin_jti through a refresh, or changes auth_time as told', async () => {
    const claims = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const tokens = await signIn();
    const before = claims(tokens.id_token);
    const kept = claims(JSON.parse((await refresh(tokens.refresh_token)).text).id_token);
    expect(kept).toMatchObject({
      sub: before.sub,
      auth_time: before.auth_time,
      origin_jti: before.origin_jti,
    });
  });

  it('forgets a revoked refresh token, takes an unknown one calmly, and leaves other sign-ins alone', async () => {
    const browser = new ScriptedBrowser();
    const first = await signIn(demo, { browser });
    const other = await signIn(demo, { browser });
    expect(await post('revoke', { token: first.refresh_token })).toEqual({ status: 200, text: '' });
    expect(await post('revoke', { token: 'unknown' })).toEqual({ status: 200, text: '' });
    expect(await refresh(first.refresh_token)).toEqual({ status: 400, text: '{"error":"invalid_grant"}' });
    expect((await refresh(other.refresh_token)).status).toBe(200);
  });

  it('knows no other client', async () => {
    const { refresh_token: token } = await signIn();
    const reply = await post('token', {
      client_id: 'other',
      grant_type: 'refresh_token',
      refresh_token: token,
    });
    expect(reply).toEqual({ status: 400, text: '{"error":"invalid_client"}' });
  });

  it.each([
    ['throttled', 429],
    ['serverError', 500],
    ['html', 200],
    ['invalidGrant', 400],
  ] as const)('fails as %s as many times as told, and is well again', async (tokenEndpoint, status) => {
    const { refresh_token: token } = await signIn();
    const control = await fetch(`${cognito.url}/_sandbox/cognito`, {
      method: 'PUT',
      body: JSON.stringify({ tokenEndpoint, tokenEndpointTimes: 2 }),
    });
    expect(control.status).toBe(200);
    expect((await refresh(token)).status).toBe(status);
    expect((await refresh(token)).status).toBe(status);
    expect((await refresh(token)).text).toContain('access_token');
  });

  it('drops connections as told: before the work, or after it', async () => {
    const { refresh_token: token } = await signIn();
    cognito.control({ tokenEndpoint: 'reset', tokenEndpointTimes: 1 });
    await expect(refresh(token)).rejects.toThrow();
    cognito.control({ tokenEndpoint: 'lostReply', tokenEndpointTimes: 1, rotationGraceSeconds: 60 });
    await expect(refresh(token)).rejects.toThrow();
    expect((await refresh(token)).status).toBe(200);
    // The rotation of the lost reply did take place.
    cognito.control({ rotationGraceSeconds: 0 });
    expect((await refresh(token)).status).toBe(400);
  });

  it('refuses to be told nonsense', async () => {
    const put = (body: string) => fetch(`${cognito.url}/_sandbox/cognito`, { method: 'PUT', body });
    expect((await put('{"tokenEndpoint":"maybe"}')).status).toBe(400);
    expect((await put('{"unknown":1}')).status).toBe(400);
    expect((await put('not json')).status).toBe(400);
  });
});

describe('the keys', () => {
  it('can be rolled over with the old ones still published, or gone', async () => {
    const { id_token: token } = await signIn();
    const verify = () =>
      jwtVerify(token, createRemoteJWKSet(new URL(`${cognito.issuer}/.well-known/jwks.json`)));
    await cognito.rollKeys(true);
    await expect(verify()).resolves.toBeTruthy();
    const { id_token: newer } = await signIn();
    expect(decodeProtectedHeader(newer).kid).not.toBe(decodeProtectedHeader(token).kid);
    await cognito.rollKeys(false);
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });
});

describe('a restart', () => {
  it('keeps keys, hosted sessions and refresh tokens', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'tintype-cognito-'));
    const first = await startCognito({ ...options, dir });
    const port = Number(new URL(first.url).port);
    const browser = new ScriptedBrowser();
    const where = { url: first.url, clientId: first.clientId, redirectUri, browser };
    const tokens = await signInByScript({ ...where, ...demo });
    await first.stop();

    const again = await startCognito({ ...options, dir, port });
    const keys = createRemoteJWKSet(new URL(`${again.issuer}/.well-known/jwks.json`));
    await jwtVerify(tokens.access_token, keys, { issuer: again.issuer });
    await signInByScript({ ...where, email: '', password: '' });
    const response = await fetch(`${again.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: again.clientId,
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
      }),
    });
    expect(response.status).toBe(200);
    await again.stop();
    rmSync(dir, { recursive: true });
  });

  it('of a confidential client wants its secret', async () => {
    const confidential = await startCognito({ ...options, clientSecret: 'the-client-secret' });
    const where = { url: confidential.url, clientId: confidential.clientId, redirectUri };
    await expect(signInByScript({ ...where, ...demo })).rejects.toThrow('invalid_client');
    await confidential.stop();
  });
});
