/** Sign-in as the app runs it, against the Cognito stand-in, with a scripted browser and a clock that a test moves. */
import net from 'node:net';
import path from 'node:path';
import { afterEach } from 'vitest';
import { AuthError } from '../../../../main/auth/auth-error.ts';
import { createAuth, type Auth, type AuthDeps } from '../../../../main/auth/auth.ts';
import type { TokenVault } from '../../../../main/auth/token-vault.ts';
import type { ClientConfig } from '../../../../main/lib/client-config.ts';
import type { LogFields } from '../../../../main/lib/log.ts';
import type { AuthState } from '../../../../preload/contract/model.ts';
import { createTranslator } from '../../../../preload/language/translator.ts';
import { makePoolKeys, savePoolKeys, type PoolKeys } from '../../../../sandbox/cognito/keys.ts';
import { startCognito, type Cognito } from '../../../../sandbox/cognito/server.ts';
import { freePorts } from '../../../../sandbox/ports.ts';
import { ScriptedBrowser } from '../../../../sandbox/scripted-sign-in.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';

export const ada = {
  sub: '8d7c1f5e-0001-4000-8000-000000000001',
  email: 'ada@example.org',
  password: 'Analytical-Engine-1843',
  name: 'Ada Lovelace',
};
export const bob = {
  ...ada,
  sub: '8d7c1f5e-0002-4000-8000-000000000002',
  email: 'bob@example.org',
  name: 'Bob',
};

const english = createTranslator('en');

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Holds a port, as some other program would. */
export async function occupy(port: number): Promise<{ port: number; close: () => Promise<void> }> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  return { port: (server.address() as net.AddressInfo).port, close };
}

export interface Pool extends Cognito {
  config: ClientConfig;
  /** Stops the pool and starts it again at the same address, with what it knew. */
  restart(): Promise<void>;
}

/** Made once: two RSA keys for each pool would be most of what these tests do. */
let poolKeys: Promise<PoolKeys> | undefined;

export async function startPool(options: { clientSecret?: string } = {}): Promise<Pool> {
  const [port = 0, ...callbackPorts] = await freePorts(3);
  const start = (): Promise<Cognito> =>
    startCognito({ port, dir, callbackPorts, users: [ada, bob], ...options });
  const dir = tempDir();
  poolKeys ??= makePoolKeys();
  savePoolKeys(path.join(dir, 'keys.json'), await poolKeys);
  let running = await start();
  let up = true;
  const stop = async (): Promise<void> => {
    if (!up) return;
    up = false;
    await running.stop();
  };
  closers.push(stop);
  const config: ClientConfig = {
    apiUrl: 'http://127.0.0.1:1',
    region: running.region,
    userPoolId: running.userPoolId,
    clientId: running.clientId,
    domain: running.url,
    issuer: running.issuer,
    callbackPorts,
    scopes: ['openid', 'profile', 'email'],
    ...options,
  };
  return {
    ...running,
    config,
    control: (change) => running.control(change),
    rollKeys: (keepOld) => running.rollKeys(keepOld),
    stop,
    restart: async () => {
      await stop();
      running = await start();
      up = true;
    },
  };
}

/** Keeps tokens in memory, and fails while `locked`. */
export class MemoryVault implements TokenVault {
  readonly tokens = new Map<string, string>();
  locked = false;
  readonly #unlessLocked = <T>(work: () => T): Promise<T> =>
    this.locked ? Promise.reject(new AuthError('keychain_unavailable')) : Promise.resolve(work());
  load = (sub: string): Promise<string | null> => this.#unlessLocked(() => this.tokens.get(sub) ?? null);
  save = (sub: string, token: string): Promise<void> =>
    this.#unlessLocked(() => {
      this.tokens.set(sub, token);
    });
  forget = (sub: string): Promise<void> =>
    this.#unlessLocked(() => {
      this.tokens.delete(sub);
    });
}

