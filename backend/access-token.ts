/** Who calls: the bearer token of the Authorization header, verified against the user pool's keys. */
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import {
  FetchError,
  JwksNotAvailableInCacheError,
  JwksValidationError,
  JwkValidationError,
  JwtBaseError,
  JwtExpiredError,
} from 'aws-jwt-verify/error';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { poolIssuer } from './config.ts';
import type { Config } from './config.ts';
import { Problem } from './problems.ts';

export interface Caller {
  /** The person; owns photos, and names their folder in the bucket. */
  sub: string;
  /** The token itself, for asking the pool more about the person. */
  token: string;
}

export interface TokenVerifier {
  /** Throws the problem token_invalid, token_expired or identity_unavailable. */
  verify(token: string): Promise<{ sub: string }>;
}

export interface TokenVerifierOptions {
  /** Milliseconds since 1970; for other issuers than AWS. */
  now?: () => number;
  /** How the key set of a pool on AWS is fetched. */
  fetchKeys?: ((uri: string) => Promise<ArrayBuffer>) | undefined;
}

/** Seconds by which clocks may differ. */
const clockTolerance = 5;
/** Milliseconds between looks at the keys when tokens with unknown keys come in. */
const keysCooldown = 10_000;

/** A sub becomes part of object keys and policies: nothing in it may have a meaning there. Cognito's are UUIDs. */
const claimsSchema = z.object({
  sub: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  token_use: z.literal('access'),
  client_id: z.string(),
});

/**
 * The verifier for the configured pool: AWS's own for a pool on AWS, whose tokens may carry either form of its
 * issuer, and one that reads the keys of any other issuer, such as the sandbox.
 */
export function createTokenVerifier(
  config: Pick<Config, 'issuer' | 'region' | 'userPoolId' | 'clientId'>,
  { now = Date.now, fetchKeys }: TokenVerifierOptions = {},
): TokenVerifier {
  const ownIssuer = poolIssuer(config.region, config.userPoolId);
  const globalIssuer = ownIssuer.replace('https://cognito-idp.', 'https://issuer-cognito-idp.');
  const claimsOf =
    config.issuer === ownIssuer || config.issuer === globalIssuer
      ? poolClaims(config, fetchKeys)
      : issuerClaims(config, now);
  return {
    async verify(token) {
      const claims = claimsSchema.safeParse(await claimsOf(token));
      if (!claims.success || claims.data.client_id !== config.clientId) throw invalidToken(claims.error);
      return { sub: claims.data.sub };
    },
  };
}

/** The token of an Authorization header; throws the problem token_missing. */
export function bearerToken(header: string | undefined): string {
  const [, token] = /^Bearer +(\S+) *$/i.exec(header ?? '') ?? [];
  if (token === undefined) {
    throw new Problem('token_missing', {
      detail: 'Send the access token as "Authorization: Bearer …".',
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  return token;
}

const keyErrors = [FetchError, JwksNotAvailableInCacheError, JwksValidationError, JwkValidationError];

function poolClaims(
  { userPoolId, clientId }: Pick<Config, 'userPoolId' | 'clientId'>,
  fetchKeys: TokenVerifierOptions['fetchKeys'],
) {
  const verifier = CognitoJwtVerifier.create(
    { userPoolId, clientId, tokenUse: 'access', graceSeconds: clockTolerance },
    { jwksCache: new SimpleJwksCache(fetchKeys === undefined ? {} : { fetcher: { fetch: fetchKeys } }) },
  );
  return async (token: string): Promise<unknown> => {
    try {
      return await verifier.verify(token);
    } catch (error) {
      if (error instanceof JwtExpiredError) throw expiredToken(error);
      // What is wrong with a token has a class of its own; the rest is about getting the keys.
      const isAboutToken = error instanceof JwtBaseError && !keyErrors.some((kind) => error instanceof kind);
      throw isAboutToken ? invalidToken(error) : noKeys(error);
    }
  };
}

function issuerClaims({ issuer }: Pick<Config, 'issuer'>, now: () => number) {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    cooldownDuration: keysCooldown,
  });
  return async (token: string): Promise<unknown> => {
    try {
      const options = { issuer, algorithms: ['RS256'], clockTolerance, currentDate: new Date(now()) };
      const { payload } = await jwtVerify(token, keys, { ...options, requiredClaims: ['exp', 'iat', 'sub'] });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw expiredToken(error);
      if (error instanceof errors.JWKSNoMatchingKey) throw invalidToken(error);
      // As above: JOSE's own classes, but for those that it throws while getting the keys.
      const isAboutToken =
        error instanceof errors.JOSEError &&
        error.code !== 'ERR_JOSE_GENERIC' &&
        error.code !== 'ERR_JWKS_TIMEOUT';
      throw isAboutToken ? invalidToken(error) : noKeys(error);
    }
  };
}

function invalidToken(cause: unknown): Problem {
  return new Problem('token_invalid', {
    cause,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
}

function expiredToken(cause: unknown): Problem {
  const headers = { 'www-authenticate': 'Bearer error="invalid_token", error_description="expired"' };
  return new Problem('token_expired', { cause, headers });
}

function noKeys(cause: unknown): Problem {
  return new Problem('identity_unavailable', { cause });
}
