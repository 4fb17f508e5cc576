/**
 * Starts the whole sandbox: the Cognito stand-in, the object store and the backend, each in a process of its
 * own on 127.0.0.1. Everything is kept in one folder, so that stopping and starting again brings back the same
 * addresses, people, sessions, photos and records.
 *
 *   node --import tsx sandbox/start.ts --dir DIR [--callback-ports 17501,17502] [--store sandbox|ceph]
 *
 * prints one line of JSON when all are ready, and stops at the end of stdin, on SIGINT and on SIGTERM.
 *
 * The store is the sandbox's own, or a real Ceph RADOS Gateway where that is installed. Ceph's is in memory: its photos,
 * and so the records of them, are gone when it stops.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { cephLack, cephRoleArn } from './ceph/server.ts';
import type { SandboxUser } from './cognito/provider.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { clientId, region, userPoolId } from './cognito/pool.ts';
import { choosePorts, keepPorts } from './ports.ts';
import type { PartOrder } from './part.ts';
import type { PartName, Ports } from './ports.ts';
import { prepareRecords } from './records.ts';

/** Which object store the photos go to. */
export type ObjectStore = 'sandbox' | 'ceph';

export interface SandboxOptions {
  /** Everything the sandbox keeps; made if missing. */
  dir: string;
  /** Ports of the app's loopback redirect that the user pool knows. */
  callbackPorts?: readonly number[];
  /** `any` leaves the usual ports to others; tests do, as several sandboxes may come and go on one machine. */
  ports?: Partial<Ports> | 'any';
  /** `sandbox`, its own, unless told otherwise. */
  objectStore?: ObjectStore;
  /** Where the app is to find backend and store, when something stands between it and them. */
  addresses?: { backend?: string; store?: string };
  /** How long upload grants last, in seconds (900 or more); as long as the backend likes unless told otherwise. */
  grantSeconds?: number;
  /**
   * Makes the pool's client a confidential one. The backend tells nobody, so that the secret is in `configFile` and not in
   * `clientConfig`.
   */
  clientSecret?: string;
  /** No progress lines on stderr. */
  quiet?: boolean;
}

export interface Sandbox {
  /** A file with the client configuration, for `--config` and TINTYPE_CONFIG. */
  configFile: string;
  /** The same as GET /v1/client-config answers. */
  clientConfig: Record<string, unknown>;
  /** As the app finds it. */
  apiUrl: string;
  /** As the backend finds it. */
  store: { url: string; accessKeyId: string; secretAccessKey: string; region: string; bucket: string };
  cognitoUrl: string;
  demoUser: Omit<SandboxUser, 'sub'>;
  secondUser: Omit<SandboxUser, 'sub'>;
  /** Of the processes that run now. */
  readonly pids: Partial<Record<PartName, number>>;
  /** Stops one server and frees its port; what it keeps stays. */
  stopPart(name: PartName): Promise<void>;
  /** Starts a stopped server again at the same address. */
  startPart(name: PartName): Promise<void>;
  stop(): Promise<void>;
}

const bucket = 'tintype-photos';
/** What the backend must know of a store beyond its address. */
const storeTraits = {
  sandbox: { checksum: 'SHA256', roleArn: 'arn:aws:iam::000000000000:role/tintype-upload' },
  // It ignores x-amz-checksum-*.
  ceph: { checksum: 'MD5', roleArn: cephRoleArn },
} as const satisfies Record<ObjectStore, { checksum: 'SHA256' | 'MD5'; roleArn: string }>;
const readyWithinMs = 30_000;
const readyEveryMs = 200;
const defaultCallbackPorts = [17501, 17502, 17503];
const partNames = ['cognito', 'store', 'backend'] as const;

/** The two people of the sandbox; what they may see is on this machine alone. */
export const sandboxUsers = {
  demo: {
    sub: 'c0ffee00-0001-4000-8000-00000000ada0',
    email: 'demo@tintype.example',
    password: 'tintype-demo',
    name: 'Ada Demo',
  },
  second: {
    sub: 'c0ffee00-0002-4000-8000-00000000bea0',
    email: 'second@tintype.example',
    password: 'tintype-second',
    name: 'Bea Second',
  },
} as const satisfies Record<string, SandboxUser>;

