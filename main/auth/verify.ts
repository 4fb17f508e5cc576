/**
 * Whether a token is what it says.
 *
 * oidc-client-ts decodes tokens without verifying them (it takes one with `alg: none`), so all of it is done here:
 * OpenID Connect Core §3.1.3.7 and AWS's "Verifying JSON web tokens", which tells ID and access tokens apart by
 * `token_use` and puts the client into `client_id` where the access token has no `aud`.
 */
import { createHash } from 'node:crypto';
import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
} from 'jose';
import { z } from 'zod';
import { isAllowedUrl } from '../lib/client-config.ts';
import { AuthError } from './auth-error.ts';
import { jsonOf, type HttpReply, type Transport } from './transport.ts';

/** How far the clocks of this computer and of the pool may be apart, in seconds. */
const skewSeconds = 120;
/** A key that the pool withdraws is no longer trusted after this long. */
const keysMaxAgeMs = 6 * 60 * 60 * 1000;

/** What a person is called is for show: a directory that fills it with something else refuses nobody. */
const forShow = z.string().optional().catch(undefined);

const idClaims = z.object({
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  exp: z.number(),
  nonce: z.string().optional(),
  at_hash: z.string().optional(),
  name: forShow,
  given_name: forShow,
  family_name: forShow,
  preferred_username: forShow,
  'cognito:username': forShow,
  email: forShow,
});
export type IdClaims = z.infer<typeof idClaims>;

const accessClaims = z.object({
  sub: z.string().min(1),
  client_id: z.string(),
  iat: z.number(),
  exp: z.number(),
});
export type AccessClaims = z.infer<typeof accessClaims>;

export interface TokensToVerify {
  accessToken: string;
  /** Null where a refresh brought none. */
  idToken: string | null;
  /** Unix milliseconds to judge lifetimes by: the server's own clock where it is known, so that a wrong clock on this
   * computer does not turn every token away. */
  now: number;
}
export interface ExpectedTokens {
  /** The nonce of the sign-in; a refresh has none. */
  nonce?: string;
  /** Whose session it is; a sign-in does not know yet. */
  sub?: string;
}

export interface VerifiedTokens {
  id: IdClaims | null;
  access: AccessClaims;
}

export interface TokenVerifier {
  /** Rejects with an {@link AuthError}: a `token_…` code of its own for each refusal, or why the keys are not to be had. */
  verify(tokens: TokensToVerify, expected: ExpectedTokens): Promise<VerifiedTokens>;
}

/**
 * @param issuers the pool's accepted issuers. Each publishes its keys at `<issuer>/.well-known/jwks.json`, or where its
 * discovery document says; they are fetched when the first token comes, kept, and fetched again for a key id that is
 * not among them.
 */
