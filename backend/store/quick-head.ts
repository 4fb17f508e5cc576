/**
 * HEAD requests of our own. Every photo is looked at once before it is recorded, and the SDK takes 1.6 to 2.7 ms of CPU
 * for that, most of what a commit costs; this takes a quarter. It has no retries: what fails is for the SDK.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import http from 'node:http';
import https from 'node:https';
import { createSigner, encodePath } from '../../main/upload/signature.ts';
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
  const sign = createSigner();
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
  let base: Promise<URL> | null = null;

  return {
    head: async (key) => {
      const [url, credentials] = await Promise.all([(base ??= addressOf()), client.config.credentials()]);
      const path = `${url.pathname.replace(/\/?$/, '/')}${encodePath(key)}`;
      const headers = sign(
        {
          method: 'HEAD',
          path,
          query: '',
          headers: {
            host: url.host,
            'x-amz-content-sha256': emptyPayload,
            ...(checksum === 'SHA256' ? { 'x-amz-checksum-mode': 'ENABLED' } : {}),
          },
        },
        credentials,
        region,
        Date.now(),
      );
      const secure = url.protocol === 'https:';
      const reply = await ask((secure ? https : http).request, {
        agent: secure ? agents.https : agents.http,
        method: 'HEAD',
        hostname: url.hostname.replaceAll(/[[\]]/g, ''),
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
