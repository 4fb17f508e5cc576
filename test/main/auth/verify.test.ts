/** Tokens that somebody forged, mixed up or kept: each is refused with a code of its own. */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/auth/clock.ts';
import { createTransport } from '../../../main/auth/transport.ts';
import { createTokenVerifier, type TokenVerifier } from '../../../main/auth/verify.ts';
import { json, serve, type TestServer } from '../../support/http-server.ts';

interface Key {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}
const makeKey = async (kid: string): Promise<Key> => ({ kid, ...(await generateKeyPair('RS256')) });

const clientId = 'client';
const sub = 'user-1';
const now = 1_800_000_000_000;
const seconds = now / 1000;
let idKey: Key;
let accessKey: Key;
let strangerKey: Key;
beforeAll(async () => {
  [idKey, accessKey, strangerKey] = (await Promise.all(['id-key', 'access-key', 'id-key'].map(makeKey))) as [
    Key,
    Key,
    Key,
  ];
});

let pool: TestServer;
let issuer: string;
let published: Key[];
let answerKeys: 'keys' | 'html' | 'down';
/** Set for an issuer that keeps its keys elsewhere. */
let discovery: { issuer: string; jwks_uri?: string | undefined } | null;
let verifier: TokenVerifier;
beforeEach(async () => {
  published = [idKey, accessKey];
  answerKeys = 'keys';
  discovery = null;
  pool = await serve((request, response) => {
    if (discovery !== null && request.url?.endsWith('/openid-configuration') === true)
      json(response, 200, discovery);
    else if (discovery !== null && request.url?.endsWith('/jwks.json') === true) json(response, 404, {});
    else if (answerKeys === 'html')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in first</html>');
    else if (answerKeys === 'down') json(response, 503, {});
    else {
      const keys = published.map(async ({ kid, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg: 'RS256',
        use: 'sig',
      }));
      void Promise.all(keys).then((all) => {
        json(response, 200, { keys: all });
      });
    }
  });
  issuer = `${pool.url}/pool_1`;
  verifier = createTokenVerifier(
    [issuer, `${pool.url}/other-form/pool_1`],
    clientId,
    createTransport(fetch, systemClock, 5_000),
  );
});

/** A claim that is undefined is left out. */
type Claims = Record<string, unknown>;
const sign = (claims: Claims, key: Key): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign(key.privateKey);
const accessToken = (change: Claims = {}, key = accessKey): Promise<string> =>
  sign(
    {
      iss: issuer,
      sub,
      client_id: clientId,
      token_use: 'access',
      iat: seconds,
      exp: seconds + 3600,
      ...change,
    },
    key,
  );
const idToken = (change: Claims = {}, key = idKey): Promise<string> =>
  sign(
    {
      iss: issuer,
      sub,
      aud: clientId,
      token_use: 'id',
      nonce: 'n',
      iat: seconds,
      exp: seconds + 3600,
      email: 'a@example.org',
      ...change,
    },
    key,
  );
const verify = async (
  id: string | null,
  access: string,
  expected: object = { nonce: 'n' },
): Promise<unknown> => verifier.verify({ idToken: id, accessToken: access, now }, expected);

