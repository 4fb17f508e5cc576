/** Tokens in Cognito's shape, made from what oidc-provider has just issued. */
import { createHash, randomUUID } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, importJWK, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { Token } from 'oidc-provider';
import { publishedKeys } from './keys.ts';
import type { PoolKeys } from './keys.ts';

/** The body of a successful reply of POST /oauth2/token: no scope in it, unlike RFC 6749's example. */
export interface TokenReply {
  id_token?: string;
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  token_type: 'Bearer';
}

interface IssuedReply {
  id_token?: string;
  refresh_token?: string;
  expires_in: number;
}

/**
 * Turns oidc-provider's reply into Cognito's: the opaque access token becomes a signed one with
 * `token_use`, `client_id`, `username` and no `aud`; the ID token gains Cognito's claims and an at_hash;
 * the two are signed with different keys of one set.
 */
export async function cognitoTokens(
  reply: IssuedReply,
  issued: {
    token: Token;
    username: string;
    issuer: string;
    authTime: number | undefined;
    refreshToken?: string;
  },
  keys: PoolKeys,
): Promise<TokenReply> {
  const { token } = issued;
  const iat = Math.floor(Date.now() / 1000);
  const common = {
    origin_jti: token.grantId,
    event_id: randomUUID(),
    auth_time: issued.authTime ?? iat,
  };
  const accessToken = await sign(
    {
      sub: token.accountId,
      iss: issued.issuer,
      version: 2,
      client_id: token.clientId,
      ...common,
      token_use: 'access',
      scope: token.scope ?? '',
      exp: iat + reply.expires_in,
      iat,
      // oidc-provider finds the token again by this, when it comes back to /oauth2/userInfo.
      jti: token.jti,
      username: issued.username,
    },
    keys.access,
  );
  const result: TokenReply = {
    access_token: accessToken,
    expires_in: reply.expires_in,
    token_type: 'Bearer',
  };
  if (reply.id_token !== undefined) {
    result.id_token = await sign(
      {
        at_hash: halfHash(accessToken),
        ...decodeJwt(reply.id_token),
        ...common,
        'cognito:username': issued.username,
        token_use: 'id',
        jti: randomUUID(),
      },
      keys.id,
    );
  }
  if (issued.refreshToken !== undefined) result.refresh_token = issued.refreshToken;
  return result;
}

/** The id under which oidc-provider knows a Cognito-shaped access token; undefined if it is not ours or over. */
export async function issuedTokenId(
  jwt: string,
  issuer: string,
  keys: PoolKeys,
): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(jwt, createLocalJWKSet(publishedKeys(keys)), { issuer });
    return payload['token_use'] === 'access' ? payload.jti : undefined;
  } catch {
    // Forged, spent and foreign tokens are all the same to the caller: unknown.
    return undefined;
  }
}

async function sign(claims: JWTPayload, key: PoolKeys['id']): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ kid: key.kid as string, alg: 'RS256' })
    .sign(await importJWK(key, 'RS256'));
}

/** OpenID Connect Core 3.1.3.6: the left half of the SHA-256 of the access token. */
function halfHash(token: string): string {
  return createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');
}
