/**
 * The whole sandbox as separate processes, over HTTP alone, with the AWS SDK as the client of the store: what the
 * desktop app meets. And the same records on a real PostgreSQL, where one is installed.
 */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientConfigSchema } from '../../main/lib/client-config.ts';
import { openPostgres } from '../../backend/records/database.ts';
import type { Database } from '../../backend/records/database.ts';
import { signInByScript } from '../../sandbox/scripted-sign-in.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { startRealBackend } from '../backend/real-backend.ts';

const run = promisify(execFile);
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

describe('the sandbox', () => {
  let dir: string;
  let sandbox: Sandbox;
  let token: string;
  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'tintype-interop-'));
    sandbox = await startSandbox({ dir, ports: 'any', quiet: true });
    const config = clientConfigSchema.parse(sandbox.clientConfig);
    token = (
      await signInByScript({
        url: config.domain,
        clientId: config.clientId,
        redirectUri: `http://127.0.0.1:${config.callbackPorts[0]}/callback`,
        ...sandbox.demoUser,
      })
    ).access_token;
  });
  afterAll(async () => {
    await sandbox.stop();
    rmSync(dir, { recursive: true });
  });

  async function call(method: string, address: string, json?: unknown) {
    const response = await fetch(`${sandbox.apiUrl}${address}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    // oxlint-disable-next-line typescript/no-explicit-any -- replies are whatever the API says
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  // Restarts of processes take their time on a busy machine.
  vi.setConfig({ testTimeout: 120_000 });

  it('takes photos from lookup to library, and still has them after all of it was restarted', async () => {
    const { body: grant } = await call('POST', '/v1/upload-grants', {});
    const s3 = new S3Client({
      region: grant.region,
      endpoint: grant.endpoint,
      forcePathStyle: grant.forcePathStyle,
      credentials: { ...grant.credentials, expiration: new Date(grant.credentials.expiration) },
      maxAttempts: 1,
    });
    const photos = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const bytes = randomBytes(10_000 + index);
        const hash = sha256(bytes);
        const key = `${grant.keyPrefix}${hash.toString('hex')}.heic`;
        await s3.send(
          new PutObjectCommand({
            Bucket: grant.bucket,
            Key: key,
            Body: bytes,
            IfNoneMatch: '*',
            ChecksumSHA256: hash.toString('base64'),
          }),
        );
        return {
          sha256: hash.toString('hex'),
          size: bytes.length,
          key,
          contentType: 'image/heic',
          fileName: `IMG_${index}.HEIC`,
        };
      }),
    );
    s3.destroy();
    const committed = await call('POST', '/v1/photos', { photos });
    expect(committed.body.photos.map(({ status }: { status: string }) => status)).toEqual(
      photos.map(() => 'stored'),
    );

    for (const part of ['backend', 'store', 'cognito'] as const) {
      await sandbox.stopPart(part);
      await sandbox.startPart(part);
    }
    const { body } = await call('POST', '/v1/photos/lookup', { sha256: photos.map((photo) => photo.sha256) });
    expect(body.found).toHaveLength(20);
    expect((await call('GET', '/v1/me')).body).toMatchObject({ name: 'Ada Demo', storedPhotos: 20 });
  });

  it('keeps what was committed when the backend is killed in the middle', async () => {
    const before = (await call('GET', '/v1/me')).body.storedPhotos;
    process.kill(sandbox.pids.backend as number, 'SIGKILL');
    await expect(call('GET', '/v1/me')).rejects.toThrow();
    // The sandbox learns of it by the exit of its child; a part that is gone can be started again.
    while (sandbox.pids.backend !== undefined) await new Promise((resolve) => setImmediate(resolve));
    await sandbox.startPart('backend');
    expect((await call('GET', '/v1/me')).body.storedPhotos).toBe(before);
  });
});

/** The newest installed server's programs, as Debian lays them out. */
function postgresPrograms(): string | undefined {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions
    .map((version) => path.join(base, version, 'bin'))
    .find((bin) => existsSync(path.join(bin, 'initdb')));
}

const programs = postgresPrograms();
if (programs === undefined) console.log('skipped: PostgreSQL is not installed (Debian: postgresql)');

describe.skipIf(programs === undefined)('on a real PostgreSQL', () => {
  const bin = programs ?? '';
  let dir: string;
  let server: ReturnType<typeof spawn>;
  let database: Database;

  // The server refuses to run as root.
  const asRoot = userInfo().uid === 0;
  const asServer = (program: string, ...args: string[]): [string, string[]] =>
    asRoot
      ? ['runuser', ['-u', 'postgres', '--', path.join(bin, program), ...args]]
      : [path.join(bin, program), args];

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'tintype-postgres-'));
    if (asRoot) {
      const { stdout } = await run('id', ['-u', 'postgres']);
      chownSync(dir, Number(stdout), -1);
    }
    const data = path.join(dir, 'data');
    await run(
      ...asServer('initdb', '-D', data, '-U', 'postgres', '--auth', 'trust', '--no-sync', '-E', 'UTF8'),
    );
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${dir}`,
      'fsync=off',
    ];
    const [command, args] = asServer(
      'postgres',
      '-D',
      data,
      ...settings.flatMap((setting) => ['-c', setting]),
    );
    server = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise<void>((resolve) => {
      server.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.includes('ready to accept connections')) resolve();
      });
    });
    database = await openPostgres(`postgres://postgres@127.0.0.1:${port}/postgres`, () => {});
  });
  afterAll(async () => {
    await Promise.all([
      run(...asServer('pg_ctl', '-D', path.join(dir, 'data'), '-m', 'fast', 'stop')),
      once(server, 'exit'),
    ]);
    rmSync(dir, { recursive: true });
  });

  it('does the same: stored, duplicate, once when at the same moment, found, paged, counted', async () => {
    const backend = await startRealBackend({ database });
    const photos = await Promise.all(Array.from({ length: 30 }, () => backend.upload(500)));
    const commit = async (list: object[]) =>
      (await backend.call('POST', '/v1/photos', { json: { photos: list } })).body.photos;
    const answers = (await Promise.all([commit(photos), commit(photos.toReversed()), commit(photos)])).flat();
    expect(answers.filter(({ status }) => status === 'stored')).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 'duplicate')).toHaveLength(60);
    expect(new Set(answers.map(({ photoId }) => photoId)).size).toBe(30);

    const { body } = await backend.call('POST', '/v1/photos/lookup', {
      json: { sha256: photos.map((photo) => photo.sha256) },
    });
    expect(body.found).toHaveLength(30);
    expect(body.found[0]).toMatchObject({ fileName: 'IMG_0001.JPG', takenAt: '2026-05-03T18:22:10+02:00' });
    const page = (await backend.call('GET', '/v1/photos?limit=7')).body;
    const next = (await backend.call('GET', `/v1/photos?limit=7&cursor=${page.nextCursor}`)).body;
    expect(new Set([...page.photos, ...next.photos].map(({ photoId }) => photoId)).size).toBe(14);
    expect((await backend.call('GET', '/v1/me')).body).toMatchObject({
      storedPhotos: 30,
      storedBytes: 15_000,
    });
    expect((await backend.call('GET', '/healthz')).status).toBe(200);
    await backend.stop();
  });
});
