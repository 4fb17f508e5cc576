/** Settings and what is seen of Tintype outside its window, in the real app. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { ElectronApplication } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { launchApp, sandboxArgs, type RunningApp } from './harness.ts';
import { makePhotos } from './photos.ts';
import { killAll, pidsMentioning, treeOf } from './processes.ts';
import { expectStoredOnce, setFaults } from './stored.ts';
import { until } from './until.ts';
import { ask, summaryOf, untilDone } from './window.ts';
import { openWorld, type World } from './world.ts';

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.startOver();
  await setFaults(world.sandbox.store, []);
});
afterAll(() => world.close());

const root = path.resolve(import.meta.dirname, '../..');
const slowly = (): Promise<void> =>
  setFaults(world.sandbox.store, [{ kind: 'slow', bytesPerSecond: 60_000 }]);

function mainOf({ electron }: RunningApp): ElectronApplication {
  if (electron === null) throw new Error('a packaged app lets nobody into its main process');
  return electron;
}

/** Starts Tintype a second time with the same data, as a shell does; resolves when that has ended. */
async function startAgain(
  userDataDir: string,
  args: readonly string[],
  workingDirectory: string,
): Promise<number | null> {
  const program = fs.readFileSync(path.join(root, 'node_modules/electron/path.txt'), 'utf8').trim();
  const child = spawn(
    path.join(root, 'node_modules/electron/dist', program),
    [root, ...sandboxArgs(), ...args],
    { cwd: workingDirectory, env: { ...process.env, TINTYPE_USER_DATA: userDataDir }, stdio: 'ignore' },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

const isVisible = (app: RunningApp): Promise<boolean> =>
  mainOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true);

/** As long as photos go up. */
const isKeptAwake = (app: RunningApp): Promise<boolean> =>
  mainOf(app).evaluate(({ powerSaveBlocker }) =>
    Array.from({ length: 20 }, (_, id) => id).some((id) => powerSaveBlocker.isStarted(id)),
  );

test('settings take effect at once, survive a restart, and reach page and engine', async () => {
  const userDataDir = world.newDir('user-data');
  const app = await world.launchSignedIn({ userDataDir });
  await app.page.keyboard.press('Control+,');
  await app.page.getByTestId('setting-theme').getByRole('button').click();
  await app.page.getByRole('option', { name: 'Dark' }).click();
  const isDark = (page: RunningApp['page']): Promise<boolean> =>
    page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await until('the page is dark', () => isDark(app.page));
  await app.page.getByTestId('settings-uploads').click();
  await app.page.getByTestId('setting-speed').getByRole('button').click();
  await app.page.getByRole('option', { name: '5 Mbit/s' }).click();
  const limits = { bytesPerSecond: 625_000, transfers: null };
  await until('the engine has the limit', async () => isSame((await summaryOf(app.page)).limits, limits));
  await app.page.keyboard.press('Escape');
  await app.page.getByTestId('settings').waitFor({ state: 'detached' });
  await app.close();

  const again = await launchApp({ userDataDir, configFile: world.sandbox.configFile });
  try {
    await again.page.getByTestId('account').waitFor();
    await expect.poll(() => isDark(again.page)).toBe(true);
    expect(await ask(again.page, 'settings.get')).toMatchObject({ theme: 'dark', bytesPerSecond: 625_000 });
    await until('the new engine has the limit', async () =>
      isSame((await summaryOf(again.page)).limits, limits),
    );
    // A choice of hours that holds now, seven days a week.
    await ask(again.page, 'settings.change', {
      timetable: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 0, bytesPerSecond: 250_000 }],
      transfers: 3,
    });
    await until('the timetable holds', async () =>
      isSame((await summaryOf(again.page)).limits, { bytesPerSecond: 250_000, transfers: 3 }),
    );
    // Also in a language: main's menu speaks it too.
    const menus = (): Promise<string[]> =>
      mainOf(again).evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? []);
    await expect.poll(() => menus()).toEqual(['&File', '&Edit', '&View', '&Help']);
  } finally {
    await again.close();
  }
});

