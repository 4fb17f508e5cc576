/** Signature Version 4 of requests to a store (AWS IAM User Guide, "Create a signed AWS API request"). */
import { createHash, createHmac } from 'node:crypto';

export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export interface UnsignedRequest {
  method: string;
  /** As it goes over the wire: made by `encodePath`. */
  path: string;
  /** Likewise, in the order of its names: made by `encodeQuery`. */
  query: string;
  /** Every header that is to be signed, names in lower case, `host` and `x-amz-content-sha256` among them. */
  headers: Readonly<Record<string, string>>;
}

/**
 * Signs requests to S3; the payload's hash is the header `x-amz-content-sha256`.
 *
 * @param now Unix milliseconds by the store's clock.
 * @returns the headers of the request, and with them those that make the signature.
 */
export type Signer = (
  request: UnsignedRequest,
  credentials: SigningCredentials,
  region: string,
  now: number,
) => Record<string, string>;

const algorithm = 'AWS4-HMAC-SHA256';

/** The key that signs is the same for a day: it is made once, not for every request. */
export function createSigner(): Signer {
  let known: { secret: string; scope: string; key: Buffer } = { secret: '', scope: '', key: Buffer.alloc(0) };
  return ({ method, path, query, headers }, { accessKeyId, secretAccessKey, sessionToken }, region, now) => {
    const date = amzDate(now);
    const day = date.slice(0, 8);
    const scope = `${day}/${region}/s3/aws4_request`;
    if (known.secret !== secretAccessKey || known.scope !== scope) {
      known = { secret: secretAccessKey, scope, key: signingKey(secretAccessKey, day, region) };
    }
    const signed: Record<string, string> = {
      ...headers,
      'x-amz-date': date,
      'x-amz-security-token': sessionToken,
    };
    const names = Object.keys(signed).sort();
    const signedHeaders = names.join(';');
    let canonicalHeaders = '';
    for (const name of names) canonicalHeaders += `${name}:${trimmed(signed[name] ?? '')}\n`;
    const payloadHash = signed['x-amz-content-sha256'] ?? '';
    const canonical = `${method}\n${path}\n${query}\n${canonicalHeaders}\n${signedHeaders}\n${payloadHash}`;
    const toSign = `${algorithm}\n${date}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
    const signature = createHmac('sha256', known.key).update(toSign).digest('hex');
    signed['authorization'] =
      `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return signed;
  };
}

function signingKey(secret: string, day: string, region: string): Buffer {
  return [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (key, text) => createHmac('sha256', key).update(text).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}

/** `YYYYMMDDTHHMMSSZ` */
function amzDate(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function trimmed(value: string): string {
  return value.trim().replaceAll(/\s+/g, ' ');
}

/** An object's key as it stands in a path and in the signature: all but letters, digits and `-._~/` is escaped. */
export function encodePath(key: string): string {
  return key.split('/').map(encode).join('/');
}

/** A query as it stands in the address and in the signature. */
export function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
