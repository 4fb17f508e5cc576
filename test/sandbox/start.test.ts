import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientConfigSchema } from '../../main/lib/client-config.ts';
import { choosePorts } from '../../sandbox/ports.ts';
import { signInByScript } from '../../sandbox/scripted-sign-in.ts';
import { startSandbox } from '../../sandbox/start.ts';

// Each test starts four processes or more, and waits for nothing else.
vi.setConfig({ testTimeout: 120_000 });

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'tintype-sandbox-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const root = new URL('../../', import.meta.url);

async function statusOf(url: string): Promise<number | 'down'> {
  try {
    return (await fetch(url, { headers: { connection: 'close' } })).status;
  } catch {
    return 'down';
  }
}

/** Waits until a process that is not our child is gone: its /proc entry is the event's only trace. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      // A zombie of a reaped-late container init is as good as gone.
      if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the sandbox', () => {
  it('starts ready, keeps its secrets to itself, and comes back as it was', async () => {
    const sandbox = await startSandbox({ dir, callbackPorts: [17511], ports: 'any', quiet: true });
    const config = clientConfigSchema.parse(JSON.parse(readFileSync(sandbox.configFile, 'utf8')));
    expect(config).toEqual(sandbox.clientConfig);
    expect(config.callbackPorts).toEqual([17511]);
    expect(await statusOf(`${sandbox.apiUrl}/healthz`)).toBe(200);
    expect(statSync(path.join(dir, 'secrets.json')).mode & 0o077).toBe(0);
    expect(statSync(path.join(dir, 'cognito/keys.json')).mode & 0o077).toBe(0);

    const tokens = await signInByScript({
      url: sandbox.cognitoUrl,
      clientId: config.clientId,
      redirectUri: 'http://127.0.0.1:17511/callback',
      ...sandbox.demoUser,
    });
    await sandbox.stop();
    expect(await statusOf(sandbox.cognitoUrl)).toBe('down');

    const again = await startSandbox({ dir, callbackPorts: [17511], ports: 'any', quiet: true });
    expect(again).toMatchObject({ clientConfig: sandbox.clientConfig, store: sandbox.store });
    const me = await fetch(`${again.apiUrl}/v1/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await me.json()).toMatchObject({ name: 'Ada Demo' });
    await again.stop();
  });

  it('takes one part down and up again at the same address', async () => {
    const sandbox = await startSandbox({ dir, ports: 'any', quiet: true });
    const addresses = {
      cognito: `${sandbox.cognitoUrl}/_sandbox/cognito`,
      store: sandbox.store.url,
      backend: `${sandbox.apiUrl}/healthz`,
    };
    for (const [name, address] of Object.entries(addresses) as [keyof typeof addresses, string][]) {
      const pid = sandbox.pids[name] as number;
      await sandbox.stopPart(name);
      expect(await statusOf(address), name).toBe('down');
      expect(sandbox.pids[name]).toBeUndefined();
      await sandbox.startPart(name);
      expect(await statusOf(address), name).not.toBe('down');
      expect(sandbox.pids[name]).not.toBe(pid);
    }
    expect(await statusOf(addresses.backend)).toBe(200);
    await sandbox.stop();
  });

  it('takes the usual ports where they are free, and others where they are not', async () => {
    const taken = mkdtempSync(path.join(tmpdir(), 'tintype-sandbox-'));
    const file = path.join(taken, 'ports.json');
    const blocker = createServer().listen(9472, '127.0.0.1');
    // If somebody else has it already, just as well.
    await once(blocker, 'listening').catch(() => {});
    const { ports } = await choosePorts(file, { store: 20_001 });
    expect(ports.backend).not.toBe(9472);
    expect(ports.store).toBe(20_001);
    expect(Math.max(...Object.values(ports))).toBeLessThan(32_768);
    blocker.close();
    rmSync(taken, { recursive: true });
  });

  it('runs beside another one', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'tintype-sandbox-'));
    const [first, second] = await Promise.all([
      startSandbox({ dir, ports: 'any', quiet: true }),
      startSandbox({ dir: other, ports: 'any', quiet: true }),
    ]);
    expect(
      new Set([first, second].flatMap((sandbox) => [sandbox.apiUrl, sandbox.cognitoUrl, sandbox.store.url]))
        .size,
    ).toBe(6);
    await Promise.all([first.stop(), second.stop()]);
    rmSync(other, { recursive: true });
  });

  it('says which part did not start, where its log is, and leaves nothing behind', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const sandbox = await startSandbox({ dir, ports: 'any', quiet: true });
    await sandbox.stop();
    await expect(startSandbox({ dir, ports: { store: port }, quiet: true })).rejects.toThrow(
      /store did not start.*store\.log/s,
    );
    expect(await statusOf(sandbox.cognitoUrl)).toBe('down');
    blocker.close();
  });
});

describe('the command', () => {
  const start = () =>
    spawn(
      process.execPath,
      ['--import', 'tsx', 'sandbox/start.ts', '--dir', dir, '--callback-ports', '17521,17522'],
      {
        cwd: root,
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
  const ready = async (child: ReturnType<typeof start>) => {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return JSON.parse(line) as {
      ready: true;
      apiUrl: string;
      pids: Record<string, number>;
      clientConfig: object;
    };
  };

  it('prints one line of facts, and stops at the end of stdin', async () => {
    const child = start();
    const facts = await ready(child);
    expect(facts).toMatchObject({ ready: true, clientConfig: { callbackPorts: [17521, 17522] } });
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await statusOf(`${facts.apiUrl}/healthz`)).toBe('down');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops on %s', async (signal) => {
    const child = start();
    const { pids } = await ready(child);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    await Promise.all(Object.values(pids).map(gone));
  });

  it('leaves nothing running even when it is killed', async () => {
    const child = start();
    const { pids } = await ready(child);
    expect(Object.keys(pids)).toHaveLength(3);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await Promise.all(Object.values(pids).map(gone));
  });
});

describe('a part', () => {
  it('ends with its parent before it was told anything', async () => {
    const child = fork(new URL('sandbox/part.ts', root), [], { cwd: root, execArgv: ['--import', 'tsx'] });
    await once(child, 'spawn');
    child.disconnect();
    await once(child, 'exit');
  });
});