test('the menu has its items, with the keys of the platform, and does what they say', async () => {
  const app = await world.launch();
  const items = (): Promise<
    Record<string, { label: string; accelerator: string | null; enabled: boolean }>
  > =>
    mainOf(app).evaluate(({ Menu }) =>
      Object.fromEntries(
        (Menu.getApplicationMenu()?.items ?? [])
          .flatMap(({ submenu }) => submenu?.items ?? [])
          .filter(({ id }) => id !== '')
          .map(({ id, label, accelerator, enabled }) => [id, { label, accelerator, enabled }]),
      ),
    );
  await app.page.getByTestId('view-signed-out').waitFor();
  await expect
    .poll(() => items())
    .toMatchObject({
      'add-photos': { accelerator: 'CmdOrCtrl+O', enabled: false },
      'add-folder': { accelerator: 'CmdOrCtrl+Shift+O', enabled: false },
      pause: { enabled: false },
      settings: { accelerator: 'CmdOrCtrl+,', enabled: true },
      quit: { accelerator: 'CmdOrCtrl+Q', enabled: true },
      'select-all': { accelerator: 'CmdOrCtrl+A' },
      find: { accelerator: 'CmdOrCtrl+F', enabled: false },
      list: { accelerator: 'CmdOrCtrl+1' },
      grid: { accelerator: 'CmdOrCtrl+2' },
      about: { enabled: true },
    });
  await app.page.getByTestId('sign-in').click();
  await world.browser.signIn(world.sandbox.demoUser);
  await until('the menu knows of the queue', async () => (await items())['pause']?.enabled === true);
  const click = (id: string): Promise<void> =>
    mainOf(app).evaluate(({ Menu }, wanted) => {
      Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click();
    }, id);
  await click('about');
  await app.page.getByTestId('about-version').getByText('Version').waitFor();
  await expect
    .poll(() => app.page.getByTestId('licences').getByText('react-aria-components').count())
    .toBe(1);
  await app.page.keyboard.press('Escape');
  await click('pause');
  await until('all is paused', async () => (await summaryOf(app.page)).paused === 'user');
  await until('the menu knows it', async () => (await items())['pause']?.label === 'Resume Uploads');
  await click('pause');
  await until('all goes on', async () => (await summaryOf(app.page)).paused === null);
  // An empty window has no list to show so: nothing happens, and nothing later either.
  await click('grid');
  const [photo] = await makePhotos(world.newDir('photos'), 1);
  await app.dropPaths([photo!.path]);
  await untilDone(app.page, 1);
  expect(await app.page.getByTestId('toggle-grid').getAttribute('aria-pressed')).toBe('false');
  await click('grid');
  await app.page.locator('[data-testid=toggle-grid][aria-pressed=true]').waitFor();
  await click('find');
  await until('the search has the focus', () =>
    app.page.getByTestId('search').evaluate((field) => field === document.activeElement),
  );
});

test('a second start hands its files to the first, by the rules of its own folder, and ends', async () => {
  const userDataDir = world.newDir('user-data');
  const dir = world.newDir('photos');
  const photos = await makePhotos(dir, 3);
  const names = photos.map((photo) => path.basename(photo.path));
  const app = await world.launchSignedIn({ userDataDir });
  await app.page.getByTestId('view-empty').waitFor();
  // As from anywhere: relative, by address, after the double dash, and what is not there.
  const code = await startAgain(
    userDataDir,
    [names[0]!, `file://${photos[1]!.path}`, '--unheard-of', 'gone.jpg', '--', names[2]!],
    dir,
  );
  expect(code).toBe(0);
  await untilDone(app.page, 3);
  await expectStoredOnce(world.sandbox.store, photos);
  await app.page.getByTestId('notice').getByText('gone.jpg').waitFor();

  // Links ask for a view, or for nothing.
  await startAgain(userDataDir, ['tintype://open?filter=done'], dir);
  await app.page.locator('[data-testid=filter-done][aria-selected=true]').waitFor();
  await startAgain(userDataDir, ['tintype://quit', 'tintype://settings?theme=dark'], dir);
  await startAgain(userDataDir, ['tintype://settings'], dir);
  await app.page.getByTestId('settings').waitFor();
  expect(await ask(app.page, 'settings.get')).toMatchObject({ theme: 'system' });
});

