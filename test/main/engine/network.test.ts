/** The engine behind the proxies that a real network has. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/lib/clock.ts';
import { plainHost, type NetworkHost } from '../../../main/network/connections.ts';
import type { Route } from '../../../main/network/routes.ts';
import type { ProxyCredentials } from '../../../main/network/tunnel.ts';
import { sha256 } from '../../support/files.ts';
import { openGate } from '../../support/http-gate.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { makePrivateCa } from '../../support/private-ca.ts';
import { lackOf, startTinyproxy, stopProxies } from '../../support/proxies.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openTestSandbox, subOf, type TestSandbox } from '../../support/test-sandbox.ts';

const lack = lackOf('tinyproxy');
if (lack !== undefined) console.log(`skipped: the engine behind a proxy. ${lack}`);

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(() => sandbox.stop());

/** Every photo of this file has a content of its own: the library keeps what an earlier test stored. */
let seed = 70_000;
let engine: TestEngine;
beforeEach(() => sandbox.faults());
afterEach(async () => {
  await engine.stop();
  await stopProxies();
});

const login = { user: 'ada', password: 'secret' };
const via = (port: number): Route[] => [{ kind: 'http', host: '127.0.0.1', port }];

async function open(network: Partial<NetworkHost>): Promise<TestEngine> {
  engine = new TestEngine(sandbox, tempDir(), 'demo', systemClock, { ...plainHost, ...network });
  return engine.open();
}

async function dropAlbum(count: number, edge = 64): Promise<Buffer[]> {
  const folder = tempDir();
  const contents: Buffer[] = [];
  for (let index = 0; index < count; index++)
    contents.push(await writePhoto(path.join(folder, `${index}.jpg`), seed++, edge));
  await engine.drop(folder);
  return contents;
}

async function expectStored(contents: Buffer[]): Promise<void> {
  const objects = await sandbox.objects('demo');
  for (const content of contents)
    expect(objects.get(`users/${subOf('demo')}/photos/${sha256(content)}.jpg`)?.equals(content)).toBe(true);
}

const portOf = (url: string): string => new URL(url).host;

describe.skipIf(lack !== undefined)('behind a proxy', () => {
  it('reaches backend and store through it, over few tunnels', async () => {
    const proxy = await startTinyproxy();
    await open({ routes: () => Promise.resolve(via(proxy.port)) });
    const contents = await dropAlbum(40, 200);
    await engine.settled();
    await expectStored(contents);
    const tunnels = proxy.tunnels();
    expect(new Set(tunnels)).toEqual(new Set([portOf(sandbox.apiUrl), portOf(sandbox.storeUrl)]));
    // 16 requests at once to the store, two to the backend, and a probe.
    expect(tunnels.length).toBeLessThanOrEqual(20);
  });

  it('that wants a password waits for it, touches no row, and then goes on at once', async () => {
    const proxy = await startTinyproxy({ login });
    let known: ProxyCredentials | null = null;
    const asks: unknown[] = [];
    await open({
      routes: () => Promise.resolve(via(proxy.port)),
      credentials: (ask) => {
        asks.push(ask);
        return Promise.resolve(known);
      },
    });
    const contents = await dropAlbum(12);
    // Looking into the files goes on meanwhile: it needs no network.
    await engine.until(({ paused, active }) => paused === 'proxyAuth' && active.count === 0);
    expect(engine.rows().every(({ attempts, state }) => attempts === 0 && state.kind === 'waiting')).toBe(
      true,
    );
    expect(asks[0]).toEqual({ proxy: `127.0.0.1:${proxy.port}`, realm: 'Tinyproxy' });
    known = { user: 'ada', password: 'wrong' };
    await engine.call['engine.refresh']();
    await engine.until(() => asks.some((ask) => (ask as { rejected?: unknown }).rejected !== undefined));
    expect(engine.summary().paused).toBe('proxyAuth');
    known = login;
    await engine.call['engine.refresh']();
    expect(await engine.settled()).toMatchObject({ done: { count: 12 }, paused: null });
    expect(engine.rows().every(({ attempts }) => attempts === 0)).toBe(true);
    await expectStored(contents);
    const written = JSON.stringify([engine.events, engine.summaries]);
    expect(written).not.toContain('secret');
    expect(written).not.toContain('wrong');
  });

  it('that wants it on the way to the store alone leaves the rows without an attempt spent', async () => {
    const proxy = await startTinyproxy({ login });
    let known: ProxyCredentials | null = null;
    await open({
      routes: (url) => Promise.resolve(url === sandbox.storeUrl ? via(proxy.port) : [{ kind: 'direct' }]),
      credentials: () => Promise.resolve(known),
    });
    const contents = await dropAlbum(12);
    await engine.until(({ outage }) => outage === 'proxy_auth');
    expect(engine.rows().every(({ attempts }) => attempts === 0)).toBe(true);
    known = login;
    await engine.call['engine.refresh']();
    expect(await engine.settled()).toMatchObject({ done: { count: 12 } });
    await expectStored(contents);
  });

  it('that goes away and comes back is waited for', async () => {
    const proxy = await startTinyproxy();
    await open({ routes: () => Promise.resolve(via(proxy.port)) });
    await sandbox.faults({ kind: 'slow', bytesPerSecond: 100_000, match: { operation: 'PutObject' } });
    const contents = await dropAlbum(10, 300);
    await engine.until(({ speed }) => speed > 0);
    await proxy.stop();
    await engine.until(({ paused }) => paused === 'proxy');
    expect(engine.rows().every(({ attempts }) => attempts === 0)).toBe(true);
    await sandbox.faults();
    await startTinyproxy({ port: proxy.port });
    expect(await engine.settled()).toMatchObject({ done: { count: 10 } });
    await expectStored(contents);
  });
});

describe('a network with a log-in page', () => {
  it('is told from being offline, touches no row, and ends by itself', async () => {
    const gate = await openGate(sandbox.apiUrl);
    try {
      gate.begin(() => 'portal');
      engine = await new TestEngine({ ...sandbox, apiUrl: gate.url }, tempDir()).open();
      const contents = await dropAlbum(5);
      const { nextProbeAt } = await engine.until(({ paused }) => paused === 'captivePortal');
      expect(nextProbeAt).not.toBeNull();
      expect(engine.rows().every(({ attempts }) => attempts === 0)).toBe(true);
      gate.begin();
      expect(await engine.settled()).toMatchObject({ done: { count: 5 }, paused: null });
      await expectStored(contents);
    } finally {
      await gate.close();
    }
  });
});

describe('a library whose certificate is refused', () => {
  it('is waited for with that reason, and reached once the system vouches for it', async () => {
    const ca = makePrivateCa(tempDir());
    const gate = await openGate(sandbox.apiUrl, ca.issue(['IP:127.0.0.1']));
    let trusted = false;
    try {
      engine = new TestEngine({ ...sandbox, apiUrl: gate.url }, tempDir(), 'demo', systemClock, {
        ...plainHost,
        trust: () => Promise.resolve(trusted ? [ca.pem] : []),
      });
      await engine.open();
      const contents = await dropAlbum(5);
      await engine.until(({ paused }) => paused === 'certificate');
      expect(gate.requests).toEqual([]);
      expect(engine.rows().every(({ attempts }) => attempts === 0)).toBe(true);
      trusted = true;
      await engine.call['engine.refresh']();
      expect(await engine.settled()).toMatchObject({ done: { count: 5 }, paused: null });
      await expectStored(contents);
    } finally {
      await gate.close();
    }
  });
});
