/** Signature Version 4, the server's side: what was signed, and whether with the right key. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ChunkVerifier } from './aws-chunked.ts';
import { s3Error } from './errors.ts';
import type { WireRequest } from './wire.ts';
import { percentDecode, percentEncode } from './wire.ts';

const algorithm = 'AWS4-HMAC-SHA256';
const maxSkewMs = 15 * 60_000;
const maxPresignedS = 7 * 24 * 3600;
/** SHA-256 of nothing. */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What a request claims about its signature. */
export type Claim = {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** `YYYYMMDDTHHMMSSZ`, and the same in milliseconds. */
  readonly amzDate: string;
  readonly signedAt: number;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Seconds a presigned URL lives; undefined when the signature is in the headers. */
  readonly presignedExpiresS: number | undefined;
};

/**
 * Reads the signature of a request from its headers or its query; undefined for an anonymous request.
 * @throws AuthorizationHeaderMalformed, AuthorizationQueryParametersError, AccessDenied (no date)
 */
export function readClaim(request: WireRequest): Claim | undefined {
  const header = request.headers.get('authorization');
  const query = new Map(request.query);
  const presigned = query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm');
  if (header !== undefined && presigned) {
    throw s3Error('InvalidArgument', 'Only one auth mechanism allowed: a header or the query, not both.');
  }
  if (header !== undefined) return readHeaderClaim(header, request);
  return presigned ? readQueryClaim(query) : undefined;
}

function readHeaderClaim(header: string, request: WireRequest): Claim {
  const space = header.indexOf(' ');
  if (space === -1 || header.slice(0, space) !== algorithm) {
    throw s3Error('InvalidRequest', `The authorization mechanism is not supported. Use ${algorithm}.`);
  }
  const fields = new Map(
    header
      .slice(space + 1)
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=');
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const;
      }),
  );
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw s3Error('AuthorizationHeaderMalformed', 'Credential, SignedHeaders and Signature are required.');
  }
  const amzDate = request.headers.get('x-amz-date') ?? basicDate(request.headers.get('date'));
  return {
    ...readScope(credential, 'AuthorizationHeaderMalformed'),
    ...readDate(amzDate),
    signedHeaders: signedHeaders.split(';'),
    signature,
    sessionToken: request.headers.get('x-amz-security-token'),
    presignedExpiresS: undefined,
  };
}

function readQueryClaim(query: ReadonlyMap<string, string>): Claim {
  const required = (name: string): string => {
    const value = query.get(name);
    if (value !== undefined) return value;
    throw s3Error('AuthorizationQueryParametersError', `Query-string authentication requires ${name}.`);
  };
  if (required('X-Amz-Algorithm') !== algorithm) {
    throw s3Error('AuthorizationQueryParametersError', `X-Amz-Algorithm only supports ${algorithm}.`);
  }
  const expires = Number(required('X-Amz-Expires'));
  if (!Number.isInteger(expires) || expires < 1 || expires > maxPresignedS) {
    throw s3Error(
      'AuthorizationQueryParametersError',
      `X-Amz-Expires must be 1 to ${maxPresignedS} seconds.`,
    );
  }
  return {
    ...readScope(required('X-Amz-Credential'), 'AuthorizationQueryParametersError'),
    ...readDate(required('X-Amz-Date')),
    signedHeaders: required('X-Amz-SignedHeaders').split(';'),
    signature: required('X-Amz-Signature'),
    sessionToken: query.get('X-Amz-Security-Token'),
    presignedExpiresS: expires,
  };
}

type ScopeFields = Pick<Claim, 'accessKeyId' | 'date' | 'region' | 'service'>;

/** Takes `KEY/YYYYMMDD/REGION/SERVICE/aws4_request` apart. */
export function readScope(
  credential: string,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError' | 'InvalidArgument',
): ScopeFields {
  const [terminator, service, region, date, ...key] = credential.split('/').toReversed();
  const accessKeyId = key.toReversed().join('/');
  if (terminator !== 'aws4_request' || !service || !region || !/^\d{8}$/.test(date ?? '') || !accessKeyId) {
    throw s3Error(code, 'The credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.');
  }
  return { accessKeyId, date: date ?? '', region, service };
}

function readDate(amzDate: string | undefined): Pick<Claim, 'amzDate' | 'signedAt'> {
  const form = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
  const signedAt = form.test(amzDate ?? '')
    ? Date.parse((amzDate ?? '').replace(form, '$1-$2-$3T$4:$5:$6Z'))
    : NaN;
  if (amzDate === undefined || Number.isNaN(signedAt)) {
    throw s3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header.');
  }
  return { amzDate, signedAt };
}

/** An HTTP date in the form that signatures use. */
function basicDate(httpDate: string | undefined): string | undefined {
  const time = Date.parse(httpDate ?? '');
  return Number.isNaN(time) ? undefined : formatAmzDate(time);
}

