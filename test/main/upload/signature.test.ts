import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../main/lib/clock.ts';
import { createBackendClient, type Grant } from '../../../main/upload/backend-client.ts';
import type { Connections } from '../../../main/network/connections.ts';
import { plainConnections } from '../../support/network.ts';
import { createSigner } from '../../../main/upload/signature.ts';
import { createStore, type PutRequest, type Store } from '../../../main/upload/store.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { sha256, statOf, writeFile } from '../../support/files.ts';
import { testGrant } from '../../support/grant.ts';
import { serve } from '../../support/http-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openTestSandbox, type TestSandbox } from '../../support/test-sandbox.ts';

/** Our signatures against those of the SDK's signer, for the requests that really go out. */

const names = [
  'plain.jpg',
  'with space.jpg',
  'Grüße 写真 🙂.jpg',
  'a+b=c&d.jpg',
  '~tilde-under_score.jpg',
  "quote'(1)*!.jpg",
  '100%25.jpg',
  'double//slash.jpg',
];
const content = 'content';
const quietly = { signal: new AbortController().signal, onBytes: () => undefined };

function requestFor(key: string): PutRequest {
  const file = writeFile(path.join(tempDir(), 'a.jpg'), content);
  return {
    path: file,
    stat: statOf(file),
    key,
    contentType: 'image/jpeg',
    sha256: sha256(content),
    md5: 'mgNkuembtIDdJeHwKEyFVQ==',
  };
}

function openStore(connections: Connections): Store {
  const store = createStore({ clock: systemClock, connections });
  onTestFinished(store.close);
  return store;
}

interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** A store that notes what comes, and connections that lead there whatever the address. */
async function watchedStore(): Promise<{ url: string; seen: Seen[]; connections: Connections }> {
  const seen: Seen[] = [];
  const note: Parameters<typeof serve>[0] = (request, response) => {
    seen.push({
      method: String(request.method),
      url: String(request.url),
      headers: request.headers as Record<string, string>,
    });
    response.writeHead(200, { etag: '"e"' }).end();
  };
  const plain = await serve(note);
  const secure = await serve(note, selfSignedCertificate());
  const agents = {
    'http:': new http.Agent({ host: '127.0.0.1', port: plain.port }),
    'https:': new https.Agent({ host: '127.0.0.1', port: secure.port, rejectUnauthorized: false }),
  };
  const connections: Connections = {
    agentFor: ({ protocol }) => agents[protocol as 'http:' | 'https:'],
    drop: () => undefined,
  };
  return { url: plain.url, seen, connections };
}

function sdkFor(grant: Grant): S3Client {
  const { region, forcePathStyle, endpoint, credentials } = grant;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return new S3Client({
    region,
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: unknown) => Promise.reject(Object.assign(new Error('not sent'), { request })),
    } as never,
  });
}

/** Where the SDK would send an object with this key. */
async function sdkAddress(grant: Grant, Key: string): Promise<{ hostname: string; path: string }> {
  const command = new PutObjectCommand({ Bucket: grant.bucket, Key, Body: content });
  return sdkFor(grant)
    .send(command)
    .then(
      () => expect.unreachable(),
      ({ request }: { request: { hostname: string; path: string } }) => request,
    );
}

/** What the SDK's signer says to a request that we have signed. */
async function sdkSignature(grant: Grant, { method, url, headers }: Seen): Promise<string> {
  const { authorization: _, ...unsigned } = headers;
  const address = new URL(url, `http://${headers['host']}`);
  const signer = await sdkFor(grant).config.signer({
    name: 'sigv4',
    signingName: 's3',
    signingRegion: grant.region,
    properties: {},
  });
  const date = String(headers['x-amz-date']);
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: address.hostname,
      path: String(url.split('?')[0]),
      query: Object.fromEntries(address.searchParams),
      headers: unsigned,
    },
    {
      signingDate: new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')),
      signingRegion: grant.region,
      signingService: 's3',
    },
  );
  return String(signed.headers['authorization']);
}

