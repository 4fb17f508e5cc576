import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareRecords } from '../../sandbox/records.ts';

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'tintype-backend-'));
  await prepareRecords(path.join(dir, 'records'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const cwd = new URL('../../', import.meta.url);
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  PORT: '0',
  CLIENT_ID: '4abc',
  COGNITO_DOMAIN: 'https://photos.auth.eu-central-1.amazoncognito.com',
  REGION: 'eu-central-1',
  USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
  CALLBACK_PORTS: '17501',
  PGLITE_DIR: path.join(dir, 'records'),
  S3_BUCKET: 'photos-example',
  S3_REGION: 'eu-central-1',
  S3_CHECKSUM: 'SHA256',
  GRANT_ROLE_ARN: 'arn:aws:iam::123456789012:role/tintype-upload',
});

const start = (env: NodeJS.ProcessEnv) =>
  spawn(process.execPath, ['--import', 'tsx', 'backend/main.ts'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function addressOf(child: ReturnType<typeof start>): Promise<string> {
  for await (const line of createInterface(child.stdout)) {
    const [, address] = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error(`did not listen: ${await text(child.stderr)}`);
}

describe('the backend as a program', () => {
  it('does not start without its configuration: exit code 2, and a sentence for each variable', async () => {
    const child = start({ PATH: process.env['PATH'], PORT: 'eighty' });
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).toBe(2);
    const lines = errors.trim().split('\n');
    expect(lines).toContain('PORT must be a port number.');
    expect(lines.find((line) => line.startsWith('S3_BUCKET'))).toMatch(/is missing.*docs\/aws-setup\.md/);
    expect(errors).not.toMatch(/\bat .*\.ts/);
  });

  it('says when its port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const PORT = String((blocker.address() as AddressInfo).port);
    const child = start({ ...environment(), PORT, PUBLIC_URL: `http://127.0.0.1:${PORT}` });
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).toBe(1);
    expect(errors).toContain(`PORT ${PORT} is taken`);
    blocker.close();
  });

  it('answers at the address that it prints, dates every reply, and ends on SIGTERM', async () => {
    const child = start(environment());
    const address = await addressOf(child);
    const response = await fetch(`${address}/v1/client-config`);
    expect(await response.json()).toMatchObject({ apiUrl: address });
    expect(Date.parse(response.headers.get('date') ?? '')).toBeGreaterThan(Date.now() - 60_000);
    const refused = await fetch(`${address}/v1/me`);
    expect([refused.status, refused.headers.get('date')]).toEqual([401, expect.any(String)]);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends with the process that started it over a channel', async () => {
    const child: ChildProcess = fork('backend/main.ts', [], {
      cwd,
      env: environment(),
      execArgv: ['--import', 'tsx'],
      silent: true,
    });
    const [report] = await once(child, 'message');
    expect(report).toMatchObject({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