describe('good tokens', () => {
  it('pass, and their keys are fetched once', async () => {
    const access = await accessToken();
    const atHash = createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url');
    await expect(verify(await idToken({ at_hash: atHash }), access)).resolves.toMatchObject({
      id: { sub, email: 'a@example.org' },
      access: { sub, client_id: clientId },
    });
    await verify(await idToken(), await accessToken());
    expect(pool.requests).toEqual(['GET /pool_1/.well-known/jwks.json']);
  });

  it('pass with the other form of the issuer, with a single audience in a list, and within the skew', async () => {
    const other = { iss: `${pool.url}/other-form/pool_1` };
    await expect(
      verify(await idToken({ ...other, aud: [clientId] }), await accessToken(other)),
    ).resolves.toBeDefined();
    await expect(
      verify(
        await idToken({ exp: seconds - 100, iat: seconds - 3700 }),
        await accessToken({ iat: seconds + 100, nbf: seconds + 100 }),
      ),
    ).resolves.toBeDefined();
  });

  it('pass whatever a directory fills the names with, which then are nobody’s', async () => {
    const odd = { name: null, given_name: 7, email: ['a'], 'cognito:username': {} };
    await expect(verify(await idToken(odd), await accessToken())).resolves.toMatchObject({
      id: { sub, name: undefined, email: undefined },
    });
  });

  it('pass after the pool has changed its keys, at once', async () => {
    await verify(await idToken(), await accessToken());
    const rolled = await makeKey('rolled');
    published = [rolled];
    await expect(verify(await idToken({}, rolled), await accessToken({}, rolled))).resolves.toBeDefined();
  });

  it('pass after the pool has put another key under the same name', async () => {
    await verify(await idToken(), await accessToken());
    const again = await makeKey(idKey.kid);
    published = [again, accessKey];
    await expect(verify(await idToken({}, again), await accessToken())).resolves.toBeDefined();
    const asked = pool.requests.length;
    await expect(verify(await idToken({}, idKey), await accessToken())).rejects.toMatchObject({
      code: 'token_signature',
    });
    expect(pool.requests.length, 'looked once more, and no more').toBe(asked + 1);
  });

  it('of a refresh may come without an ID token and without a nonce, but for the same user', async () => {
    await verify(null, await accessToken(), { sub });
    await verify(await idToken({ nonce: undefined }), await accessToken(), { sub });
    await expect(verify(null, await accessToken({ sub: 'user-2' }), { sub })).rejects.toMatchObject({
      code: 'token_user',
    });
  });
});

describe('an ID token', () => {
  it.each([
    ['another pool', { iss: 'https://cognito-idp.eu-central-1.amazonaws.com/another' }, 'token_issuer'],
    ['no issuer', { iss: undefined }, 'token_issuer'],
    ['another client', { aud: 'another' }, 'token_audience'],
    ['several clients', { aud: [clientId, 'another'] }, 'token_audience'],
    ['no clients', { aud: [] }, 'token_audience'],
    ['no audience', { aud: undefined }, 'token_claims'],
    ['the past', { exp: seconds - 121, iat: seconds - 3600 }, 'token_expired'],
    ['the future', { iat: seconds + 121 }, 'token_not_yet_valid'],
    ['no time', { exp: undefined }, 'token_claims'],
    ['an end before its beginning', { iat: seconds + 60, exp: seconds + 60 }, 'token_claims'],
    ['a time that is no number', { exp: 'tomorrow' }, 'token_claims'],
    ['another sign-in', { nonce: 'another' }, 'token_nonce'],
    ['no sign-in', { nonce: undefined }, 'token_nonce'],
    ['another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'token_at_hash'],
    ['another user', { sub: 'user-2' }, 'token_user'],
    ['nobody', { sub: '' }, 'token_claims'],
    ['no use', { token_use: undefined }, 'token_use'],
  ])('of %s is refused', async (_name, change, code) => {
    await expect(verify(await idToken(change), await accessToken())).rejects.toMatchObject({ code });
  });
});

describe('an access token', () => {
  it.each([
    ['another client', { client_id: 'another' }, 'token_audience'],
    ['a client in aud only', { client_id: undefined, aud: clientId }, 'token_claims'],
    ['the past', { exp: seconds - 121 }, 'token_expired'],
    ['a time to come', { nbf: seconds + 121 }, 'token_not_yet_valid'],
    ['another user', { sub: 'user-2' }, 'token_user'],
  ])('of %s is refused', async (_name, change, code) => {
    await expect(verify(await idToken(), await accessToken(change))).rejects.toMatchObject({ code });
  });
});

describe('a forgery', () => {
  it('with ID and access token exchanged is refused', async () => {
    await expect(verify(await accessToken(), await idToken())).rejects.toMatchObject({ code: 'token_use' });
    await expect(verify(await idToken(), await idToken())).rejects.toMatchObject({ code: 'token_use' });
  });

  it('without signature, or signed with what is public, is refused', async () => {
    const claims = {
      iss: issuer,
      sub,
      aud: clientId,
      token_use: 'id',
      nonce: 'n',
      iat: seconds,
      exp: seconds + 3600,
    };
    await expect(verify(new UnsecuredJWT(claims).encode(), await accessToken())).rejects.toMatchObject({
      code: 'token_algorithm',
    });
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(idKey.publicKey)));
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: idKey.kid }).sign(secret);
    await expect(verify(hmac, await accessToken())).rejects.toMatchObject({ code: 'token_algorithm' });
  });

  it('signed with another key is refused', async () => {
    await expect(verify(await idToken({}, strangerKey), await accessToken())).rejects.toMatchObject({
      code: 'token_signature',
    });
    const unknown = await makeKey('unknown');
    await expect(verify(await idToken({}, unknown), await accessToken())).rejects.toMatchObject({
      code: 'token_key_unknown',
    });
    const [header, , signature] = (await idToken()).split('.');
    const [, payload] = (await idToken({ sub: 'user-2' })).split('.');
    await expect(verify([header, payload, signature].join('.'), await accessToken())).rejects.toMatchObject({
      code: 'token_signature',
    });
  });

  it('signed with a published key that is too short is refused', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    published = [{ kid: 'short', privateKey, publicKey } as unknown as Key];
    const signed = [
      { alg: 'RS256', kid: 'short' },
      { iss: issuer, sub, iat: seconds, exp: seconds + 60 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url');
    await expect(verify(`${signed}.${signature}`, await accessToken())).rejects.toMatchObject({
      code: 'token_key_unknown',
    });
  });

  it.each(['', 'x', 'a.b.c', '..', 'eyJhbGciOiJSUzI1NiJ9.e30.x'])(
    'that is no token is refused: %j',
    async (text) => {
      await expect(verify(text, await accessToken())).rejects.toMatchObject({
        code: expect.stringMatching(/^token_(malformed|issuer)$/),
      });
    },
  );
});

