/**
 * A real S3 server for tests and measurements: a Ceph cluster of one monitor, one disk in memory and one gateway
 * (RADOS Gateway), from the system's packages. What it holds is gone when it stops.
 */
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePorts, isFree } from '../ports.ts';
import { cephConf } from './conf.ts';
import { createDaemons } from './daemons.ts';

export interface CephOptions {
  /** Settings and logs; emptied at every start, as the photos of an earlier one are gone too. */
  dir: string;
  port: number;
  /** Of the account that owns the bucket and may assume the role of uploads. */
  accessKeyId: string;
  secretAccessKey: string;
  bucket: string;
}

export interface Ceph {
  url: string;
  /** Of the three daemons. */
  pids: number[];
  /** Resolves with a sentence when a daemon ends without having been asked to; the others are ended then. */
  failed: Promise<string>;
  /** Resolves when every daemon is gone. */
  stop(): Promise<void>;
}

const run = promisify(execFile);
const programs = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin', 'setpriv'];
const account = 'tintype';
const roleName = 'tintype-upload';
/** The role for upload grants; its rights are those that docs/aws-setup.md asks for. Ceph knows no account numbers. */
export const cephRoleArn = `arn:aws:iam:::role/${roleName}`;
const startWithinMs = 60_000;
const pollMs = 25;

/** Why Ceph cannot be started here; undefined when it can. */
export function cephLack(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  const missing = programs.filter(
    (program) => !folders.some((folder) => isExecutable(join(folder, program))),
  );
  if (missing.length === 0) return undefined;
  return `Ceph is not installed: ${missing.join(', ')} (Debian: ceph-mon ceph-osd ceph-common radosgw)`;
}

/**
 * Starts the cluster and waits until bucket and role are there: about three seconds.
 *
 * @throws with what the failing program said (EADDRINUSE when the port is taken); nothing is left running then.
 */
export async function startCeph({ dir, port, ...options }: CephOptions): Promise<Ceph> {
  if (!(await isFree(port))) throw Object.assign(new Error(`port ${port} is taken`), { code: 'EADDRINUSE' });
  const conf = prepareFolder(dir);
  const [monitorPort = 0] = await freePorts(1);
  const clusterId = randomUUID();
  const tokenKey = randomBytes(8).toString('hex');
  writeFileSync(conf, cephConf({ dir, port, monitorPort, clusterId, tokenKey }), { mode: 0o600 });

  // A person's own settings of Ceph, proxies and certificates have no business in here.
  const env = { PATH: process.env['PATH'], HOME: dir };
  const daemons = createDaemons(dir, env);
  const abort = new AbortController();
  const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(startWithinMs)]);
  void daemons.failed.then((sentence) => abort.abort(new Error(sentence)));
  const tool = (program: string, ...args: string[]): Promise<unknown> =>
    run(program, ['-c', conf, ...args], { env, signal });
  const daemon = (program: string, ...args: string[]): void =>
    daemons.start(program, '-f', '-c', conf, ...args);
  const admin = (...args: string[]): Promise<unknown> => tool('radosgw-admin', '-n', 'client.rgw', ...args);

  try {
    const monitorMap = join(dir, 'monmap');
    const address = `[v2:127.0.0.1:${monitorPort}]`;
    await run('monmaptool', ['--create', '--addv', 'a', address, '--fsid', clusterId, monitorMap], { env });
    await tool('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monitorMap);
    daemon('ceph-mon', '-i', 'a');
    const diskId = randomUUID();
    await tool('ceph', '--connect-timeout', String(startWithinMs / 1000), 'osd', 'new', diskId, '0');
    await tool('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', diskId);
    daemon('ceph-osd', '-i', '0');
    await admin(
      ...['user', 'create', `--uid=${account}`, `--display-name=${account}`],
      ...[`--access-key=${options.accessKeyId}`, `--secret-key=${options.secretAccessKey}`],
    );
    daemon('radosgw', '-n', 'client.rgw');
    await admin(
      ...['role', 'create', '--path=/', `--role-name=${roleName}`],
      `--assume-role-policy-doc=${trust}`,
    );
    await admin(
      ...['role-policy', 'put', `--role-name=${roleName}`, '--policy-name=upload'],
      `--policy-doc=${rightsOn(options.bucket)}`,
    );
    const url = `http://127.0.0.1:${port}`;
    await untilAnswering(url, signal);
    await createBucket(url, options, signal);
    return { url, pids: daemons.pids(), failed: daemons.failed, stop: daemons.stop };
  } catch (error) {
    await daemons.stop();
    throw abort.signal.aborted ? abort.signal.reason : error;
  }
}

/** Empty but for what the daemons expect; returns the place of the settings. */
function prepareFolder(dir: string): string {
  rmSync(dir, { recursive: true, force: true });
  for (const name of ['mon', 'osd']) mkdirSync(join(dir, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, 'keyring'), '');
  return join(dir, 'ceph.conf');
}

const policy = (...statements: object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });

const trust = policy({
  Principal: { AWS: [`arn:aws:iam:::user/${account}`] },
  Action: ['sts:AssumeRole'],
});

const rightsOn = (bucket: string): string =>
  policy({
    Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
    Resource: `arn:aws:s3:::${bucket}/users/*`,
  });

async function untilAnswering(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await fetch(url, { signal, headers: { connection: 'close' } });
      return;
    } catch {
      signal.throwIfAborted();
      await pause(pollMs, undefined, { signal });
    }
  }
}

async function createBucket(
  endpoint: string,
  { bucket, accessKeyId, secretAccessKey }: Omit<CephOptions, 'dir' | 'port'>,
  abortSignal: AbortSignal,
): Promise<void> {
  const client = new S3Client({
    endpoint,
    // Any other one would be sent as the bucket's place, and Ceph knows no places.
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }), { abortSignal });
  } finally {
    client.destroy();
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
