/**
 * The real app under test: Electron with Tintype's own bundles (or a packaged build), driven from outside by the
 * DevTools protocol. The app itself has no hook for this.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { _electron, chromium, type CDPSession, type ElectronApplication, type Page } from 'playwright-core';
import type { Settings } from '../../preload/contract/settings.ts';
import { commandOf, isAlive, killAll, pidsMentioning, treeOf } from './processes.ts';
import { until } from './until.ts';

export interface LaunchOptions {
  /** The app's user-data folder: no two apps share one at the same time. */
  userDataDir: string;
  /** The client configuration; with null the app shows its first-run screen. */
  configFile: string | null;
  home?: string;
  /** The executable of a packaged build; without it the bundles in out/ are run. */
  packagedApp?: string;
  /** A folder that goes first on the app's PATH: the system browser's. */
  binDir?: string;
  env?: Readonly<Record<string, string>>;
  args?: readonly string[];
  /** What a person has chosen before this start; without it only that nobody is asked before the app ends. */
  settings?: Partial<Settings>;
}

export interface RunningApp {
  page: Page;
  /** The main process, to be asked directly; null for a packaged build, which lets nobody in. */
  electron: ElectronApplication | null;
  mainPid: number;
  /** The engine's process; null while there is none. */
  enginePid(): number | null;
  /** Every process of the app that lives, main first. */
  treePids(): number[];
  /** What the app wrote to stdout and stderr so far, and what its page wrote to the console. */
  logs(): string;
  /** Drops files and folders on the middle of the window, as a file manager does. */
  dropPaths(paths: readonly string[]): Promise<void>;
  screenshot(file: string): Promise<void>;
  /** Closes the window, which ends the app; resolves when every process of it is gone. Can be called twice. */
  close(): Promise<void>;
  /** Kills every process at once, main first: what a power cut does to them. */
  kill9(): Promise<void>;
  /** Kills main alone: the others lose their parent. */
  killMain(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const startWithinMs = 30_000;
const endWithinMs = 15_000;
/** Root has no user namespaces to build Chromium's sandbox with; everybody else gets the real one. */
export const sandboxArgs = (): string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : []);

/** Starts the app and waits for its window. Whoever starts it ends it, with `close` or `kill9`. */
export async function launchApp(options: LaunchOptions): Promise<RunningApp> {
  fs.mkdirSync(options.userDataDir, { recursive: true });
  const settingsFile = path.join(options.userDataDir, 'settings.json');
  if (!fs.existsSync(settingsFile) || options.settings !== undefined)
    fs.writeFileSync(settingsFile, JSON.stringify(options.settings ?? { askBeforeQuit: false }));
  const log: string[] = [];
  const started =
    options.packagedApp === undefined
      ? await startFromTree(options, log)
      : await startPackaged(options.packagedApp, options, log);
  const { page, child } = started;
  const mainPid = child.pid ?? 0;
  let ended = child.exitCode !== null || child.signalCode !== null;
  child.once('exit', () => {
    ended = true;
  });
  page.on('console', (message) => log.push(`page: ${message.type()}: ${message.text()}\n`));
  page.on('pageerror', (error) => log.push(`page: uncaught: ${error.stack ?? error.message}\n`));

  // A child that lost its parent, as after kill -9 of main, is still known by the folder in its environment. The id of
  // a main that has ended may be somebody else's by now.
  const treePids = (): number[] =>
    [...new Set([...(ended ? [] : treeOf(mainPid)), ...pidsMentioning(options.userDataDir)])].filter(isAlive);
  const killMain = async (): Promise<void> => {
    if (!ended) await killAll([mainPid]);
  };
  const endAll = async (): Promise<void> => {
    // Main first, so that it starts nothing again; then until nothing new turns up.
    await killMain();
    for (let left = treePids(); left.length > 0; left = treePids()) await killAll(left);
    started.detach();
  };

  return {
    page,
    electron: started.electron,
    mainPid,
    treePids,
    enginePid: () =>
      treePids().find((pid) => commandOf(pid).includes('--utility-sub-type=node.mojom.NodeService')) ?? null,
    logs: () => log.join(''),
    dropPaths: (paths) => dropPaths(page, paths),
    screenshot: async (file) => {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file });
    },
    close: async () => {
      if (ended) return endAll();
      const exit = once(child, 'exit', { signal: AbortSignal.timeout(endWithinMs) });
      // The reply may not come back: the page goes away with the window.
      page.evaluate('window.close()').catch(() => undefined);
      try {
        await exit;
        await until('its processes are gone', () => treePids().length === 0, 5_000);
      } catch (error) {
        const left = treePids().map((pid) => `${pid} ${commandOf(pid).slice(0, 120)}`);
        throw new Error(`The app did not end: ${left.join('; ')}\n${log.join('')}`, { cause: error });
      } finally {
        await endAll();
      }
    },
    kill9: endAll,
    killMain,
  };
}