test('a start that comes while Tintype ends is for the next one, with its files', async () => {
  const userDataDir = world.newDir('user-data');
  const dir = world.newDir('photos');
  const photos = await makePhotos(dir, 2);
  const app = await world.launchSignedIn({ userDataDir });
  await app.page.getByTestId('view-empty').waitFor();
  // The next one is nobody's child.
  onTestFinished(() => killAll(pidsMentioning(dir).flatMap(treeOf)));
  const gone = once(mainOf(app).process(), 'exit');
  await mainOf(app).evaluate(({ app: electron }) => {
    const quit = electron.quit.bind(electron);
    // Everything has been stopped, and the last step waits for the other start.
    const started = new Promise((resolve) => electron.once('second-instance', resolve));
    electron.quit = () => void started.then(quit);
    quit();
  });
  expect(
    await startAgain(userDataDir, ['--', ...photos.map((photo) => path.basename(photo.path))], dir),
  ).toBe(0);
  await gone;
  await vi.waitFor(() => expectStoredOnce(world.sandbox.store, photos), { timeout: 60_000, interval: 200 });
});

test('files of the first command line are taken in once it is known who is signed in', async () => {
  const userDataDir = world.newDir('user-data');
  const photos = await makePhotos(world.newDir('photos'), 2);
  const first = await world.launch({ userDataDir, args: [photos[0]!.path] });
  // Nobody: they are not kept for whoever signs in.
  await first.page.getByTestId('notice').getByText('Sign in first').waitFor();
  await first.page.getByTestId('sign-in').click();
  await world.browser.signIn(world.sandbox.demoUser);
  await first.page.getByTestId('view-empty').waitFor();
  await first.close();
  const again = await world.launch({ userDataDir, args: [photos[1]!.path] });
  await untilDone(again.page, 1);
  expect((await summaryOf(again.page)).all.count).toBe(1);
});

test('quitting in the middle of an upload asks once, and is safe whatever the answer is', async () => {
  const userDataDir = world.newDir('user-data');
  const dir = world.newDir('photos');
  const photos = await makePhotos(dir, 12, { bytes: 150_000 });
  const app = await world.launchSignedIn({ userDataDir, settings: {} });
  const answerWith = (response: number, checkboxChecked = false): Promise<void> =>
    mainOf(app).evaluate(
      ({ dialog }, answer) => {
        const asked = globalThis as unknown as { questions: string[] };
        asked.questions ??= [];
        dialog.showMessageBox = (...args: unknown[]) => {
          asked.questions.push((args.at(-1) as { message: string }).message);
          return Promise.resolve(answer);
        };
      },
      { response, checkboxChecked },
    );
  const asked = (): Promise<number> =>
    mainOf(app).evaluate(() => (globalThis as unknown as { questions?: string[] }).questions?.length ?? 0);
  const closeWindow = (): Promise<void> =>
    mainOf(app).evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.close();
    });
  await app.dropPaths([photos[0]!.path]);
  await untilDone(app.page, 1);
  // Each of the others takes longer than this test may.
  await setFaults(world.sandbox.store, [{ kind: 'slow', bytesPerSecond: 1_000 }]);
  await app.dropPaths([dir]);
  await until('the others go up', async () => (await summaryOf(app.page)).active.count > 0);
  await until('main knows it', () => isKeptAwake(app));

  // Cancel: all is as it was.
  await answerWith(2);
  await closeWindow();
  await until('it was asked', async () => (await asked()) === 1);
  expect(await isVisible(app)).toBe(true);
  expect((await summaryOf(app.page)).running).toBe(true);

  // In the background: the window goes, the upload goes on, another start brings the window back.
  await answerWith(1);
  await closeWindow();
  await until('the window is hidden', async () => !(await isVisible(app)));
  await startAgain(userDataDir, [], dir);
  await until('the window is back', () => isVisible(app));
  expect((await summaryOf(app.page)).running).toBe(true);

  // Quit, and never ask again.
  await answerWith(0, true);
  const gone = once(mainOf(app).process(), 'exit');
  await mainOf(app).evaluate(({ app: electron }) => {
    electron.quit();
  });
  await gone;
  expect(JSON.parse(fs.readFileSync(path.join(userDataDir, 'settings.json'), 'utf8'))).toEqual({
    askBeforeQuit: false,
  });
  await setFaults(world.sandbox.store, []);
  const again = await world.launch({ userDataDir });
  await untilDone(again.page, photos.length);
  await expectStoredOnce(world.sandbox.store, photos);
});

