import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../main/auth/clock.ts';
import { acceptedIssuers, createOidc, providerFailure } from '../../../main/auth/oidc.ts';
import { createTransport } from '../../../main/auth/transport.ts';
import type { ClientConfig } from '../../../main/lib/client-config.ts';
import { json, serve } from '../../support/http-server.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const config = (url: string, more: Partial<ClientConfig> = {}): ClientConfig => ({
  apiUrl: url,
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_AbCdEf',
  clientId: 'client',
  domain: `${url}/`,
  callbackPorts: [47_000],
  scopes: ['openid', 'email'],
  ...more,
});
const nodeFetch = globalThis.fetch;
const transport = createTransport((input, init) => nodeFetch(input, init), systemClock, 5_000);

describe('requests to the sign-in service', () => {
  it('go through the given fetch alone, in the form that Cognito wants', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('the global fetch was used')));
    const forms: Record<string, string>[] = [];
    const server = await serve((request, response, body) => {
      forms.push({
        path: request.url ?? '',
        authorization: request.headers.authorization ?? '',
        ...Object.fromEntries(new URLSearchParams(body.toString())),
      });
      if (request.url === '/oauth2/revoke') response.writeHead(200).end();
      else
        json(response, 200, {
          access_token: 'a',
          refresh_token: 'r2',
          expires_in: 3600,
          token_type: 'Bearer',
        });
    });
    const oidc = createOidc(config(server.url), transport);
    expect(await oidc.refresh('r1')).toMatchObject({
      accessToken: 'a',
      refreshToken: 'r2',
      idToken: null,
      expiresIn: 3600,
    });
    await oidc.revoke('r2');
    const request = await oidc.beginSignIn('http://127.0.0.1:47000/callback', 'nonce', 'en');
    await request.finish(new URLSearchParams({ code: 'c', state: request.state }));
    expect(forms).toMatchObject([
      { path: '/oauth2/token', grant_type: 'refresh_token', refresh_token: 'r1', client_id: 'client' },
      { path: '/oauth2/revoke', token: 'r2', client_id: 'client' },
      {
        path: '/oauth2/token',
        grant_type: 'authorization_code',
        code: 'c',
        client_id: 'client',
        redirect_uri: 'http://127.0.0.1:47000/callback',
      },
    ]);
    expect(forms[2]!['code_verifier']?.length).toBeGreaterThanOrEqual(43);
    await expect(
      request.finish(new URLSearchParams({ code: 'c', state: request.state })),
      'a state is good once',
    ).rejects.toMatchObject({ code: 'reply_unexpected' });
  });

  it('carry a client secret in the header only', async () => {
    const seen: string[] = [];
    const server = await serve((request, response, body) => {
      seen.push(`${request.headers.authorization} ${body.toString()}`);
      json(response, 200, { access_token: 'a' });
    });
    const oidc = createOidc(config(server.url, { clientSecret: 'hush' }), transport);
    await oidc.refresh('r1');
    await oidc.revoke('r1');
    for (const line of seen) expect(line).toMatch(/^Basic Y2xpZW50Omh1c2g= (?!.*hush)/);
  });

  it('encode a client secret as RFC 6749 wants it', async () => {
    const seen: unknown[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers.authorization);
      json(response, 200, { access_token: 'a' });
    });
    const oidc = createOidc(config(server.url, { clientSecret: 'a+b/c:d é' }), transport);
    await oidc.refresh('r1');
    await oidc.revoke('r1');
    expect(seen).toEqual(Array(2).fill(`Basic ${btoa('client:a%2Bb%2Fc%3Ad+%C3%A9')}`));
  });

  it.each([
    [{ access_token: '', refresh_token: 'r2' }],
    [{ refresh_token: 'r2' }],
    [{ access_token: 7, refresh_token: 'r2' }],
    [{ access_token: 'a', refresh_token: 'r2', expires_in: 0 }],
    [{ access_token: 'a', refresh_token: 'r2', expires_in: 'soon', id_token: null }],
  ])('keep the new refresh token, whatever else is wrong: %j', async (body) => {
    const server = await serve((_request, response) => {
      json(response, 200, body);
    });
    expect(await createOidc(config(server.url), transport).refresh('r1')).toMatchObject({
      refreshToken: 'r2',
      expiresIn: null,
    });
  });

  it('name whom the form is for, the directory and the language, where they are configured', async () => {
    const more = { identityProvider: 'Corp SAML', lang: 'pt-BR', scopes: ['openid', 'photos/write'] };
    const parametersOf = async (with_: Partial<ClientConfig>, as = {}): Promise<object> => {
      const oidc = createOidc(config('https://login.example', with_), transport);
      const { url } = await oidc.beginSignIn('http://127.0.0.1:47000/callback', 'n', 'de-AT', as);
      return Object.fromEntries(new URL(url).searchParams);
    };
    expect(await parametersOf(more, { loginHint: 'a@b.example', askAgain: true })).toMatchObject({
      identity_provider: 'Corp SAML',
      lang: 'pt-BR',
      scope: 'openid photos/write',
      login_hint: 'a@b.example',
      prompt: 'login',
    });
    const plain = await parametersOf({});
    expect(plain, 'the language of the app').toMatchObject({ lang: 'de' });
    for (const name of ['identity_provider', 'login_hint', 'prompt']) expect(plain).not.toHaveProperty(name);
  });

  it('keep the new refresh token even if the library cannot read the ID token', async () => {
    const server = await serve((_request, response) => {
      json(response, 200, { access_token: 'a', id_token: 'not-a-token', refresh_token: 'r2' });
    });
    expect((await createOidc(config(server.url), transport).refresh('r1')).refreshToken).toBe('r2');
  });

  it.each([
    [400, { error: 'invalid_grant' }, 'session_revoked'],
    [401, { error: 'invalid_grant' }, 'session_revoked'],
    [400, { error: 'invalid_client' }, 'client_refused'],
    [400, { error: 'unauthorized_client' }, 'client_refused'],
    [400, { error: 'something_new' }, 'provider_error'],
    [400, { message: 'Too many requests' }, 'reply_unexpected'],
    [429, { error: 'invalid_grant' }, 'throttled'],
    [503, { error: 'invalid_grant' }, 'server_unavailable'],
    [200, { error: 'invalid_grant' }, 'reply_unexpected'],
  ])('that are answered with %i %j are sorted as they should', async (status, body, code) => {
    const server = await serve((_request, response) => {
      json(response, status, body, { 'content-type': 'application/json' });
    });
    const failure: unknown = await createOidc(config(server.url), transport)
      .refresh('the-refresh-token')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure)), 'no token in it').not.toContain(
      'the-refresh-token',
    );
  });
});

describe('acceptedIssuers', () => {
  it('are both forms of AWS unless one is configured', () => {
    expect(acceptedIssuers(config('https://x.example'))).toEqual([
      'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf',
      'https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf',
    ]);
    for (const host of ['cognito-idp', 'issuer-cognito-idp']) {
      const issuer = `https://${host}.eu-central-1.amazonaws.com/eu-central-1_AbCdEf`;
      expect(acceptedIssuers(config('https://x.example', { issuer }))).toContain(issuer);
      expect(acceptedIssuers(config('https://x.example', { issuer }))).toHaveLength(2);
    }
    for (const issuer of [
      'https://i.example',
      'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Another',
      'https://cognito-idp.us-east-1.amazonaws.com/eu-central-1_AbCdEf',
    ]) {
      expect(acceptedIssuers(config('https://x.example', { issuer }))).toEqual([issuer]);
    }
  });
});

describe('providerFailure', () => {
  it('never repeats what it does not know', () => {
    expect(providerFailure('<b>call 555-1234</b>').message).not.toContain('555');
  });
});
