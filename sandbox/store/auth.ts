/** Who sent a request: the owner of the store, or a session. */
import { s3Error } from './errors.ts';
import type { Policy } from './policy.ts';
import { parsePolicy } from './policy.ts';
import type { Identity, PayloadMode, Store } from './request.ts';
import type { Claim } from './sigv4.ts';
import { createChunkVerifier, readClaim, verifyClaim } from './sigv4.ts';
import type { WireRequest } from './wire.ts';

type Keys = Pick<Store, 'credentials' | 'sessions' | 'region'>;

/**
 * Verifies the signature of a request to S3.
 * @param now the server's clock in milliseconds
 * @throws the errors of readClaim and verifyClaim, AccessDenied (anonymous), InvalidAccessKeyId, InvalidToken,
 *   ExpiredToken, InvalidArgument (payload hash)
 */
export function authenticate(
  wire: WireRequest,
  keys: Keys,
  now: number,
): { identity: Identity; payload: PayloadMode } {
  const claim = readClaim(wire);
  if (claim === undefined) throw s3Error('AccessDenied', 'Anonymous access is forbidden. Sign the request.');
  checkScope(claim, keys.region, 's3');
  const hash = payloadHashOf(wire, claim);
  const { identity, secretAccessKey } = identify(claim, keys, now);
  const key = verifyClaim(wire, claim, secretAccessKey, hash, now);
  return { identity, payload: payloadMode(hash, claim, key) };
}

/** Verifies a request to STS, whose body is at hand. @throws as authenticate */
export function authenticateSts(wire: WireRequest, bodySha256: string, keys: Keys, now: number): Identity {
  const claim = readClaim(wire);
  if (claim === undefined) throw s3Error('AccessDenied', 'The request must contain a signature.');
  checkScope(claim, keys.region, 'sts');
  const { identity, secretAccessKey } = identify(claim, keys, now, 'InvalidClientTokenId');
  verifyClaim(wire, claim, secretAccessKey, bodySha256, now);
  return identity;
}

function checkScope(claim: Claim, region: string, service: string): void {
  if (claim.region !== region) {
    throw s3Error(
      'AuthorizationHeaderMalformed',
      `The region '${claim.region}' is wrong; expecting '${region}'.`,
      { Region: region },
    );
  }
  if (claim.service !== service) {
    throw s3Error(
      'AuthorizationHeaderMalformed',
      `Incorrect service '${claim.service}'; expecting '${service}'.`,
    );
  }
}

/** The secret and the rights behind an access key. @throws InvalidToken, ExpiredToken, and `unknownKey` */
export function identify(
  claim: Pick<Claim, 'accessKeyId' | 'sessionToken'>,
  keys: Keys,
  now: number,
  unknownKey: 'InvalidAccessKeyId' | 'InvalidClientTokenId' = 'InvalidAccessKeyId',
): { identity: Identity; secretAccessKey: string } {
  const { accessKeyId, sessionToken } = claim;
  if (sessionToken === undefined) {
    if (accessKeyId !== keys.credentials.accessKeyId) {
      throw s3Error(unknownKey, undefined, { AWSAccessKeyId: accessKeyId });
    }
    return {
      identity: { accessKeyId, policy: undefined },
      secretAccessKey: keys.credentials.secretAccessKey,
    };
  }
  const session = keys.sessions.open(sessionToken, now);
  if (session.accessKeyId !== accessKeyId) throw s3Error('InvalidToken');
  const policy: Policy | undefined = session.policy === undefined ? undefined : parsePolicy(session.policy);
  return { identity: { accessKeyId, policy }, secretAccessKey: keys.sessions.secretOf(accessKeyId) };
}

const unsigned = 'UNSIGNED-PAYLOAD';
const streaming: Readonly<Record<string, { signed: boolean; trailer: boolean }>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
};

function payloadHashOf(wire: WireRequest, claim: Claim): string {
  const header = wire.headers.get('x-amz-content-sha256');
  if (claim.presignedExpiresS !== undefined) {
    return header ?? new Map(wire.query).get('X-Amz-Content-Sha256') ?? unsigned;
  }
  if (header === undefined) {
    throw s3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  return header;
}

function payloadMode(hash: string, claim: Claim, key: Buffer): PayloadMode {
  if (hash === unsigned) return { kind: 'unsigned' };
  if (/^[0-9a-f]{64}$/.test(hash)) return { kind: 'sha256', hex: hash };
  const mode = Object.hasOwn(streaming, hash) ? streaming[hash] : undefined;
  if (mode === undefined) {
    throw s3Error(
      'InvalidArgument',
      `x-amz-content-sha256 must be ${unsigned}, ${Object.keys(streaming).join(', ')} or a SHA-256 in hex.`,
      { ArgumentName: 'x-amz-content-sha256', ArgumentValue: hash },
    );
  }
  const verifier = mode.signed ? createChunkVerifier(claim, key) : undefined;
  return { kind: 'chunked', verifier, trailer: mode.trailer };
}