interface Started {
  page: Page;
  child: ChildProcess;
  electron: ElectronApplication | null;
  /** Lets go of the connection to an app that is gone. */
  detach: () => void;
}

async function startFromTree(options: LaunchOptions, log: string[]): Promise<Started> {
  let electron: ElectronApplication | undefined;
  try {
    electron = await _electron.launch({
      args: [root, ...sandboxArgs(), ...(options.args ?? [])],
      cwd: root,
      env: environment(options),
      // The app decides.
      colorScheme: null,
      timeout: startWithinMs,
    });
    const child = electron.process();
    collect(child, log);
    const page = await electron.firstWindow({ timeout: startWithinMs });
    return { page, child, electron, detach: () => undefined };
  } catch (error) {
    await killAll(treeOfChild(electron?.process()));
    throw new Error(`No window came up.\n${log.join('')}`, { cause: error });
  }
}

async function startPackaged(executable: string, options: LaunchOptions, log: string[]): Promise<Started> {
  const child = spawn(executable, ['--remote-debugging-port=0', ...sandboxArgs(), ...(options.args ?? [])], {
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  collect(child, log);
  try {
    let endpoint: string | undefined;
    await until(
      'the app has told its DevTools address',
      () => {
        endpoint = /DevTools listening on (ws:\S+)/.exec(log.join(''))?.[1];
        return endpoint !== undefined || child.exitCode !== null;
      },
      startWithinMs,
    );
    if (endpoint === undefined) throw new Error(`It ended with ${child.exitCode}.`);
    const browser = await chromium.connectOverCDP(endpoint);
    const context = browser.contexts()[0];
    if (context === undefined) throw new Error('It has no browser context.');
    const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: startWithinMs }));
    return { page, child, electron: null, detach: () => void browser.close().catch(() => undefined) };
  } catch (error) {
    await killAll(treeOfChild(child));
    throw new Error(`The packaged app could not be driven.\n${log.join('')}`, { cause: error });
  }
}

/** Nobody's when it has ended: its id may be another's by now. */
function treeOfChild(child: ChildProcess | undefined): number[] {
  const lives = child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return lives ? treeOf(child.pid ?? 0) : [];
}

function collect(child: ChildProcess, log: string[]): void {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => log.push(text));
  }
}

/** Ours, less what belongs to the test runner, plus what the test asks for. */
function environment(options: LaunchOptions): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(NODE_|VITEST|npm_|ELECTRON_|TINTYPE_)/.test(name),
  ) as [string, string][];
  const env = Object.fromEntries(inherited);
  return {
    ...env,
    ...(options.binDir === undefined ? {} : { PATH: `${options.binDir}:${env['PATH'] ?? ''}` }),
    ...(options.home === undefined ? {} : { HOME: options.home }),
    TINTYPE_USER_DATA: options.userDataDir,
    // The tests read the window in English, whatever the computer speaks.
    TINTYPE_LANGUAGE: 'en',
    ...(options.configFile === null ? {} : { TINTYPE_CONFIG: options.configFile }),
    ...options.env,
  };
}

async function dropPaths(page: Page, paths: readonly string[]): Promise<void> {
  const devTools: CDPSession = await page.context().newCDPSession(page);
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
  const at = { x: Math.round(width / 2), y: Math.round(height / 2) };
  // 1: the dragged files may be copied.
  const data = { items: [], files: paths.map((file) => path.resolve(file)), dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devTools.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await devTools.detach();
}
