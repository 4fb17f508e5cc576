/** A bare S3 client: one signed request over a connection of its own, and all that came back. */
import { createHash } from 'node:crypto';
import http from 'node:http';
import {
  canonicalRequest,
  formatAmzDate,
  sign,
  signingKey,
  stringToSign,
} from '../../../../sandbox/store/sigv4.ts';
import type { WireRequest } from '../../../../sandbox/store/wire.ts';
import { parseQuery, percentEncode } from '../../../../sandbox/store/wire.ts';

export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
export type Signed = {
  url: string;
  keys: Keys;
  method?: string;
  /** Unescaped. */
  path: string;
  query?: string;
  headers?: Record<string, string>;
  body?: Buffer;
  /** Value of x-amz-content-sha256; the hash of the body when left out. */
  payloadHash?: string;
  service?: string;
  region?: string;
  signedAt?: number;
  /** Seconds: puts the signature into the query. */
  presignFor?: number;
  /** Wait for `100 Continue` before sending the body. */
  expectContinue?: boolean;
};
export type SignedOptions = Omit<http.RequestOptions, 'headers'> & { headers: Record<string, string> };
export type Answer = {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  body: Buffer;
  /** The code inside an error's XML. */
  code: string | undefined;
  continued: boolean;
};

/** Builds the request, so that a test can spoil it before sending. */
export function signRequest(request: Signed): SignedOptions {
  const { url, keys, method = 'GET', body = Buffer.alloc(0), service = 's3', region = 'us-east-1' } = request;
  const amzDate = formatAmzDate(request.signedAt ?? Date.now());
  const hash = request.payloadHash ?? createHash('sha256').update(body).digest('hex');
  const scope = { date: amzDate.slice(0, 8), region, service };
  const credential = `${keys.accessKeyId}/${scope.date}/${region}/${service}/aws4_request`;
  const headers: Record<string, string> = { ...request.headers, host: new URL(url).host };
  let query = request.query ?? '';
  const presigned = request.presignFor !== undefined;
  if (!presigned) {
    Object.assign(headers, { 'x-amz-date': amzDate, 'x-amz-content-sha256': hash });
    if (keys.sessionToken !== undefined) headers['x-amz-security-token'] = keys.sessionToken;
  }
  const signedHeaders = Object.keys(headers).toSorted();
  if (presigned) {
    const fields = {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': credential,
      'X-Amz-Date': amzDate,
      'X-Amz-Expires': String(request.presignFor),
      'X-Amz-SignedHeaders': signedHeaders.join(';'),
      ...(keys.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': keys.sessionToken }),
    };
    const added = Object.entries(fields).map(([name, value]) => `${name}=${percentEncode(value)}`);
    query = [query, ...added].filter((part) => part !== '').join('&');
  }
  const rawPath = request.path.split('/').map(percentEncode).join('/');
  const wire: WireRequest = {
    method,
    rawPath,
    query: parseQuery(query),
    headers: new Map(Object.entries(headers)),
  };
  const claim = {
    ...scope,
    accessKeyId: keys.accessKeyId,
    amzDate,
    signedAt: 0,
    signedHeaders,
    signature: '',
    sessionToken: keys.sessionToken,
    presignedExpiresS: request.presignFor,
  };
  const canonical = canonicalRequest(wire, claim, presigned ? 'UNSIGNED-PAYLOAD' : hash);
  const signature = sign(signingKey(keys.secretAccessKey, scope), stringToSign(claim, canonical));
  if (presigned) query += `&X-Amz-Signature=${signature}`;
  else {
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  }
  // Node writes header text as latin1; what was signed is UTF-8.
  for (const [name, value] of Object.entries(headers)) headers[name] = Buffer.from(value).toString('latin1');
  const { hostname, port } = new URL(url);
  if (body.length > 0 || method === 'PUT' || method === 'POST')
    headers['content-length'] ??= String(body.length);
  return { host: hostname, port, method, path: query === '' ? rawPath : `${rawPath}?${query}`, headers };
}

/** Signs and sends. Rejects when the connection breaks. */
export function send(request: Signed): Promise<Answer> {
  return sendRaw(signRequest(request), request.body, request.expectContinue);
}

/** Sends what `signRequest` built. */
export function sendRaw(
  options: Omit<http.RequestOptions, 'headers'> & { headers?: Record<string, string> },
  body?: Buffer,
  expectContinue = false,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let continued = false;
    const headers = { ...options.headers, ...(expectContinue ? { expect: '100-continue' } : {}) };
    const request = http.request({ ...options, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const received = Buffer.concat(chunks);
        const text = received.toString('utf8');
        const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: received,
          code,
          continued,
        });
        request.destroy();
      });
    });
    request.on('error', reject);
    if (!expectContinue) request.end(body);
    else {
      request.on('continue', () => {
        continued = true;
        request.end(body);
      });
      request.flushHeaders();
    }
  });
}
