/** What a file of end-to-end tests shares: the sandbox, the browser, and the apps that it starts. */
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/start.ts';
import { launchApp, type LaunchOptions, type RunningApp } from './harness.ts';
import { openSystemBrowser, type BrowserOptions, type SystemBrowser } from './system-browser.ts';
import { signIn } from './window.ts';

export interface World {
  sandbox: Sandbox;
  browser: SystemBrowser;
  callbackPorts: readonly number[];
  /** A new folder; the whole world's is removed at its end. */
  newDir(name: string): string;
  /** Starts the app, in a user-data folder of its own unless told otherwise. */
  launch(options?: Partial<LaunchOptions>): Promise<RunningApp>;
  /** Starts the app and signs the demo user in, by the form in the browser. */
  launchSignedIn(options?: Partial<LaunchOptions>): Promise<RunningApp>;
  /** Ends every app that still runs and forgets hosted sessions; belongs into `afterEach`. */
  startOver(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a world of one's own: other tests may run beside it.
 *
 * @param browserOptions its `home` is that of the apps too.
 */
export async function openWorld(
  sandboxOptions: Partial<SandboxOptions> = {},
  browserOptions: BrowserOptions = {},
): Promise<World> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-e2e-'));
  const apps = new Set<RunningApp>();
  let made = 0;
  const newDir = (name: string): string => {
    const folder = path.join(dir, `${++made}-${name}`);
    fs.mkdirSync(folder);
    return folder;
  };
  const callbackPorts = await freePorts(3);
  const sandbox = await startSandbox({
    ...sandboxOptions,
    dir: path.join(dir, 'sandbox'),
    callbackPorts,
    quiet: true,
  });
  const browser = await openSystemBrowser(path.join(dir, 'browser'), browserOptions);
  const endApps = async (): Promise<void> => {
    for (const app of apps) await app.kill9();
    apps.clear();
  };
  const launch = async (options: Partial<LaunchOptions> = {}): Promise<RunningApp> => {
    const app = await launchApp({
      userDataDir: options.userDataDir ?? newDir('user-data'),
      configFile: sandbox.configFile,
      binDir: browser.binDir,
      ...(browserOptions.home === undefined ? {} : { home: browserOptions.home }),
      ...options,
    });
    apps.add(app);
    return app;
  };
  return {
    sandbox,
    browser,
    callbackPorts,
    newDir,
    launch,
    launchSignedIn: async (options) => {
      const app = await launch(options);
      await signIn(app, browser, sandbox.demoUser);
      return app;
    },
    startOver: async () => {
      await endApps();
      await browser.startOver();
    },
    close: async () => {
      await endApps();
      await browser.close();
      await sandbox.stop();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Below the range that systems hand out to outgoing connections, as the app's registered ports have to be. */
async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = randomInt(10_240, 20_000);
    if (!found.includes(port) && (await isFree(port))) found.push(port);
  }
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