describe('an issuer of another make', () => {
  it('says in its discovery document where its keys are', async () => {
    discovery = { issuer: `${pool.url}/other/`, jwks_uri: `${pool.url}/keys` };
    verifier = createTokenVerifier([discovery.issuer], clientId, createTransport(fetch, systemClock, 5_000));
    const iss = { iss: discovery.issuer };
    await expect(verify(await idToken(iss), await accessToken(iss))).resolves.toBeDefined();
    expect(pool.requests).toEqual([
      'GET /other/.well-known/jwks.json',
      'GET /other/.well-known/openid-configuration',
      'GET /keys',
    ]);
    published = [await makeKey('rolled')];
    const [rolled] = published as [Key];
    await verify(await idToken(iss, rolled), await accessToken(iss, rolled));
    expect(pool.requests.at(-1), 'which is asked once').toBe('GET /keys');
    expect(pool.requests).toHaveLength(4);
  });

  it.each([
    ['of somebody else', { issuer: 'https://another.example' }],
    ['that leads to plain http', { jwks_uri: 'http://keys.example/keys' }],
    ['without the address', { jwks_uri: undefined }],
  ])('is not followed by a document %s', async (_name, change) => {
    discovery = { issuer: `${pool.url}/other`, jwks_uri: `${pool.url}/keys`, ...change };
    verifier = createTokenVerifier(
      [`${pool.url}/other`],
      clientId,
      createTransport(fetch, systemClock, 5_000),
    );
    const iss = { iss: `${pool.url}/other` };
    await expect(verify(await idToken(iss), await accessToken(iss))).rejects.toMatchObject({
      code: 'reply_unexpected',
    });
    expect(pool.requests).not.toContain('GET /keys');
  });
});

describe('keys that cannot be fetched', () => {
  it.each([
    ['html', 'reply_unexpected'],
    ['down', 'server_unavailable'],
  ] as const)('are no reason to distrust a token: %s', async (how, code) => {
    answerKeys = how;
    await expect(verify(await idToken(), await accessToken())).rejects.toMatchObject({
      code,
      refusal: 'offline',
    });
    answerKeys = 'keys';
    await verify(await idToken(), await accessToken());
  });
});