/** Milliseconds as `YYYYMMDDTHHMMSSZ`. */
export function formatAmzDate(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** The canonical request of the Signature Version 4 manual. `payloadHash` is the value the client signed. */
export function canonicalRequest(request: WireRequest, claim: Claim, payloadHash: string): string {
  const path = request.rawPath
    .split('/')
    .map((segment) => percentEncode(percentDecode(segment)))
    .join('/');
  const query = request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .toSorted(([aName, aValue], [bName, bValue]) => compare(aName, bName) || compare(aValue, bValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = claim.signedHeaders
    .map((name) => `${name}:${(request.headers.get(name) ?? '').trim().replaceAll(/ +/g, ' ')}\n`)
    .join('');
  return [request.method, path, query, headers, claim.signedHeaders.join(';'), payloadHash].join('\n');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const scopeOf = (claim: ScopeFields): string => `${claim.date}/${claim.region}/${claim.service}/aws4_request`;

/** The string to sign for a canonical request. */
export function stringToSign(claim: Claim, canonical: string): string {
  return [
    algorithm,
    claim.amzDate,
    scopeOf(claim),
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
}

/** The key that signs for one day, region and service. */
export function signingKey(secretAccessKey: string, scope: Omit<ScopeFields, 'accessKeyId'>): Buffer {
  return [scope.date, scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
    (key, text) => createHmac('sha256', key).update(text).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

/** HMAC-SHA256 in hex. */
export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Compares without telling, by its duration, where the first difference is. */
export function sameSignature(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Verifies a claim with the secret of its key.
 * @param now the server's clock in milliseconds
 * @returns the signing key, for the chunks of a streamed body
 * @throws RequestTimeTooSkewed (more than 15 minutes), AccessDenied (expired, or an x-amz- header that is not
 *   signed), SignatureDoesNotMatch
 */
export function verifyClaim(
  request: WireRequest,
  claim: Claim,
  secretAccessKey: string,
  payloadHash: string,
  now: number,
): Buffer {
  verifyTime(claim, now);
  verifySignedHeaders(request, claim);
  const key = signingKey(secretAccessKey, claim);
  const canonical = canonicalRequest(request, claim, payloadHash);
  const text = stringToSign(claim, canonical);
  if (!sameSignature(claim.signature, sign(key, text))) {
    throw s3Error('SignatureDoesNotMatch', undefined, {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: text,
      SignatureProvided: claim.signature,
      CanonicalRequest: canonical,
    });
  }
  return key;
}

function verifyTime(claim: Claim, now: number): void {
  if (!claim.amzDate.startsWith(claim.date)) {
    throw s3Error('SignatureDoesNotMatch', 'The date of the credential scope is not that of the request.');
  }
  if (claim.presignedExpiresS !== undefined) {
    if (claim.signedAt > now + maxSkewMs) throw s3Error('AccessDenied', 'The request is not yet valid.');
    const end = claim.signedAt + claim.presignedExpiresS * 1000;
    if (end < now) {
      throw s3Error('AccessDenied', 'Request has expired. Ask for a new URL.', {
        Expires: new Date(end).toISOString(),
        ServerTime: new Date(now).toISOString(),
      });
    }
    return;
  }
  if (Math.abs(now - claim.signedAt) > maxSkewMs) {
    throw s3Error('RequestTimeTooSkewed', undefined, {
      RequestTime: claim.amzDate,
      ServerTime: new Date(now).toISOString(),
      MaxAllowedSkewMilliseconds: String(maxSkewMs),
    });
  }
}

/** As S3: the host and every x-amz- header must be signed, so that nobody adds one on the way. */
function verifySignedHeaders(request: WireRequest, claim: Claim): void {
  const signed = new Set(claim.signedHeaders);
  const missing = [...request.headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name),
  );
  if (missing.length === 0) return;
  throw s3Error('AccessDenied', 'There were headers present in the request which were not signed.', {
    HeadersNotSigned: missing.join(', '),
  });
}

/** The verifier of a streamed body's chunks; the request's own signature is the seed. */
export function createChunkVerifier(claim: Claim, key: Buffer): ChunkVerifier {
  let previous = claim.signature;
  const check = (signature: string, kind: string, hashes: readonly string[]): void => {
    const text = [`${algorithm}-${kind}`, claim.amzDate, scopeOf(claim), previous, ...hashes].join('\n');
    if (!sameSignature(signature, sign(key, text))) {
      throw s3Error('SignatureDoesNotMatch', 'The signature of a chunk or trailer does not match.');
    }
    previous = signature;
  };
  return {
    chunk: (signature, sha256Hex) => check(signature, 'PAYLOAD', [emptySha256, sha256Hex]),
    trailer: (signature, sha256Hex) => check(signature, 'TRAILER', [sha256Hex]),
  };
}
