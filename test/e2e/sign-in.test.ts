/** Signing in and out of the real app, through a real browser, with the system's keyring. */
import { once } from 'node:events';
import net from 'node:net';
import keytar from 'keytar';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { closedPort, serve } from '../support/http-server.ts';
import { makePrivateCa } from '../support/private-ca.ts';
import type { RunningApp } from './harness.ts';
import { makePhotos } from './photos.ts';
import { accountText, ask, signIn, signOut, summaryOf, untilDone } from './window.ts';
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

/** A second start of somebody whose session is in the keychain, which is out of reach by then. */
async function startAgainWithoutKeychain(): Promise<{ app: RunningApp; userDataDir: string }> {
  const userDataDir = world.newDir('user-data');
  const first = await world.launchSignedIn({ userDataDir });
  await expect.poll(async () => (await keychainEntries()).length).toBe(1);
  await first.close();
  const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
  return { app: await world.launch({ userDataDir, env }), userDataDir };
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
    await expect.poll(() => accountText(second)).toContain(demoUser.email);
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
    await online.page.getByTestId('view-empty').waitFor();
    await ask(online.page, 'queue.pause');
    const [first, second] = await makePhotos(world.newDir('photos'), 2);
    await online.dropPaths([first?.path ?? '']);
    await online.page.getByTestId('row-1').waitFor();
    await online.close();

    await Promise.all((['backend', 'cognito'] as const).map(world.sandbox.stopPart));
    try {
      const offline = await world.launch({ userDataDir });
      await expect.poll(() => accountText(offline)).toContain(world.sandbox.demoUser.email);
      await offline.page.getByTestId('offline-banner').waitFor();
      // The queue is there, takes more and gives back; only uploads wait.
      await offline.page.getByTestId('row-1').waitFor();
      await offline.dropPaths([second?.path ?? '']);
      await offline.page.getByTestId('row-2').waitFor();
      await ask(offline.page, 'queue.remove', [1]);
      await expect.poll(async () => (await summaryOf(offline.page)).all.count).toBe(1);
      expect((await summaryOf(offline.page)).done.count).toBe(0);
      await ask(offline.page, 'queue.resume');
      await Promise.all((['backend', 'cognito'] as const).map(world.sandbox.startPart));
      await untilDone(offline.page, 1);
    } finally {
      await Promise.all((['backend', 'cognito'] as const).map(world.sandbox.startPart));
    }
  });

  test('that was revoked elsewhere asks for a sign-in, over a queue that waits for it', async () => {
    const { demoUser, cognitoUrl, clientConfig } = world.sandbox;
    const userDataDir = world.newDir('user-data');
    const first = await world.launchSignedIn({ userDataDir });
    await expect.poll(async () => (await keychainEntries()).length).toBe(1);
    await first.close();
    const [entry] = await keychainEntries();
    const form = { token: entry?.password ?? '', client_id: String(clientConfig['clientId']) };
    const revoked = await fetch(`${cognitoUrl}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    expect(revoked.status).toBe(200);

    const app = await world.launch({ userDataDir });
    const banner = app.page.getByTestId('expired-banner');
    await banner.waitFor();
    await expect.poll(() => accountText(app)).toContain(demoUser.email);
    await expect.poll(keychainEntries).toEqual([]);
    const photos = await makePhotos(world.newDir('photos'), 2);
    await app.dropPaths(photos.map(({ path }) => path));
    await app.page.getByTestId('row-2').waitFor();
    // They are read meanwhile, and go no further.
    await expect
      .poll(() => summaryOf(app.page))
      .toMatchObject({ paused: 'signedOut', waiting: { count: 2 }, done: { count: 0 } });

    // The hosted session lives in the browser still: no form.
    await banner.getByTestId('sign-in').click();
    await untilDone(app.page, 2);
    await expect.poll(() => banner.count()).toBe(0);
  });

  test('of one person stays while another uses the computer, each with a queue of their own', async () => {
    const { demoUser, secondUser } = world.sandbox;
    const app = await world.launchSignedIn();
    await ask(app.page, 'queue.pause');
    const photos = await makePhotos(world.newDir('photos'), 3);
    await app.dropPaths(photos.map(({ path }) => path));
    await app.page.getByTestId('row-3').waitFor();

    // The same browser, in which the first person's hosted session lives: the form comes all the same.
    await app.page.getByTestId('account').click();
    await app.page.getByTestId('add-account').click();
    // Meanwhile the first person's queue goes on, also in an engine that has to be started again.
    await app.page.getByTestId('view-signing-in').waitFor();
    const engine = app.enginePid() ?? 0;
    process.kill(engine, 'SIGKILL');
    await expect.poll(() => app.enginePid() ?? engine, { timeout: 20_000 }).not.toBe(engine);
    await expect.poll(async () => (await summaryOf(app.page)).all.count, { timeout: 20_000 }).toBe(3);
    await world.browser.signIn(secondUser);
    await expect.poll(() => accountText(app)).toContain(secondUser.email);
    await app.page.getByTestId('view-empty').waitFor();
    // The pause is the first person's, and outlives the engine that was told of it.
    expect((await summaryOf(app.page)).paused).toBeNull();
    await expect.poll(async () => (await keychainEntries()).length).toBe(2);

    const opened = world.browser.urls.length;
    await app.page.getByTestId('account').click();
    await app.page.getByRole('menuitem', { name: `Switch to ${demoUser.name}` }).click();
    await expect.poll(() => accountText(app)).toContain(demoUser.email);
    await app.page.getByTestId('row-3').waitFor();
    expect(world.browser.urls).toHaveLength(opened);
    await expect.poll(() => summaryOf(app.page)).toMatchObject({ paused: 'user', waiting: { count: 3 } });

    // Signing out says what waits, and the next person gets a form.
    await signOut(app);
    const signedOutPage = await world.browser.nextPage('sign-out');
    await signedOutPage.waitForURL(/signed-out/);
    const known = app.page.getByRole('listitem').filter({ hasText: demoUser.email });
    await expect.poll(() => known.innerText()).toContain('3 photos wait in the queue');
    await known.getByRole('button', { name: `Sign in as ${demoUser.name}` }).click();
    await world.browser.signIn(demoUser);
    await app.page.getByTestId('row-3').waitFor();

    await app.page.getByTestId('account').click();
    await app.page.getByTestId('sign-out-and-remove').click();
    await app.page.getByTestId('remove-account-yes').click();
    await app.page.getByTestId('view-signed-out').waitFor();
    await expect.poll(() => app.page.getByRole('listitem').count()).toBe(1);
    await app.page.getByRole('button', { name: `Continue as ${secondUser.name}` }).click();
    await app.page.getByTestId('view-empty').waitFor();
    await expect.poll(() => ask(app.page, 'queue.owners')).toEqual([]);
  });

  test('lives in memory, and says so, where there is no keychain', async () => {
    const { demoUser } = world.sandbox;
    const app = await world.launch({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' } });
    expect(await signIn(app, world.browser, demoUser)).toContain(demoUser.email);
    const banner = app.page.getByTestId('account-problem');
    await banner.waitFor();
    await expect.poll(() => banner.innerText()).toContain('you stay signed in only until you quit');
    const photos = await makePhotos(world.newDir('photos'), 2);
    await app.dropPaths(photos.map(({ path }) => path));
    await untilDone(app.page, 2);
  });

  test('that a locked keychain withholds can be begun anew, over the queue', async () => {
    const { demoUser } = world.sandbox;
    const { app } = await startAgainWithoutKeychain();
    await expect.poll(() => accountText(app)).toContain(demoUser.email);
    const banner = app.page.getByTestId('account-problem');
    await expect.poll(() => banner.innerText()).toContain('Your queue is kept');
    await banner.getByTestId('sign-in').click();
    // The hosted session lives in the browser still: no form.
    const page = await world.browser.nextPage('sign-in');
    await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/(result|callback)/);
    await expect.poll(() => banner.innerText()).toContain('you stay signed in only until you quit');
  });

  test('that was ended while the keychain was away is taken out of it by the next start', async () => {
    const { app, userDataDir } = await startAgainWithoutKeychain();
    await accountText(app);
    await signOut(app);
    expect(await seesProblem(app, 'auth_keychain_unforgotten')).toContain('still holds their session');
    await app.close();
    expect(await keychainEntries()).toHaveLength(1);

    const next = await world.launch({ userDataDir });
    await next.page.getByTestId('view-signed-out').waitFor();
    await expect.poll(keychainEntries).toEqual([]);
    await expect.poll(() => next.page.getByTestId('problem').count()).toBe(0);
  });

  test('is found by the address of the library when there is no configuration', async () => {
    const userDataDir = world.newDir('user-data');
    const app = await world.launch({ userDataDir, configFile: null });
    await app.page.getByTestId('view-unconfigured').waitFor();
    const page = await serve((_request, response) => response.end('<!doctype html><title>Welcome</title>'));
    const portal = await serve((_request, response) =>
      response.writeHead(302, { location: `${page.url}/log-in` }).end(),
    );
    const ca = makePrivateCa(world.newDir('authority'));
    const stranger = await serve((_request, response) => response.end(), ca.issue(['IP:127.0.0.1']));
    for (const [address, code, words] of [
      ['http://photos.example.org', 'config_not_https', 'no secure (https) connection'],
      [page.url.replace('http:', 'https:'), 'config_not_https', 'no secure (https) connection'],
      ['https://no-such-library.invalid', 'config_no_such_host', 'No server has that name'],
      [`https://127.0.0.1:${await closedPort()}`, 'config_unreachable', 'Nothing answers at that address'],
      [stranger.url, 'config_certificate', 'not trusted by this computer'],
      [world.sandbox.store.url, 'config_not_tintype', 'it is not a Tintype library'],
      [page.url, 'config_not_tintype', 'it is not a Tintype library'],
      [portal.url, 'config_not_tintype', 'it is not a Tintype library'],
      ['photos of the choir', 'config_address_invalid', 'not an address that Tintype can use'],
    ] as const) {
      await app.page.getByRole('textbox').fill(address);
      await app.page.getByRole('button', { name: 'Connect' }).click();
      const shown = await seesProblem(app, code);
      expect(shown).toContain(words);
      expect(shown.split('. ').length, 'what happened, and what to do').toBeGreaterThanOrEqual(2);
    }
    // Nobody was followed to where a page leads.
    expect(page.requests).toEqual(['GET /v1/client-config']);
    await app.page.getByRole('textbox').fill(world.sandbox.apiUrl);
    await app.page.getByRole('button', { name: 'Connect' }).click();
    await app.page.getByTestId('view-signed-out').waitFor();
    const { demoUser } = world.sandbox;
    expect(await signIn(app, world.browser, demoUser)).toContain(demoUser.email);
    await app.close();

    const again = await world.launch({ userDataDir, configFile: null });
    await expect.poll(() => accountText(again)).toContain(world.sandbox.demoUser.email);
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
    await expect.poll(() => accountText(app)).toContain(world.sandbox.demoUser.email);
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
    await expect.poll(() => accountText(app)).toContain(world.sandbox.demoUser.email);
  });
});