export interface AuthRig {
  auth: Auth;
  clock: ManualClock;
  vault: MemoryVault;
  profileFile: string;
  browser: ScriptedBrowser;
  states: AuthState[];
  log: { event: string; fields: LogFields }[];
  /** Addresses that the system's browser was asked to open. */
  opened: string[];
  copied: string[];
  focused: number;
  /** Requests of the app itself: `POST /oauth2/token`. */
  requests: string[];
  /** Resolves with the first state, from now on, that passes. */
  until(passes: (state: AuthState) => boolean): Promise<AuthState>;
  untilLogged(event: string): Promise<LogFields>;
  /** Resolves once the app has made so many requests in all. */
  untilRequested(count: number): Promise<unknown>;
  /** Signs in at the hosted page; resolves with the address and the text where the browser ended. */
  visit(
    url: string,
    user: typeof ada | null,
    form?: Record<string, string>,
  ): Promise<{ url: string; text: string }>;
  /** The whole way: click, browser, form. */
  signIn(user?: typeof ada): Promise<void>;
  /** The same user-data folder and keychain, in a new process as it were. */
  restart(overrides?: Partial<AuthDeps>): Promise<AuthRig>;
}

export function startAuth(config: ClientConfig, overrides: Partial<AuthDeps> = {}, like?: AuthRig): AuthRig {
  const watchers = new Set<() => void>();
  const notify = (): void => {
    for (const watch of watchers) watch();
  };
  const eventually = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const watch = (): void => {
        const found = find();
        if (found === undefined) return;
        watchers.delete(watch);
        resolve(found);
      };
      watchers.add(watch);
      watch();
    });
  const clock = (overrides.clock as ManualClock | undefined) ?? manualClock();
  const vault = (overrides.vault as MemoryVault | undefined) ?? like?.vault ?? new MemoryVault();
  const profileFile = like?.profileFile ?? path.join(tempDir(), 'profile.json');
  const send = overrides.fetch ?? fetch;

  const auth = createAuth({
    config,
    profileFile,
    openExternal: async (url) => {
      rig.opened.push(url);
      notify();
    },
    copyText: (text) => {
      rig.copied.push(text);
    },
    focusApp: () => {
      rig.focused++;
    },
    language: () => english,
    random: () => 0.5,
    onState: (state) => {
      rig.states.push(state);
      notify();
    },
    log: (event, fields = {}) => {
      rig.log.push({ event, fields });
      notify();
    },
    ...overrides,
    vault,
    clock,
    fetch: (input, init) => {
      rig.requests.push(`${init.method ?? 'GET'} ${new URL(input).pathname}`);
      notify();
      return send(input, init);
    },
  });
  const rig: AuthRig = {
    auth,
    clock,
    vault,
    profileFile,
    browser: like?.browser ?? new ScriptedBrowser(),
    states: [],
    log: [],
    opened: [],
    copied: [],
    focused: 0,
    requests: [],
    until: (passes) => {
      const from = rig.states.length;
      return passes(auth.state())
        ? Promise.resolve(auth.state())
        : eventually(() => rig.states.slice(from).find(passes));
    },
    untilLogged: (event) => eventually(() => rig.log.find((line) => line.event === event)?.fields),
    untilRequested: (count) => eventually(() => rig.requests[count - 1]),
    visit: async (url, user, form = { do: 'sign-in' }) => {
      let end = await rig.browser.open(url, 'none');
      if (user !== null && end.page?.ok === true) {
        const text = await end.page.text();
        if (!text.includes('name="password"')) return { url: end.url, text };
        end = await rig.browser.open(end.url, 'none', {
          email: user.email,
          password: user.password,
          ...form,
        });
      }
      return { url: end.url, text: (await end.page?.text()) ?? '' };
    },
    signIn: async (user = ada) => {
      const ended = auth.signIn();
      await rig.visit(await waitingUrl(rig), user);
      await ended;
    },
    restart: async (more = {}) => {
      await auth.stop();
      return startAuth(config, { ...overrides, ...more }, rig);
    },
  };
  closers.push(() => auth.stop());
  return rig;
}

/** The address that the browser was sent to, once the attempt waits for it. */
export async function waitingUrl(rig: AuthRig): Promise<string> {
  const state = await rig.until(
    (candidate) => candidate.kind === 'signingIn' && candidate.step === 'waiting',
  );
  if (state.kind !== 'signingIn' || state.openAgainUrl === null)
    throw new Error(`not waiting: ${state.kind}`);
  return state.openAgainUrl;
}
