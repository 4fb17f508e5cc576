/**
 * The real app in an organisation's network: a proxy that wants a password, and https under an authority that only the
 * system's store knows, in front of sign-in, backend and store.
 */
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import keytar from 'keytar';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePorts } from '../../sandbox/ports.ts';
import { trustAuthority } from '../support/certificate-store.ts';
import { openGate, type HttpGate } from '../support/http-gate.ts';
import { closedPort, serve } from '../support/http-server.ts';
import { makePrivateCa } from '../support/private-ca.ts';
import { tempDir } from '../support/temp-dir.ts';
import { lackOf, startNamingProxy, startTinyproxy, stopProxies, type TestProxy } from '../support/proxies.ts';
import type { RunningApp } from './harness.ts';
import { makePhotos } from './photos.ts';
import { expectStoredOnce } from './stored.ts';
import { accountText, allRows, ask, signIn, summaryOf, untilDone } from './window.ts';
import { openWorld, type World } from './world.ts';

const lack = lackOf('tinyproxy', 'certutil');
if (lack !== undefined) console.log(`skipped: the app in an organisation's network. ${lack}`);

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const login = { user: 'ada', password: 'Zinnober-4711' };
const keychainService = 'Tintype proxy';

const hostOf = ({ url }: HttpGate): string => new URL(url).host;

interface Organisation {
  world: World;
  gates: Record<'cognito' | 'backend' | 'store', HttpGate>;
  configFile: string;
  close(): Promise<void>;
}

/** A library and its sign-in behind https of an authority that the system knows, by these names. */
async function openOrganisation(
  names: Record<'cognito' | 'backend' | 'store', string>,
): Promise<Organisation> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-home-'));
  const ca = makePrivateCa(tempDir());
  trustAuthority(home, ca.file);
  const [cognito = 0, backend = 0, store = 0] = await freePorts(3);
  const gate = async (port: number, name: string): Promise<HttpGate> => {
    const kind = name.startsWith('127.') ? 'IP' : 'DNS';
    const opened = await openGate(`http://127.0.0.1:${port}`, ca.issue([`${kind}:${name}`]));
    const url = `https://${name}:${new URL(opened.url).port}`;
    // The rest of it stays as it is, and goes on counting.
    return Object.create(opened, { url: { value: url } }) as HttpGate;
  };
  const gates = {
    cognito: await gate(cognito, names.cognito),
    backend: await gate(backend, names.backend),
    store: await gate(store, names.store),
  };
  const world = await openWorld(
    {
      ports: { cognito, backend, store },
      addresses: { backend: gates.backend.url, store: gates.store.url },
    },
    { home, localNames: Object.values(names) },
  );
  const configFile = path.join(home, 'client-config.json');
  fs.writeFileSync(configFile, JSON.stringify({ ...world.sandbox.clientConfig, domain: gates.cognito.url }));
  return {
    world,
    gates,
    configFile,
    close: async () => {
      await world.close();
      await Promise.all(Object.values(gates).map((one) => one.close()));
      fs.rmSync(home, { recursive: true, force: true });
    },
  };
}

async function answer({ page }: RunningApp, { user, password }: typeof login): Promise<void> {
  await page.getByTestId('proxy-user').fill(user);
  await page.getByTestId('proxy-password').fill(password);
  await page.getByTestId('proxy-submit').click();
}
const dialogGone = ({ page }: RunningApp): Promise<void> =>
  page.getByTestId('proxy-dialog').waitFor({ state: 'detached' });