describe('a signature', () => {
  const styles: [string, Partial<Grant>][] = [
    ['path style', { endpoint: 'http://store.example:9000', forcePathStyle: true }],
    ['path style below a path', { endpoint: 'https://store.example/s3', forcePathStyle: true }],
    ['virtual-host style', { endpoint: 'https://store.example', forcePathStyle: false }],
    ['AWS', { forcePathStyle: false }],
    ['AWS, with a bucket that is no host name', { forcePathStyle: false, bucket: 'my.library' }],
    ['AWS in China, MD5', { forcePathStyle: false, region: 'cn-north-1', checksum: 'MD5' }],
    [
      'encryption, and odd credentials',
      {
        forcePathStyle: false,
        sse: { algorithm: 'aws:kms', kmsKeyId: 'arn:aws:kms:eu-central-1:1:key/a  b' },
        credentials: {
          accessKeyId: 'ASIA/+',
          secretAccessKey: 'a/secret+with=signs',
          sessionToken: 'token/with+signs=='.repeat(40),
          expiration: Date.now() + 3_600_000,
        },
      },
    ],
  ];

  it.each(styles)('is the SDK’s, and so is the address: %s', async (_style, overrides) => {
    const { seen, connections } = await watchedStore();
    const { endpoint: _, ...rest } = testGrant('');
    const grant: Grant = { ...rest, ...overrides };
    const store = openStore(connections);
    for (const name of names) {
      await store.put(grant, requestFor(`users/ada/photos/${name}`), quietly);
      const sent = seen.at(-1)!;
      const { hostname, path: sdkPath } = await sdkAddress(grant, `users/ada/photos/${name}`);
      expect([sent.headers['host']?.split(':')[0], sent.url]).toEqual([hostname, sdkPath]);
      expect(sent.headers['authorization']).toBe(await sdkSignature(grant, sent));
    }
  });

  it('is the SDK’s for a part, whatever the upload’s id', async () => {
    const { url, seen, connections } = await watchedStore();
    const grant = testGrant(url);
    const request = requestFor('users/ada/photos/large.mp4');
    const part = { number: 7, range: { offset: 2, length: 3 }, sha256: sha256('nte'), md5: null };
    for (const uploadId of ['2~abc.def_-', 'a/b+c=d e&f', 'ü']) {
      await openStore(connections).putPart(grant, request, uploadId, part, quietly);
      const sent = seen.at(-1)!;
      const query = new URL(sent.url, 'http://x').searchParams;
      expect([query.get('partNumber'), query.get('uploadId')]).toEqual(['7', uploadId]);
      expect(sent.headers['authorization']).toBe(await sdkSignature(grant, sent));
    }
  });

  it('is made with the key of its day, region and credentials', () => {
    const sign = createSigner();
    const request = { method: 'PUT', path: '/a', query: '', headers: { host: 'a' } };
    const { credentials } = testGrant('');
    const other = { ...credentials, secretAccessKey: 'another' };
    const noon = Date.UTC(2026, 1, 3, 12);
    const cases = [
      [credentials, 'eu-central-1', noon],
      [other, 'eu-central-1', noon],
      [credentials, 'eu-central-1', noon],
      [credentials, 'us-east-1', noon],
      [credentials, 'us-east-1', noon + 86_400_000],
      [credentials, 'eu-central-1', noon],
    ] as const;
    for (const [who, region, now] of cases) {
      expect(sign(request, who, region, now)).toEqual(createSigner()(request, who, region, now));
    }
  });
});

describe('a store that verifies', () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await openTestSandbox();
  });
  afterAll(() => sandbox.stop());

  it('takes our requests, whatever the key', async () => {
    const backend = createBackendClient({
      apiUrl: sandbox.apiUrl,
      token: () => sandbox.token('demo'),
      fetch,
      signal: new AbortController().signal,
    });
    const grant = await backend.grant();
    const store = openStore(plainConnections(2));
    const keys = names.map((name) => grant.keyPrefix + name);
    for (const key of keys) expect(await store.put(grant, requestFor(key), quietly)).toBe('stored');
    const objects = await sandbox.objects('demo');
    for (const key of keys) expect(objects.get(key)?.toString()).toBe(content);
    const [first = ''] = keys;
    expect(await store.put(grant, requestFor(first), quietly)).toBe('exists');
    const forged = {
      ...grant,
      credentials: { ...grant.credentials, secretAccessKey: `${grant.credentials.secretAccessKey}x` },
    };
    await expect(store.put(forged, requestFor(`${first}2`), quietly)).rejects.toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });
});