export function createTokenVerifier(
  issuers: readonly string[],
  clientId: string,
  transport: Transport,
): TokenVerifier {
  const keySets = new Map(issuers.map((issuer) => [issuer, createKeySet(issuer, transport)]));

  const claimsOf = async (token: string, now: number): Promise<JWTPayload> => {
    try {
      const issuer = decodeJwt(token).iss;
      const keys = issuer === undefined ? undefined : keySets.get(issuer);
      if (issuer === undefined || keys === undefined) throw new AuthError('token_issuer');
      const payload = await keys.verify(token, {
        algorithms: ['RS256'],
        issuer,
        currentDate: new Date(now),
        clockTolerance: skewSeconds,
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      const { iat = 0, exp = 0 } = payload;
      if (iat > now / 1000 + skewSeconds) throw new AuthError('token_not_yet_valid');
      if (exp <= iat) throw new AuthError('token_claims', 'exp');
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  };

  const verifyAccess = async (token: string, now: number): Promise<AccessClaims> => {
    const payload = await claimsOf(token, now);
    if (payload['token_use'] !== 'access') throw new AuthError('token_use');
    const claims = parse(accessClaims, payload);
    if (claims.client_id !== clientId) throw new AuthError('token_audience');
    return claims;
  };

  const verifyId = async (token: string, accessToken: string, now: number): Promise<IdClaims> => {
    const payload = await claimsOf(token, now);
    if (payload['token_use'] !== 'id') throw new AuthError('token_use');
    const claims = parse(idClaims, payload);
    const audience = [claims.aud].flat();
    if (audience.length !== 1 || audience[0] !== clientId) throw new AuthError('token_audience');
    if (claims.at_hash !== undefined && claims.at_hash !== hashOf(accessToken))
      throw new AuthError('token_at_hash');
    return claims;
  };

  return {
    async verify({ accessToken, idToken, now }, expected) {
      const id = idToken === null ? null : await verifyId(idToken, accessToken, now);
      if (expected.nonce !== undefined && id?.nonce !== expected.nonce) throw new AuthError('token_nonce');
      const access = await verifyAccess(accessToken, now);
      const sub = expected.sub ?? id?.sub ?? access.sub;
      if (access.sub !== sub || (id !== null && id.sub !== sub)) throw new AuthError('token_user');
      return { id, access };
    },
  };
}

interface KeySet {
  verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload>;
}

function createKeySet(issuer: string, transport: Transport): KeySet {
  const wellKnown = `${issuer.replace(/\/+$/, '')}/.well-known`;
  const keysUrl = `${wellKnown}/jwks.json`;
  /** Where the keys are, once a pool that keeps them elsewhere has said so. */
  let elsewhere: string | null = null;
  let fetched = 0;
  const keys = createRemoteJWKSet(new URL(keysUrl), {
    cacheMaxAge: keysMaxAgeMs,
    // Tokens come only from our own exchanges, so a forger cannot make us ask for keys again and again; a pool that
    // changes its keys twice in a minute can.
    cooldownDuration: 0,
    [customFetch]: async () => {
      fetched += 1;
      let reply = await get(elsewhere ?? keysUrl, transport);
      const isElsewhere = reply.status >= 400 && reply.status < 500 && reply.status !== 429;
      if (isElsewhere && elsewhere === null) {
        // Not as AWS does it: an issuer of another make, which its discovery document describes.
        elsewhere = keysAddress(await get(`${wellKnown}/openid-configuration`, transport), issuer);
        reply = await get(elsewhere, transport);
      }
      const published = jsonOf(reply);
      if (reply.status !== 200) throw new AuthError('server_unavailable', `HTTP ${reply.status}`);
      return new Response(JSON.stringify(published));
    },
  });
  return {
    async verify(token, options) {
      const before = fetched;
      try {
        return (await jwtVerify(token, keys, options)).payload;
      } catch (error) {
        // A pool may have a new key under an old name; what was fetched just now is what there is.
        if (!(error instanceof errors.JWSSignatureVerificationFailed) || fetched > before) throw error;
        await keys.reload();
        return (await jwtVerify(token, keys, options)).payload;
      }
    },
  };
}

function get(url: string, transport: Transport): Promise<HttpReply> {
  // Chromium's network stack has a cache, and keys are asked for when the known ones do not do.
  return transport(url, {
    method: 'GET',
    headers: { accept: 'application/json', 'cache-control': 'no-cache' },
  });
}

function keysAddress(reply: HttpReply, issuer: string): string {
  if (reply.status !== 200) throw new AuthError('server_unavailable', `HTTP ${reply.status}`);
  const { issuer: named, jwks_uri: address } = jsonOf(reply);
  if (named !== issuer || typeof address !== 'string' || !isAllowedUrl(address)) {
    throw new AuthError('reply_unexpected', 'discovery');
  }
  return address;
}

/** OpenID Connect Core §3.1.3.6: the left half of the access token's SHA-256, for RS256. */
function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url');
}

function parse<T>(schema: z.ZodType<T>, payload: JWTPayload): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  throw new AuthError('token_claims', result.error.issues[0]?.path.join('.'));
}

function refusalOf(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof errors.JWTExpired) return new AuthError('token_expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') return new AuthError('token_not_yet_valid');
    return error.claim === 'iss' ? new AuthError('token_issuer') : new AuthError('token_claims', error.claim);
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return new AuthError('token_algorithm');
  if (error instanceof errors.JWKSNoMatchingKey) return new AuthError('token_key_unknown');
  if (error instanceof errors.JWSSignatureVerificationFailed) return new AuthError('token_signature');
  if (error instanceof errors.JWKSTimeout) return new AuthError('deadline');
  if (error instanceof errors.JWKSInvalid) return new AuthError('reply_unexpected');
  if (error instanceof errors.JOSEError) return new AuthError('token_malformed', error.code);
  // A published key that is too short, or none that RS256 could be verified with.
  if (error instanceof TypeError) return new AuthError('token_key_unknown', 'unusable');
  return new AuthError('internal');
}
