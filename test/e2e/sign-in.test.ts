/** Signing in and out of the real app, through a real browser, with the system's keyring. */
import { once } from 'node:events';
import net from 'node:net';
import keytar from 'keytar';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunningApp } from './harness.ts';
import { accountText, signIn, signOut } from './window.ts';
import { openWorld, type World } from './world.ts';

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.startOver();
  for (const { account } of await keychainEntries()) await keytar.deletePassword(serviceName(), account);
});
afterAll(() => world.close());

function serviceName(): string {
  const { issuer, clientId } = world.sandbox.clientConfig;
  return `Tintype ${String(issuer)} ${String(clientId)}`;
}
const keychainEntries = (): ReturnType<typeof keytar.findCredentials> =>
  keytar.findCredentials(serviceName());

async function seesProblem({ page }: RunningApp, code: string): Promise<string> {
  const note = page.locator(`[data-testid=problem][data-code=${code}]`);
  await note.waitFor();
  return note.innerText();
}

describe('a session', () => {
  test('begins in the browser, outlives a restart, and ends everywhere at sign-out', async () => {
    const { demoUser } = world.sandbox;
    const userDataDir = world.newDir('user-data');
    const first = await world.launch({ userDataDir });
    await first.page.getByTestId('view-signed-out').waitFor();
    const account = await signIn(first, world.browser, demoUser);
    expect(account).toContain(demoUser.name);
    expect(account).toContain(demoUser.email);
    await expect.poll(async () => (await keychainEntries()).length).toBe(1);
    await first.close();

    const opened = world.browser.urls.length;
    const second = await world.launch({ userDataDir });
    expect(await accountText(second)).toContain(demoUser.email);
    expect(world.browser.urls).toHaveLength(opened);

    await signOut(second);
    const signedOutPage = await world.browser.nextPage('sign-out');
    await signedOutPage.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/signed-out/);
    await expect.poll(keychainEntries).toEqual([]);

    // The hosted session has ended too: whoever signs in next is asked for a password, and may be somebody else.
    const { secondUser } = world.sandbox;
    expect(await signIn(second, world.browser, secondUser)).toContain(secondUser.email);
    await signOut(second);
    await world.browser.nextPage('sign-out');
    await second.close();

    const third = await world.launch({ userDataDir });
    await third.page.getByTestId('view-signed-out').waitFor();
  });

  test('opens on the last known person while the network is away', async () => {
    const userDataDir = world.newDir('user-data');
    const online = await world.launchSignedIn({ userDataDir });
    await expect.poll(async () => (await keychainEntries()).length).toBe(1);
    await online.close();

    await Promise.all((['backend', 'cognito'] as const).map(world.sandbox.stopPart));
    try {
      const offline = await world.launch({ userDataDir });
      expect(await accountText(offline)).toContain(world.sandbox.demoUser.email);
      await offline.page.getByTestId('offline-banner').waitFor();
    } finally {
      await Promise.all((['backend', 'cognito'] as const).map(world.sandbox.startPart));
    }
  });

  test('is found by the address of the library when there is no configuration', async () => {
    const userDataDir = world.newDir('user-data');
    const app = await world.launch({ userDataDir, configFile: null });
    await app.page.getByTestId('view-unconfigured').waitFor();
    await app.page.getByRole('textbox').fill(world.sandbox.store.url);
    await app.page.getByRole('button', { name: 'Connect' }).click();
    await seesProblem(app, 'config_not_tintype');
    await app.page.getByRole('textbox').fill(world.sandbox.apiUrl);
    await app.page.getByRole('button', { name: 'Connect' }).click();
    await app.page.getByTestId('view-signed-out').waitFor();
    const { demoUser } = world.sandbox;
    expect(await signIn(app, world.browser, demoUser)).toContain(demoUser.email);
    await app.close();

    const again = await world.launch({ userDataDir, configFile: null });
    expect(await accountText(again)).toContain(world.sandbox.demoUser.email);
  });
});

async function expectSignInWorks(app: RunningApp): Promise<void> {
  expect(await signIn(app, world.browser, world.sandbox.demoUser)).toContain(world.sandbox.demoUser.email);
}

describe('a sign-in that fails says so and leaves a way on', () => {
  test('cancelled in the window', async () => {
    const app = await world.launch();
    await app.page.getByTestId('sign-in').click();
    const page = await world.browser.nextPage('sign-in');
    await page.getByLabel('Email').waitFor();
    await app.page.getByTestId('cancel-sign-in').click();
    expect(await seesProblem(app, 'auth_cancelled')).toContain('Sign in');
    await expectSignInWorks(app);
  });

  test('refused on the hosted page', async () => {
    const app = await world.launch();
    await app.page.getByTestId('sign-in').click();
    const page = await world.browser.nextPage('sign-in');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await seesProblem(app, 'auth_denied')).toContain('Try another account');
    await expectSignInWorks(app);
  });

  test('all callback ports taken by others', async () => {
    const servers = world.callbackPorts.map((port) => net.createServer().listen(port, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    const app = await world.launch();
    const opened = world.browser.urls.length;
    await app.page.getByTestId('sign-in').click();
    await seesProblem(app, 'auth_ports_taken');
    expect(world.browser.urls).toHaveLength(opened);
    await Promise.all(servers.map((server) => once(server.close(), 'close')));
    await expectSignInWorks(app);
  });

  test('an answer of another attempt is a hint, and the attempt lives on', async () => {
    const app = await world.launch();
    await app.page.getByTestId('sign-in').click();
    const page = await world.browser.nextPage('sign-in');
    const callback = new URL(new URL(world.browser.urls.at(-1) ?? '').searchParams.get('redirect_uri') ?? '');
    callback.search = '?code=stolen&state=made-up';
    expect((await fetch(callback)).status).toBe(400);
    await seesProblem(app, 'auth_state_mismatch');
    await page.getByLabel('Email').fill(world.sandbox.demoUser.email);
    await page.getByLabel('Password').fill(world.sandbox.demoUser.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await accountText(app)).toContain(world.sandbox.demoUser.email);
  });

  test('a tab that was left is opened again', async () => {
    const app = await world.launch();
    await app.page.getByTestId('sign-in').click();
    // Left, not closed: Chromium now and then never answers to the closing of its only tab, and for the app it is the same.
    const tab = await world.browser.nextPage('sign-in');
    await tab.getByLabel('Email').waitFor();
    await tab.goto('about:blank');
    await app.page.getByTestId('open-again').click();
    await world.browser.signIn(world.sandbox.demoUser);
    expect(await accountText(app)).toContain(world.sandbox.demoUser.email);
  });
});