describe.skipIf(lack !== undefined)('in an organisation’s network', () => {
  let organisation: Organisation;
  let world: World;
  let gates: Organisation['gates'];
  let proxy: TestProxy;

  beforeAll(async () => {
    const name = '127.0.0.1';
    organisation = await openOrganisation({ cognito: name, backend: name, store: name });
    ({ world, gates } = organisation);
  });
  afterEach(async () => {
    await world.startOver();
    for (const { account } of await keytar.findCredentials(keychainService))
      if (account === address()) await keytar.deletePassword(keychainService, account);
    await stopProxies();
  });
  afterAll(() => organisation.close());

  const address = (): string => `127.0.0.1:${proxy.port}`;
  /** What a desktop sets for programs; Chromium leaves loopback addresses out of it unless told not to. */
  const systemSettings = (): Record<string, string> => ({
    http_proxy: `http://${address()}`,
    https_proxy: `http://${address()}`,
    no_proxy: '<-loopback>',
  });
  const launch = (userDataDir: string, file: string | null = organisation.configFile): Promise<RunningApp> =>
    world.launch({ userDataDir, configFile: file, env: systemSettings() });

  /** Everything that the app has written to its folder and said. */
  function written(app: RunningApp, userDataDir: string): string {
    const files = fs
      .readdirSync(userDataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
    return [...files, app.logs()].join('\n');
  }

  test('signs in and uploads through a proxy with a password, over https of a private authority', async () => {
    proxy = await startTinyproxy({ login });
    const userDataDir = world.newDir('user-data');
    const app = await launch(userDataDir);
    await app.page.getByTestId('sign-in').click();
    // Asked for while the browser is open, so that what it brings back is not lost.
    await app.page.getByTestId('proxy-dialog').waitFor();
    await answer(app, { ...login, password: 'wrong-Zinnober' });
    await app.page.getByTestId('proxy-wrong').waitFor();
    await answer(app, login);
    await dialogGone(app);
    await world.browser.signIn(world.sandbox.demoUser);
    await expect.poll(() => accountText(app)).toContain(world.sandbox.demoUser.email);

    const photos = await makePhotos(world.newDir('photos'), 12, { bytes: 80_000 });
    // One that goes up in parts.
    photos.push(...(await makePhotos(world.newDir('large'), 1, { bytes: 20_000_000 })));
    await app.dropPaths(photos.map((photo) => photo.path));
    await untilDone(app.page, photos.length);
    await expectStoredOnce(world.sandbox.store, photos);
    expect((await allRows(app.page)).map(({ state }) => state.kind)).toEqual(photos.map(() => 'done'));

    // All of them went that way, and nothing went anywhere else.
    expect([...new Set(proxy.tunnels())].sort()).toEqual(Object.values(gates).map(hostOf).sort());
    expect(gates.store.requests.filter(({ method }) => method === 'PUT').length).toBeGreaterThan(12);
    await expect
      .poll(() => keytar.getPassword(keychainService, address()))
      .toBe(`${login.user}\n${login.password}`);
    expect(written(app, userDataDir)).not.toContain('Zinnober');
    await app.close();

    // The keychain knows it now: nobody is asked again.
    const again = await launch(userDataDir);
    await expect.poll(() => accountText(again)).toContain(world.sandbox.demoUser.email);
    const more = await makePhotos(world.newDir('photos'), 3);
    await again.dropPaths(more.map((photo) => photo.path));
    await untilDone(again.page, photos.length + more.length);
    await expect.poll(() => again.page.getByTestId('proxy-banner').count()).toBe(0);
  });

  test('waits without the password and touches no photo, until it is given', async () => {
    proxy = await startTinyproxy();
    const userDataDir = world.newDir('user-data');
    const app = await launch(userDataDir);
    await signIn(app, world.browser, world.sandbox.demoUser);
    // From now on it wants one.
    const { port } = proxy;
    await proxy.stop();
    proxy = await startTinyproxy({ login, port });
    const photos = await makePhotos(world.newDir('photos'), 8, { bytes: 60_000 });
    await app.dropPaths(photos.map((photo) => photo.path));
    await app.page.getByTestId('proxy-dialog').waitFor();
    await app.page.getByTestId('proxy-cancel').click();
    await dialogGone(app);
    await app.page.getByTestId('proxy-banner').waitFor();
    await expect.poll(async () => (await summaryOf(app.page)).paused).toBe('proxyAuth');
    expect((await allRows(app.page)).map(({ attempts }) => attempts)).toEqual(photos.map(() => 0));

    await app.page.getByTestId('proxy-open').click();
    await answer(app, login);
    await untilDone(app.page, photos.length);
    await expectStoredOnce(world.sandbox.store, photos);
    await expect.poll(() => app.page.getByTestId('proxy-banner').count()).toBe(0);
  });

  test('finds the library at the first run, once the proxy has its password', async () => {
    proxy = await startTinyproxy({ login });
    const app = await launch(world.newDir('user-data'), null);
    await app.page.getByTestId('address').fill(gates.backend.url);
    await app.page.getByTestId('connect').click();
    await app.page.getByTestId('proxy-dialog').waitFor();
    await answer(app, { ...login, password: 'wrong' });
    await app.page.getByTestId('proxy-wrong').waitFor();
    await answer(app, login);
    await dialogGone(app);
    await app.page.locator('[data-testid=problem][data-code=config_proxy_password]').waitFor();
    await app.page.getByTestId('connect').click();
    await app.page.getByTestId('view-signed-out').waitFor();
  });

  test('says that a certificate is not trusted where the system does not know its authority', async () => {
    proxy = await startTinyproxy();
    const app = await world.launch({
      configFile: null,
      home: world.newDir('home'),
      env: systemSettings(),
    });
    await app.page.getByTestId('address').fill(gates.backend.url);
    await app.page.getByTestId('connect').click();
    await app.page.locator('[data-testid=problem][data-code=config_certificate]').waitFor();
  });
});

describe('at an address where anybody may answer', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterEach(() => world.startOver());
  afterAll(() => world.close());

  test('takes neither a made-up status nor a reply without end, and lives on', async () => {
    const { page } = await world.launch({ configFile: null });
    await page.getByTestId('view-unconfigured').waitFor();
    const odd = await serve((_request, response) => response.writeHead(999).end('Who are you?'));
    await expect(ask(page, 'config.connect', odd.url)).rejects.toThrow(
      'config_unreachable","detail":"RangeError',
    );
    const piece = Buffer.alloc(64 * 1024, ' ');
    const endless = await serve((_request, response) => {
      const pour = (): void => {
        while (response.write(piece));
      };
      response.writeHead(200, { 'content-type': 'application/json' }).on('drain', pour);
      pour();
    });
    await expect(ask(page, 'config.connect', endless.url)).rejects.toThrow(
      'config_not_tintype","detail":"too long',
    );
    const address = world.sandbox.apiUrl;
    const both = await Promise.allSettled([1, 2].map(() => ask(page, 'config.connect', address)));
    expect(both.map(({ status }) => status).sort(), 'one sign-in, however often').toEqual([
      'fulfilled',
      'rejected',
    ]);
    await page.getByTestId('view-signed-out').waitFor();
  });

  test('gives up on an answer that never comes, or never ends, and hangs up', async () => {
    const { page } = await world.launch({ configFile: null });
    await page.getByTestId('view-unconfigured').waitFor();
    const hungUp: Promise<unknown>[] = [];
    const silent = await serve((request) => {
      hungUp.push(once(request.socket, 'close'));
    });
    const stalled = await serve((request, response) => {
      hungUp.push(once(request.socket, 'close'));
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': 4_096 })
        .write('{"apiUrl":');
    });
    await Promise.all(
      [silent, stalled].map(({ url }) =>
        expect(ask(page, 'config.connect', url)).rejects.toThrow(
          'config_unreachable","detail":"TimeoutError',
        ),
      ),
    );
    await Promise.all(hungUp);
    expect(hungUp).toHaveLength(2);
  });
});

