/**
 * HEAD requests of our own. Every photo is looked at once before it is recorded, and the SDK takes 1.6 to 2.7 ms of CPU
 * for that, most of what a commit costs; this takes a third. It has no retries: what fails is for the SDK.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import http from 'node:http';
import https from 'node:https';
import type { StoreConfig } from '../config.ts';
import type { StoredObject } from './claims.ts';

export interface QuickHead {
  /** The object under `key`, or undefined. Rejects whenever the reply is neither 200 nor 404, or none came. */
  head(key: string): Promise<StoredObject | undefined>;
  close(): void;
}

const requestTimeoutMs = 5000;
/** Of no bytes. */
const emptyPayload = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** @param client says where the bucket is, and has the credentials. */
export function createQuickHead(client: S3Client, { bucket, region, checksum }: StoreConfig): QuickHead {
  const options = { keepAlive: true, maxSockets: 64, timeout: requestTimeoutMs };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials: client.config.credentials,
    sha256: client.config.sha256,
    // S3 signs the path as it is sent.
    uriEscapePath: false,
  });
  const { endpoint: address, forcePathStyle, endpointProvider } = client.config;

  const addressOf = async (): Promise<URL> => {
    const custom = await address?.();
    return endpointProvider({
      Bucket: bucket,
      Region: region,
      ForcePathStyle: forcePathStyle === true,
      ...(custom === undefined ? {} : { Endpoint: urlOf(custom) }),
    }).url;
  };
  let base: URL | null = null;

  return {
    head: async (key) => {
      const url = (base ??= await addressOf());
      const path = `${url.pathname.replace(/\/?$/, '/')}${encodePath(key)}`;
      const hostname = url.hostname.replaceAll(/[[\]]/g, '');
      const { headers } = await signer.sign({
        method: 'HEAD',
        protocol: url.protocol,
        hostname,
        path,
        query: {},
        headers: {
          host: url.host,
          'x-amz-content-sha256': emptyPayload,
          ...(checksum === 'SHA256' ? { 'x-amz-checksum-mode': 'ENABLED' } : {}),
        },
      });
      const secure = url.protocol === 'https:';
      const reply = await ask((secure ? https : http).request, {
        agent: secure ? agents.https : agents.http,
        method: 'HEAD',
        hostname,
        port: url.port,
        path,
        headers,
        timeout: requestTimeoutMs,
      });
      if (reply.statusCode === 404) return undefined;
      if (reply.statusCode !== 200) throw new Error(`HEAD answered ${reply.statusCode}`);
      const sha256 = reply.headers['x-amz-checksum-sha256'];
      return {
        size: Number(reply.headers['content-length'] ?? 0),
        sha256: typeof sha256 === 'string' ? sha256 : undefined,
        etag: reply.headers.etag?.replace(/^"|"$/g, ''),
      };
    },
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function ask(request: typeof http.request, options: http.RequestOptions): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (reply) => {
      reply.resume();
      reply.once('end', () => {
        resolve(reply);
      });
      reply.once('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('HEAD took too long')));
    sent.once('error', reject);
    sent.end();
  });
}

function urlOf({
  protocol,
  hostname,
  port,
  path,
}: {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
}): string {
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
}

/** All but letters, digits and `-._~/` is escaped (AWS IAM User Guide, "Create a signed AWS API request"). */
function encodePath(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
