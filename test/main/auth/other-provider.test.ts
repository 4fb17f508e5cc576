/**
 * Signing in at a provider that shares no code with the stand-in: small, and different wherever Cognito leaves room. Its
 * callbacks carry `iss` and `session_state`, its replies no `Date` and odd but lawful members, its keys lie elsewhere.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import type { ClientConfig } from '../../../main/lib/client-config.ts';
import { freePorts } from '../../../sandbox/ports.ts';
import { startAuth, waitingUrl } from './support/auth-rig.ts';

const sub = 'google-oauth2|42/ä';
const clientId = 'the.client';
const clientSecret = 'p+ss:w/rd&=%';

interface Provider {
  config: ClientConfig;
  /** Members of each form that came to the token endpoint. */
  forms: Record<string, string>[];
  /** Refresh tokens that are good now. */
  good: Set<string>;
  revoked: string[];
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function startProvider(): Promise<Provider> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const codes = new Map<string, URLSearchParams>();
  const forms: Record<string, string>[] = [];
  const good = new Set<string>();
  const revoked: string[] = [];
  const server = createServer((request, response) => {
    response.sendDate = false;
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${url}/realms/photos`;

  const sign = (claims: object, typ: string): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: issuer, sub, jti: randomUUID(), iat: now, exp: now + 600, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ })
      .sign(privateKey);
  };
  const tokens = async (nonce: string | null): Promise<object> => {
    const access = await sign(
      { token_use: 'access', client_id: clientId, aud: ['https://api'], scope: 'x' },
      'at+jwt',
    );
    const refresh = `${randomUUID()}.${'r'.repeat(3_000)}`;
    good.add(refresh);
    const atHash = createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url');
    const id =
      nonce === null
        ? undefined
        : await sign(
            { token_use: 'id', aud: [clientId], azp: clientId, nonce, at_hash: atHash, amr: ['mfa'] },
            'JWT',
          );
    return {
      access_token: access,
      token_type: 'bearer',
      expires_in: '600',
      refresh_token: refresh,
      refresh_expires_in: 1_800,
      'not-before-policy': 0,
      session_state: randomUUID(),
      scope: 'openid',
      ...(id === undefined ? {} : { id_token: id }),
    };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const json = (status: number, body: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(body));
    };
    if (pathname === '/realms/photos/.well-known/openid-configuration') {
      return json(200, { issuer, jwks_uri: `${url}/certs` });
    }
    if (pathname === '/certs') {
      // No kid and no alg: one key needs neither.
      return json(200, { keys: [{ ...(await exportJWK(publicKey)), use: 'sig' }] });
    }
    if (pathname === '/oauth2/authorize') {
      const code = randomUUID();
      codes.set(code, searchParams);
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({
        session_state: randomUUID(),
        iss: issuer,
        code,
        state: searchParams.get('state') ?? '',
      }).toString();
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const [id, secret] = Buffer.from((request.headers.authorization ?? '').slice('Basic '.length), 'base64')
      .toString()
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    if (id !== clientId || secret !== clientSecret) return json(401, { error: 'invalid_client' });
    if (pathname === '/oauth2/revoke') {
      revoked.push(form.get('token') ?? '');
      good.delete(form.get('token') ?? '');
      response.writeHead(200).end();
      return;
    }
    if (pathname !== '/oauth2/token') return json(404, { error: 'not_found' });
    forms.push(Object.fromEntries(form));
    if (form.get('grant_type') === 'authorization_code') {
      const asked = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const fits =
        asked?.get('code_challenge') === challenge && asked.get('redirect_uri') === form.get('redirect_uri');
      return fits ? json(200, await tokens(asked.get('nonce'))) : json(400, { error: 'invalid_grant' });
    }
    // Good once, and without any grace.
    const spent = good.delete(form.get('refresh_token') ?? '');
    return spent
      ? json(200, await tokens(null))
      : json(400, { error: 'invalid_grant', error_description: 'spent' });
  };

  const config: ClientConfig = {
    apiUrl: 'http://127.0.0.1:1',
    region: 'nowhere',
    userPoolId: 'photos',
    clientId,
    clientSecret,
    domain: url,
    issuer,
    callbackPorts: await freePorts(2),
    scopes: ['openid', 'offline_access'],
  };
  return { config, forms, good, revoked };
}

it('signs in, renews, survives a restart, and signs out', async () => {
  const provider = await startProvider();
  const rig = startAuth(provider.config);
  await rig.auth.start();
  const ended = rig.auth.signIn();
  const page = await rig.visit(await waitingUrl(rig), null);
  await ended;
  expect(page.text).toContain('You are signed in');
  expect(rig.auth.state(), 'a person of whom the provider tells nothing').toEqual({
    kind: 'signedIn',
    user: { sub, name: sub, email: '' },
    offline: false,
  });
  const first = await rig.auth.accessToken();
  expect(first.sub).toBe(sub);

  for (let round = 0; round < 3; round++) {
    // As if the backend refused it: without the server's time a clock that is moved by hours would be held against it.
    rig.clock.advance(11_000);
    const { token: rejected } = await rig.auth.accessToken();
    await Promise.all(Array.from({ length: 10 }, () => rig.auth.accessToken({ rejected })));
  }
  const after = await rig.restart();
  await after.auth.start();
  expect((await after.auth.accessToken()).token).not.toBe(first.token);
  expect(provider.good.size, 'each was spent but the last').toBe(1);
  expect([...provider.good]).toEqual([...rig.vault.tokens.values()]);
  expect(provider.forms.map(({ grant_type: type }) => type)).toEqual([
    'authorization_code',
    ...Array<string>(4).fill('refresh_token'),
  ]);

  await after.auth.signOut();
  expect(provider.good.size).toBe(0);
  expect(provider.revoked).toHaveLength(1);
  expect(after.auth.state()).toEqual({ kind: 'signedOut' });
});