describe.skipIf(lack !== undefined)('in a network with a PAC file', () => {
  const names = { cognito: 'sign-in.test', backend: 'library.test', store: 'photos.test' };
  let organisation: Organisation;

  beforeAll(async () => {
    organisation = await openOrganisation(names);
  });
  afterEach(async () => {
    await organisation.world.startOver();
    await stopProxies();
  });
  afterAll(() => organisation.close());

  /** The app with a PAC file that names a proxy which is down, and then this one. */
  async function launchBehind({ port }: TestProxy): Promise<RunningApp> {
    const ways = `PROXY 127.0.0.1:${await closedPort()}; PROXY 127.0.0.1:${port}`;
    const script = `function FindProxyForURL(url, host) {
      return dnsDomainIs(host, '.test') ? '${ways}' : 'DIRECT';
    }`;
    const pac = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/x-ns-proxy-autoconfig' }).end(script),
    );
    return organisation.world.launch({
      configFile: organisation.configFile,
      args: [`--proxy-pac-url=${pac.url}/proxy.pac`],
    });
  }

  test('signs in and uploads by the way that it names, past a proxy that is down', async () => {
    const { world, gates } = organisation;
    const proxy = await startNamingProxy(Object.values(names));
    const app = await launchBehind(proxy);
    await signIn(app, world.browser, world.sandbox.demoUser);
    const photos = await makePhotos(world.newDir('photos'), 6, { bytes: 80_000 });
    await app.dropPaths(photos.map((photo) => photo.path));
    await untilDone(app.page, photos.length);
    await expectStoredOnce(world.sandbox.store, photos);
    expect([...new Set(proxy.tunnels())].sort()).toEqual(Object.values(gates).map(hostOf).sort());
  });

  test('asks again when the proxy no longer takes the password of the keychain', async () => {
    const { world } = organisation;
    const proxy = await startNamingProxy(Object.values(names), { login });
    const account = `127.0.0.1:${proxy.port}`;
    await keytar.setPassword(keychainService, account, `${login.user}\nlast year’s`);
    try {
      const app = await launchBehind(proxy);
      await app.page.getByTestId('sign-in').click();
      await app.page.getByTestId('proxy-wrong').waitFor();
      await expect.poll(() => keytar.getPassword(keychainService, account), { timeout: 20_000 }).toBeNull();
      await answer(app, login);
      await dialogGone(app);
      await world.browser.signIn(world.sandbox.demoUser);
      await expect.poll(() => accountText(app)).toContain(world.sandbox.demoUser.email);
      await expect
        .poll(() => keytar.getPassword(keychainService, account))
        .toBe(`${login.user}\n${login.password}`);
    } finally {
      await keytar.deletePassword(keychainService, account);
    }
  });
});
