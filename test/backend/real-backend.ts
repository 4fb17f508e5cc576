/** The API in this process, on a real store, a real embedded database and a real sign-in: all in a temp folder. */
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTokenVerifier } from '../../backend/access-token.ts';
import { createApp } from '../../backend/app.ts';
import { readConfig } from '../../backend/config.ts';
import { openPglite } from '../../backend/records/database.ts';
import type { Database } from '../../backend/records/database.ts';
import { migrate } from '../../backend/records/migrate.ts';
import { createPhotoRecords } from '../../backend/records/photo-records.ts';
import { createGrants } from '../../backend/store/grants.ts';
import { createObjects } from '../../backend/store/objects.ts';
import { fetchUserInfo } from '../../backend/user-info.ts';
import { startCognito } from '../../sandbox/cognito/server.ts';
import type { Cognito } from '../../sandbox/cognito/server.ts';
import { prepareRecords } from '../../sandbox/records.ts';
import { signInByScript } from '../../sandbox/scripted-sign-in.ts';
import { sandboxUsers } from '../../sandbox/start.ts';
import { startStore } from '../../sandbox/store/server.ts';

const region = 'eu-central-1';
const bucket = 'tintype-photos';
const keys = {
  accessKeyId: 'AKIATESTTESTTESTTEST',
  secretAccessKey: 'test+secret+that+nobody+else+knows+00000',
};

/** One stored or storable photo, as POST /v1/photos takes it. */
export interface TestPhoto {
  sha256: string;
  size: number;
  key: string;
  contentType: string;
  fileName: string;
  takenAt?: string;
}

export interface Reply {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- replies are whatever the API says; tests look into them
  body: any;
}

export interface RealBackend {
  cognito: Cognito;
  store: Awaited<ReturnType<typeof startStore>>;
  database: Database;
  /** Tokens of the two people. */
  token: string;
  idToken: string;
  secondToken: string;
  sub: string;
  log: Record<string, unknown>[];
  /** Added to the time by which tokens are judged, in milliseconds. */
  clock: { ahead: number };
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** Puts random bytes under the person's own grant, and returns what a client would then commit. */
  upload(size?: number): Promise<TestPhoto>;
  s3(grant: Reply['body']): S3Client;
  stop(): Promise<void>;
}

interface CallOptions {
  /** null for none; the first person's by default. */
  token?: string | null;
  json?: unknown;
  body?: string;
  headers?: Record<string, string>;
}

export async function startRealBackend(
  options: { environment?: Record<string, string>; database?: Database } = {},
): Promise<RealBackend> {
  const dir = mkdtempSync(path.join(tmpdir(), 'tintype-backend-'));
  const [cognito, store] = await Promise.all([
    startStoppable(startCognito({ port: 0, callbackPorts: [17501], users: Object.values(sandboxUsers) })),
    startStoppable(startStore({ dir: path.join(dir, 'store'), port: 0, region, ...keys, bucket })),
    prepareRecords(path.join(dir, 'records')),
  ]);
  const database = options.database ?? (await openPglite(path.join(dir, 'records')));
  await migrate(database);
  const config = readConfig({
    PORT: '0',
    ISSUER: cognito.issuer,
    CLIENT_ID: cognito.clientId,
    COGNITO_DOMAIN: cognito.url,
    REGION: region,
    USER_POOL_ID: cognito.userPoolId,
    CALLBACK_PORTS: '17501',
    PGLITE_DIR: path.join(dir, 'records'),
    S3_BUCKET: bucket,
    S3_REGION: region,
    S3_ENDPOINT: store.url,
    S3_FORCE_PATH_STYLE: 'true',
    S3_CHECKSUM: 'SHA256',
    STS_ENDPOINT: store.url,
    GRANT_ROLE_ARN: 'arn:aws:iam::000000000000:role/tintype-upload',
    ...options.environment,
  });
  // The usual AWS variables are how the backend gets its own credentials.
  process.env['AWS_ACCESS_KEY_ID'] = keys.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = keys.secretAccessKey;
  const objects = createObjects(config.store);
  const grants = createGrants(config.store);
  const log: Record<string, unknown>[] = [];
  const clock = { ahead: 0 };
  const app = createApp({
    config,
    publicUrl: 'http://127.0.0.1:9472',
    records: createPhotoRecords(database),
    objects,
    grants,
    verifier: createTokenVerifier(config, { now: () => Date.now() + clock.ahead }),
    userInfo: (token) => fetchUserInfo(config.cognitoDomain, token),
    log: (event) => log.push(event),
  });
  const redirectUri = 'http://127.0.0.1:17501/callback';
  const signIn = (user: { email: string; password: string }) =>
    signInByScript({ url: cognito.url, clientId: cognito.clientId, redirectUri, ...user });
  const [first, second] = await Promise.all([signIn(sandboxUsers.demo), signIn(sandboxUsers.second)]);

  const call: RealBackend['call'] = async (
    method,
    address,
    { token = first.access_token, json, body, headers } = {},
  ) => {
    const response = await app.request(address, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined && body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined && body === undefined ? {} : { body: body ?? JSON.stringify(json) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };

  const clients: S3Client[] = [];
  function s3(grant: Reply['body']): S3Client {
    const client = new S3Client({
      region: grant.region,
      endpoint: grant.endpoint,
      forcePathStyle: grant.forcePathStyle,
      credentials: { ...grant.credentials, expiration: new Date(grant.credentials.expiration) },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  }

  return {
    cognito,
    store,
    database,
    token: first.access_token,
    idToken: first.id_token,
    secondToken: second.access_token,
    sub: sandboxUsers.demo.sub,
    log,
    clock,
    call,
    s3,
    async upload(size = 2000) {
      const { body: grant } = await call('POST', '/v1/upload-grants');
      const bytes = randomBytes(size);
      const hash = createHash('sha256').update(bytes).digest();
      const photo = photoOf(hash.toString('hex'), size);
      await s3(grant).send(
        new PutObjectCommand({
          Bucket: grant.bucket,
          Key: photo.key,
          Body: bytes,
          IfNoneMatch: '*',
          ChecksumSHA256: hash.toString('base64'),
        }),
      );
      return photo;
    },
    async stop() {
      for (const client of clients) client.destroy();
      objects.close();
      grants.close();
      await Promise.all([cognito.stop(), store.stop(), database.close()]);
      rmSync(dir, { recursive: true });
    },
  };
}

/** The server, with a stop that a test may have called already. */
async function startStoppable<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  let stopped: Promise<void> | undefined;
  return { ...server, stop: () => (stopped ??= server.stop()) };
}

/** What the demo user would commit for a photo with this hash. */
export function photoOf(sha256: string, size: number, owner: string = sandboxUsers.demo.sub): TestPhoto {
  return {
    sha256,
    size,
    key: `users/${owner}/photos/${sha256}.jpg`,
    contentType: 'image/jpeg',
    fileName: 'IMG_0001.JPG',
    takenAt: '2026-05-03T18:22:10+02:00',
  };
}

/** A hash that belongs to nothing. */
export function unknownHash(): string {
  return randomBytes(32).toString('hex');
}
