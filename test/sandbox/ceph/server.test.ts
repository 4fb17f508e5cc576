import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cephLack, startCeph } from '../../../sandbox/ceph/server.ts';
import type { Ceph, CephOptions } from '../../../sandbox/ceph/server.ts';
import type { PartOrder, PartReport } from '../../../sandbox/part.ts';
import { freePorts } from '../../../sandbox/ports.ts';
import { isAlive, treeOf } from '../../e2e/processes.ts';
import { until } from '../../e2e/until.ts';

// Each test starts a cluster or two.
vi.setConfig({ testTimeout: 120_000 });

const lack = cephLack();
if (lack !== undefined) console.log(`skipped: starting Ceph. ${lack}`);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'tintype-ceph-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

async function options(name = 'one'): Promise<CephOptions> {
  const [port = 0] = await freePorts(1);
  const keys = { accessKeyId: 'AKIACEPH', secretAccessKey: 'a+secret/with=signs' };
  return { dir: path.join(dir, name), port, bucket: `bucket-${name}`, ...keys };
}

const goneAll = (pids: readonly number[]): Promise<void> =>
  until('every daemon is gone', () => !pids.some(isAlive));

describe.skipIf(lack !== undefined)('Ceph', () => {
  it('runs beside another one, and ends without a trace', async () => {
    const both: Ceph[] = await Promise.all([
      startCeph(await options('one')),
      startCeph(await options('two')),
    ]);
    const pids = both.flatMap((ceph) => ceph.pids);
    expect(new Set(pids.filter(isAlive)).size).toBe(6);
    // Anonymous, so refused: but by a gateway that has this bucket, and not the other one's.
    const statuses = both.map(async ({ url }) => (await fetch(`${url}/bucket-one`)).status);
    expect(await Promise.all(statuses)).toEqual([403, 404]);
    await Promise.all(both.map((ceph) => ceph.stop()));
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends as a whole when a daemon dies, and says which', async () => {
    const ceph = await startCeph(await options());
    process.kill(ceph.pids[1] as number, 'SIGKILL');
    expect(await ceph.failed).toMatch(/^ceph-osd ended by itself with SIGKILL/);
    await goneAll(ceph.pids);
  });

  it('does not outlive its starter, whatever becomes of that', async () => {
    const root = new URL('../../../', import.meta.url);
    const part = fork(new URL('sandbox/part.ts', root), [], { cwd: root, execArgv: ['--import', 'tsx'] });
    part.send({ part: 'ceph', options: await options() } satisfies PartOrder);
    const [report] = (await once(part, 'message')) as [PartReport];
    expect(report.ready).toBe(true);
    const [, ...daemons] = treeOf(part.pid as number);
    expect(daemons).toHaveLength(3);
    part.kill('SIGKILL');
    await once(part, 'exit');
    await goneAll(daemons);
  });

  it('refuses a port that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    await expect(startCeph({ ...(await options()), port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    blocker.close();
  });
});