test('one notification for a whole run, none for who looks on; a click, as the taskbar, shows what it is about', async () => {
  const dir = world.newDir('photos');
  const [first, second] = await makePhotos(dir, 2);
  const app = await world.launchSignedIn();
  // Everything but the desktop's own pop-up and its taskbar.
  await mainOf(app).evaluate(({ app: electron, BrowserWindow, Notification }) => {
    const taskbar = { progress: [] as number[], badge: 0 };
    Object.assign(globalThis, { taskbar });
    for (const window of BrowserWindow.getAllWindows())
      window.setProgressBar = (value) => void taskbar.progress.push(value);
    electron.setBadgeCount = (count = 0) => {
      taskbar.badge = count;
      return true;
    };
    const shown: { title: string; body: string; click: () => void }[] = [];
    Object.assign(globalThis, { shown });
    Notification.isSupported = () => true;
    Notification.prototype.show = function (this: Electron.Notification) {
      const { title, body } = this;
      shown.push({ title, body, click: () => this.emit('click') });
    };
  });
  const shown = (): Promise<{ title: string; body: string }[]> =>
    mainOf(app).evaluate(() =>
      (globalThis as unknown as { shown: { title: string; body: string }[] }).shown.map(
        ({ title, body }) => ({
          title,
          body,
        }),
      ),
    );
  const taskbar = (): Promise<{ progress: number[]; badge: number }> =>
    mainOf(app).evaluate(
      () => (globalThis as unknown as { taskbar: { progress: number[]; badge: number } }).taskbar,
    );
  const focus = (is: boolean): Promise<void> =>
    mainOf(app).evaluate(({ BrowserWindow }, focused) => {
      // Without a window manager nobody has the focus.
      for (const window of BrowserWindow.getAllWindows()) window.isFocused = () => focused;
    }, is);
  await focus(true);
  await app.dropPaths([first!.path]);
  await untilDone(app.page, 1);
  await until('the run is over', async () => (await summaryOf(app.page)).lastRun !== null);
  await until('main knows it', () => app.logs().includes('"event":"run.ended"'));
  expect(await shown()).toEqual([]);
  // From a share of the bytes to none at all, and nothing that needs anybody.
  await until('the taskbar has no progress', async () => (await taskbar()).progress.at(-1) === -1);
  const { progress, badge } = await taskbar();
  expect(progress.filter((share) => share >= 0 && share <= 1)).not.toEqual([]);
  expect(badge).toBe(0);

  await focus(false);
  fs.copyFileSync(first!.path, path.join(dir, 'copy.jpg'));
  fs.chmodSync(second!.path, 0o644);
  const damaged = path.join(dir, 'gone.jpg');
  fs.copyFileSync(second!.path, damaged);
  // Held until its file is gone, so that it needs somebody.
  await ask(app.page, 'queue.pause');
  await app.dropPaths([path.join(dir, 'copy.jpg'), second!.path, damaged]);
  await until('all are queued', async () => (await summaryOf(app.page)).all.count === 4);
  fs.appendFileSync(second!.path, 'another content');
  fs.rmSync(damaged);
  await ask(app.page, 'queue.resume');
  await until('there is one', async () => (await shown()).length === 1);
  expect(await shown()).toEqual([
    {
      title: 'Upload finished, some photos need attention',
      body: '1 uploaded, 1 was there already, 1 needs attention',
    },
  ]);
  await until('the badge counts it', async () => (await taskbar()).badge === 1);
  await mainOf(app).evaluate(() => {
    (globalThis as unknown as { shown: { click: () => void }[] }).shown[0]?.click();
  });
  await app.page.locator('[data-testid=filter-attention][aria-selected=true]').waitFor();
});

