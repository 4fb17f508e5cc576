/** Tokens that a forger, a mistake or another pool might send in place of good ones. */
import { decodeJwt, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import type { TokenFault } from './behaviour.ts';
import { makePoolKeys, publicHalf } from './keys.ts';
import type { PoolKeys } from './keys.ts';
import type { TokenReply } from './tokens.ts';

/** The same reply with something wrong in its tokens; both are signed like good ones unless that is the fault. */
export async function spoil(reply: TokenReply, fault: TokenFault, keys: PoolKeys): Promise<TokenReply> {
  const both = async (
    change: (token: string, key: JWK) => string | Promise<string>,
  ): Promise<TokenReply> => ({
    ...reply,
    access_token: await change(reply.access_token, keys.access),
    ...(reply.id_token === undefined ? {} : { id_token: await change(reply.id_token, keys.id) }),
  });
  const claims = (change: JWTPayload): Promise<TokenReply> =>
    both((token, key) => sign({ ...decodeJwt(token), ...change }, key));
  const now = Math.floor(Date.now() / 1000);

  switch (fault) {
    case 'unsigned':
      return both((token) => new UnsecuredJWT(decodeJwt(token)).encode());
    case 'hmac':
      return both((token, key) => {
        const secret = new TextEncoder().encode(JSON.stringify(publicHalf(key)));
        return new SignJWT(decodeJwt(token))
          .setProtectedHeader({ alg: 'HS256', kid: String(key.kid) })
          .sign(secret);
      });
    case 'otherKey': {
      const other = await makePoolKeys();
      return both((token, key) => sign(decodeJwt(token), { ...other.id, kid: String(key.kid) }));
    }
    case 'unknownKey': {
      const other = await makePoolKeys();
      return both((token) => sign(decodeJwt(token), other.id));
    }
    case 'tampered':
      return both((token) => {
        const [header, , signature] = token.split('.');
        const payload = JSON.stringify({ ...decodeJwt(token), 'cognito:groups': ['administrators'] });
        return [header, Buffer.from(payload).toString('base64url'), signature].join('.');
      });
    case 'swapped':
      return { ...reply, access_token: reply.id_token ?? '', id_token: reply.access_token };
    case 'otherPool':
      return claims({ iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Another01' });
    case 'otherClient':
      return both((token, key) => {
        const { aud } = decodeJwt(token);
        const other = 'another-client-of-this-pool';
        return sign(
          { ...decodeJwt(token), ...(aud === undefined ? { client_id: other } : { aud: other }) },
          key,
        );
      });
    case 'expired':
      return claims({ iat: now - 7_200, exp: now - 3_600 });
    case 'notYetValid':
      return claims({ iat: now + 3_600, exp: now + 7_200 });
    case 'otherNonce':
      return claims({ nonce: 'of-another-sign-in', at_hash: undefined });
    case 'otherAtHash':
      return claims({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' });
    case 'otherUser':
      return {
        ...reply,
        access_token: await sign({ ...decodeJwt(reply.access_token), sub: 'somebody-else' }, keys.access),
        ...(reply.id_token === undefined
          ? {}
          : { id_token: await sign({ ...decodeJwt(reply.id_token), at_hash: undefined }, keys.id) }),
      };
    case 'noIdToken': {
      const { id_token: _, ...rest } = reply;
      return rest;
    }
    case 'garbage':
      return both(() => 'not.a.token');
  }
}

async function sign(claims: JWTPayload, key: JWK): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ kid: String(key.kid), alg: 'RS256' })
    .sign(await importJWK(key, 'RS256'));
}
