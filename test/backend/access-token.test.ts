import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { bearerToken, createTokenVerifier } from '../../backend/access-token.ts';

const pool = { region: 'eu-central-1', userPoolId: 'eu-central-1_AbCdEfGhI', clientId: 'client-1' };
const regional = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
const global = 'https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keySet = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] };

function makeToken(change: Record<string, unknown> = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: 'c0ffee00-0001-4000-8000-00000000ada0',
    iss: regional,
    client_id: pool.clientId,
    token_use: 'access',
    scope: 'openid',
    exp: now + 3600,
    iat: now,
    ...change,
  };
  const text = [{ kid: 'k1', alg: 'RS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}

describe('a pool on AWS', () => {
  const fetched: string[] = [];
  const fetchKeys = async (uri: string): Promise<ArrayBuffer> => {
    fetched.push(uri);
    return new TextEncoder().encode(JSON.stringify(keySet)).buffer;
  };
  const verifier = createTokenVerifier({ ...pool, issuer: regional }, { fetchKeys });

  it('takes tokens of both forms of its issuer, with the keys of that form', async () => {
    for (const iss of [regional, global]) {
      await expect(verifier.verify(makeToken({ iss }))).resolves.toEqual({
        sub: 'c0ffee00-0001-4000-8000-00000000ada0',
      });
    }
    expect(fetched).toEqual([`${regional}/.well-known/jwks.json`, `${global}/.well-known/jwks.json`]);
  });

  it.each([
    ['another pool', { iss: regional.replace('AbC', 'XyZ') }, 'token_invalid'],
    ['another app', { client_id: 'client-2' }, 'token_invalid'],
    ['an ID token', { token_use: 'id', aud: pool.clientId }, 'token_invalid'],
    ['a sub that would reach out of its folder', { sub: '../other' }, 'token_invalid'],
    ['a sub with a wildcard', { sub: '*' }, 'token_invalid'],
    ['an old token', { exp: Math.floor(Date.now() / 1000) - 60 }, 'token_expired'],
  ])('refuses %s', async (_, change, code) => {
    await expect(verifier.verify(makeToken(change))).rejects.toMatchObject({ code });
  });

  it('says that it cannot know, when the keys cannot be had', async () => {
    for (const answer of ['<html>', '{"keys": "none"}', null]) {
      const broken = createTokenVerifier(
        { ...pool, issuer: global },
        {
          fetchKeys: async () => {
            if (answer === null) throw new Error('no network');
            return new TextEncoder().encode(answer).buffer;
          },
        },
      );
      await expect(broken.verify(makeToken({ iss: global }))).rejects.toMatchObject({
        code: 'identity_unavailable',
      });
    }
  });
});

describe('another issuer', () => {
  it('says that it cannot know while the keys cannot be had, and judges once they can', async () => {
    let answer = (): { status: number; body: string } => ({ status: 500, body: 'no' });
    const server = createServer((_, response) => {
      const { status, body } = answer();
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;
    const verifier = createTokenVerifier({ ...pool, issuer });
    const token = makeToken({ iss: issuer });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'identity_unavailable' });
    answer = () => ({ status: 200, body: '<html>' });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'identity_unavailable' });
    answer = () => ({ status: 200, body: JSON.stringify(keySet) });
    await expect(verifier.verify(token)).resolves.toMatchObject({
      sub: 'c0ffee00-0001-4000-8000-00000000ada0',
    });
    await expect(verifier.verify(makeToken({ iss: 'http://127.0.0.1:1/pool' }))).rejects.toMatchObject({
      code: 'token_invalid',
    });
    server.close();
    server.closeAllConnections();
    const other = createTokenVerifier({ ...pool, issuer });
    await expect(other.verify(token)).rejects.toMatchObject({ code: 'identity_unavailable' });
  });
});

describe('the Authorization header', () => {
  it('gives its bearer token, and nothing else does', () => {
    expect(bearerToken('Bearer abc.def')).toBe('abc.def');
    expect(bearerToken('bearer  abc')).toBe('abc');
    for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b']) {
      expect(() => bearerToken(header)).toThrow('token_missing');
    }
  });
});
