/** Real proxies of the system, each in a process of its own, and one of ours where those cannot do it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePorts } from '../../sandbox/ports.ts';
import { until } from '../e2e/until.ts';

export interface TestProxy {
  port: number;
  /** Where tunnels were asked for so far, in order: `127.0.0.1:443`. Microsocks does not tell. */
  tunnels(): string[];
  /** Ends it with every tunnel through it. */
  stop(): Promise<void>;
}

interface Login {
  user: string;
  password: string;
}

const packages = { tinyproxy: 'tinyproxy', microsocks: 'microsocks', certutil: 'libnss3-tools' } as const;

/** Why what needs these programs cannot be tested here; undefined when it can. */
export function lackOf(...programs: (keyof typeof packages)[]): string | undefined {
  const missing = programs.filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length === 0) return undefined;
  return `${missing.join(', ')} not installed (Debian: ${missing.map((name) => packages[name]).join(' ')})`;
}

const running = new Set<TestProxy>();

/** Ends every proxy that still runs; belongs into `afterEach` or `afterAll`. */
export async function stopProxies(): Promise<void> {
  await Promise.all([...running].map((proxy) => proxy.stop()));
}

/** A proxy that knows CONNECT; with `login` it asks for it (Basic). */
export async function startTinyproxy(options: { login?: Login; port?: number } = {}): Promise<TestProxy> {
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-proxy-'));
  const config = path.join(dir, 'tinyproxy.conf');
  const lines = [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 600', 'MaxClients 100', 'DisableViaHeader Yes'];
  if (options.login !== undefined) lines.push(`BasicAuth ${options.login.user} ${options.login.password}`);
  fs.writeFileSync(config, `${lines.join('\n')}\n`);
  const child = spawn('tinyproxy', ['-d', '-c', config], { stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  await until('tinyproxy listens', () => log.includes('Accepting connections'));
  return track(child, port, dir, () =>
    [...log.matchAll(/\): CONNECT (\S+) HTTP/g)].map(([, target = '']) => target),
  );
}

/** A SOCKS5 proxy. */
export async function startMicrosocks(): Promise<TestProxy> {
  const [port = 0] = await freePorts(1);
  const child = spawn('microsocks', ['-i', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const listens = (): boolean =>
    fs
      .readFileSync('/proc/net/tcp', 'utf8')
      .includes(`0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`);
  await until('microsocks listens', listens);
  return track(child, port, undefined, () => []);
}

/**
 * A proxy that alone knows where these names lead, as in networks whose computers resolve nothing from outside. It knows
 * CONNECT to them and nothing else. With `login` it asks for it (Basic) as RFC 9110 has it: 407 to a wrong one too, to
 * which tinyproxy says 401.
 */
export async function startNamingProxy(
  names: readonly string[],
  { login }: { login?: Login } = {},
): Promise<TestProxy> {
  const wanted = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const asked: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  server.on('connect', ({ url = '', headers }, socket) => {
    if (wanted !== undefined && headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm="The office"\r\n\r\n');
      return;
    }
    asked.push(url);
    const { hostname, port } = new URL(`tunnel://${url}`);
    if (!names.includes(hostname)) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const onward = net.connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TestProxy = {
    port: (server.address() as net.AddressInfo).port,
    tunnels: () => [...asked],
    stop: async () => {
      running.delete(proxy);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  running.add(proxy);
  return proxy;
}

function track(
  child: ChildProcess,
  port: number,
  dir: string | undefined,
  tunnels: () => string[],
): TestProxy {
  const exited = once(child, 'exit');
  const proxy: TestProxy = {
    port,
    tunnels,
    stop: async () => {
      running.delete(proxy);
      child.kill('SIGKILL');
      await exited;
      if (dir !== undefined) fs.rmSync(dir, { recursive: true, force: true });
    },
  };
  running.add(proxy);
  return proxy;
}