test('the battery is spared where that is wanted, and the computer kept awake while photos go up', async () => {
  const dir = world.newDir('photos');
  const photos = await makePhotos(dir, 6, { bytes: 150_000 });
  const app = await world.launchSignedIn({ settings: { pauseOnBattery: true, askBeforeQuit: false } });
  const power = (event: 'on-battery' | 'on-ac'): Promise<unknown> =>
    mainOf(app).evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event);
  await slowly();
  await app.dropPaths([dir]);
  await until('it is kept awake', () => isKeptAwake(app));
  await power('on-battery');
  await app.page.getByTestId('battery-banner').waitFor();
  expect((await summaryOf(app.page)).paused).toBe('battery');
  await until('it may sleep', async () => !(await isKeptAwake(app)));
  await power('on-ac');
  await app.page.getByTestId('battery-banner').waitFor({ state: 'detached' });
  await setFaults(world.sandbox.store, []);
  await untilDone(app.page, photos.length);
  await until('it may sleep in the end', async () => !(await isKeptAwake(app)));
  await expectStoredOnce(world.sandbox.store, photos);
});

test('a signal ends it without a question, also in the middle of an upload', async () => {
  const userDataDir = world.newDir('user-data');
  const dir = world.newDir('photos');
  await makePhotos(dir, 6, { bytes: 150_000 });
  const app = await world.launchSignedIn({ userDataDir, settings: {} });
  await slowly();
  await app.dropPaths([dir]);
  await until('something is sent', async () => (await summaryOf(app.page)).active.count > 0);
  const gone = once(mainOf(app).process(), 'exit');
  process.kill(app.mainPid, 'SIGTERM');
  await gone;
});

test('closed into the tray it goes on, and the window opens where it was', async () => {
  const userDataDir = world.newDir('user-data');
  const app = await world.launch({ userDataDir, settings: { keepInTray: true } });
  expect(app.logs()).toMatch(/"event":"tray\.(created|refused)"/);
  const bounds = { x: 40, y: 60, width: 900, height: 620 };
  await mainOf(app).evaluate(({ BrowserWindow }, wanted) => {
    BrowserWindow.getAllWindows()[0]?.setBounds(wanted);
  }, bounds);
  const boundsOf = (running: RunningApp): Promise<unknown> =>
    mainOf(running).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  await until('it is there', async () => isSame(await boundsOf(app), bounds));
  await mainOf(app).evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.close();
  });
  await until('the window is hidden', async () => !(await isVisible(app)));
  const gone = once(mainOf(app).process(), 'exit');
  await mainOf(app).evaluate(({ app: electron }) => {
    electron.quit();
  });
  await gone;
  const again = await world.launch({ userDataDir });
  await expect.poll(() => boundsOf(again)).toEqual(bounds);
});

test('started at login it has no window to be seen, until somebody starts it', async () => {
  const userDataDir = world.newDir('user-data');
  const app = await world.launch({ userDataDir, args: ['--hidden'] });
  await app.page.getByTestId('view-signed-out').waitFor({ state: 'attached' });
  expect(await isVisible(app)).toBe(false);
  await startAgain(userDataDir, ['--hidden'], root);
  expect(await isVisible(app)).toBe(false);
  await startAgain(userDataDir, [], root);
  await until('the window is there', () => isVisible(app));
});

test('starting at login is an entry of the desktop’s', async () => {
  const config = world.newDir('config');
  const app = await world.launch({ env: { XDG_CONFIG_HOME: config } });
  const file = path.join(config, 'autostart', 'tintype.desktop');
  await ask(app.page, 'settings.change', { startAtLogin: true });
  await until('the entry is there', () => fs.existsSync(file));
  expect(fs.readFileSync(file, 'utf8')).toMatch(/^Exec=".*electron" ".*" "--hidden"$/m);
  await ask(app.page, 'settings.change', { startAtLogin: false });
  await until('the entry is gone', () => !fs.existsSync(file));

  // Where that cannot be written it is said, and the setting says how it is.
  fs.rmSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(path.dirname(file), 'no folder');
  await ask(app.page, 'settings.change', { startAtLogin: true });
  await app.page.getByTestId('notice').getByText('could not be set to start').waitFor();
  await until('it is off again', async () => !(await ask(app.page, 'settings.get')).startAtLogin);
});

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