/**
 * Starts all three parts and waits until each is ready.
 * Throws with the failing part's name and the place of its log; nothing is left running then.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const dir = resolve(options.dir);
  const lack = options.objectStore === 'ceph' ? cephLack() : undefined;
  if (lack !== undefined) throw new Error(lack);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // A new store in memory is empty, and so is the library that goes with it.
  if (options.objectStore === 'ceph') rmSync(join(dir, 'records'), { recursive: true, force: true });
  const say = (line: string): void => {
    if (options.quiet !== true) console.error(`sandbox: ${line}`);
  };
  const portsFile = join(dir, 'ports.json');
  // A port can be taken between looking and listening; ports that nobody has come to rely on are chosen anew.
  for (let attempt = 1; ; attempt += 1) {
    const { ports, fresh } = await choosePorts(portsFile, options.ports ?? {});
    try {
      const sandbox = await startOn(ports, { ...options, dir }, say);
      keepPorts(portsFile, ports);
      return sandbox;
    } catch (error) {
      if (!fresh || attempt === 5 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

async function startOn(
  ports: Ports,
  {
    dir,
    callbackPorts = defaultCallbackPorts,
    objectStore = 'sandbox',
    addresses = {},
    grantSeconds,
    clientSecret,
  }: SandboxOptions,
  say: (line: string) => void,
): Promise<Sandbox> {
  const secrets = openSecrets(join(dir, 'secrets.json'));
  const configFile = join(dir, 'client-config.json');
  const cognitoUrl = `http://127.0.0.1:${ports.cognito}`;
  const storeUrl = `http://127.0.0.1:${ports.store}`;
  const backendUrl = `http://127.0.0.1:${ports.backend}`;
  const apiUrl = addresses.backend ?? backendUrl;
  const confidential = clientSecret === undefined ? {} : { clientSecret };
  const running: Partial<Record<PartName, Child>> = {};

  async function startPart(name: PartName): Promise<void> {
    if (running[name] !== undefined) return;
    const logFile = join(dir, `${name}.log`);
    const onExit = (code: string): void => {
      delete running[name];
      say(`${name} ended by itself (${code}); its log is ${logFile}`);
    };
    if (name === 'backend') {
      await prepareRecords(join(dir, 'records'));
      running[name] = await startChild({
        name,
        file: 'backend/main.ts',
        logFile,
        env: backendEnvironment(),
        onExit,
      });
      return;
    }
    running[name] = await startChild({
      name,
      file: 'sandbox/part.ts',
      logFile,
      env: {},
      onExit,
      order: name === 'cognito' ? cognitoOrder() : storeOrder(),
    });
  }

  function cognitoOrder(): PartOrder {
    const users = Object.values(sandboxUsers);
    const options = { dir: join(dir, 'cognito'), port: ports.cognito, callbackPorts, users, ...confidential };
    return { part: 'cognito', options };
  }

  function storeOrder(): PartOrder {
    const options = { port: ports.store, ...secrets, bucket };
    return objectStore === 'ceph'
      ? { part: 'ceph', options: { ...options, dir: join(dir, 'ceph') } }
      : { part: 'store', options: { ...options, dir: join(dir, 'store'), region } };
  }

  function backendEnvironment(): Record<string, string> {
    return {
      PORT: String(ports.backend),
      PUBLIC_URL: apiUrl,
      ISSUER: `${cognitoUrl}/${userPoolId}`,
      CLIENT_ID: clientId,
      COGNITO_DOMAIN: cognitoUrl,
      REGION: region,
      USER_POOL_ID: userPoolId,
      CALLBACK_PORTS: callbackPorts.join(','),
      PGLITE_DIR: join(dir, 'records'),
      S3_BUCKET: bucket,
      S3_REGION: region,
      S3_ENDPOINT: storeUrl,
      S3_PUBLIC_ENDPOINT: addresses.store ?? storeUrl,
      S3_FORCE_PATH_STYLE: 'true',
      S3_CHECKSUM: storeTraits[objectStore].checksum,
      STS_ENDPOINT: storeUrl,
      GRANT_ROLE_ARN: storeTraits[objectStore].roleArn,
      ...(grantSeconds === undefined ? {} : { GRANT_SECONDS: String(grantSeconds) }),
      AWS_ACCESS_KEY_ID: secrets.accessKeyId,
      AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey,
    };
  }

  async function stopPart(name: PartName): Promise<void> {
    const child = running[name];
    delete running[name];
    await child?.stop();
  }

  async function stop(): Promise<void> {
    // The backend first: it still talks to the other two.
    await stopPart('backend');
    await Promise.all([stopPart('cognito'), stopPart('store')]);
  }

  try {
    const outcomes = await Promise.allSettled(partNames.map(startPart));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    const clientConfig = await readJson(`${backendUrl}/v1/client-config`);
    await untilReady(`${backendUrl}/healthz`);
    writeFileSync(configFile, `${JSON.stringify({ ...clientConfig, ...confidential }, null, 2)}\n`);
    say(`ready: sign-in ${cognitoUrl}, store ${storeUrl}, backend ${apiUrl}`);
    return {
      configFile,
      clientConfig,
      apiUrl,
      store: { url: storeUrl, ...secrets, region, bucket },
      cognitoUrl,
      demoUser: withoutSub(sandboxUsers.demo),
      secondUser: withoutSub(sandboxUsers.second),
      get pids() {
        return Object.fromEntries(Object.entries(running).map(([name, child]) => [name, child.pid]));
      },
      stopPart,
      startPart,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function withoutSub({ email, password, name }: SandboxUser): Omit<SandboxUser, 'sub'> {
  return { email, password, name };
}

/** The store's one key pair, made on first use and readable by the owner alone. */
function openSecrets(file: string): { accessKeyId: string; secretAccessKey: string } {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof openSecrets>;
  const secrets = {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  };
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

async function readJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** On a busy computer what the backend stands on may take a while to answer it in time. */
async function untilReady(url: string): Promise<void> {
  for (const deadline = Date.now() + readyWithinMs; ; await pause(readyEveryMs)) {
    try {
      await readJson(url);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      'callback-ports': { type: 'string' },
      store: { type: 'string', default: 'sandbox' },
      quiet: { type: 'boolean' },
    },
  });
  if (values.dir === undefined) {
    console.error('Say where the sandbox keeps its data: --dir DIR');
    process.exit(2);
  }
  if (values.store !== 'sandbox' && values.store !== 'ceph') {
    console.error(`There is no store ${values.store}: say sandbox or ceph.`);
    process.exit(2);
  }
  const callbackPorts = values['callback-ports']?.split(',').map(Number);
  const starting = startSandbox({
    dir: values.dir,
    ...(callbackPorts === undefined ? {} : { callbackPorts }),
    objectStore: values.store,
    quiet: values.quiet === true,
  });
  let stopping = false;
  const end = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await (await starting).stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void end());
  process.on('SIGTERM', () => void end());
  process.stdin.on('end', () => void end()).resume();
  const { stopPart: _1, startPart: _2, stop: _3, ...facts } = await starting;
  console.log(JSON.stringify({ ready: true, ...facts }));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
