/** A Chromium page with the window in it: built from source, under the app's policy, over the fake bridge. */
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { defaultSettings } from '../../../preload/contract/settings.ts';
import type { WindowCommand } from '../../../preload/contract/model.ts';
import { installFakeBridge, type Fake, type Scenario } from './fake-bridge.ts';
import { servePage } from './page-server.ts';

/** A browser and the address of the built window. */
export interface WindowHost {
  open(scenario: Scenario, options?: OpenOptions): Promise<WindowPage>;
  close(): Promise<void>;
}
export interface OpenOptions {
  dark?: boolean;
  size?: { width: number; height: number };
  reducedMotion?: boolean;
  /** What main names in the page's address; without it the page follows the browser. */
  locale?: string;
  /** The test sets the page's time, which cannot be undone: nobody gets this page after it. */
  ownTime?: boolean;
}
export interface WindowPage {
  page: Page;
  /** What went against the policy, and exceptions that nobody caught. */
  complaints: string[];
  /** What the window has given to the call of this name, each time that it made it. */
  calls(name: string): Promise<unknown[][]>;
  emit(name: string, payload: unknown): Promise<void>;
  /** Main asks this of the window. */
  command(command: WindowCommand): Promise<void>;
  /** Changes what the bridge will answer from now on. */
  set(changes: Partial<Scenario>): Promise<void>;
  close(): Promise<void>;
}

/** Begins and ends a host with the tests of this file, and each page with the test that opened it. */
export function openerOfWindows(): WindowHost['open'] {
  let host: WindowHost;
  beforeAll(async () => {
    host = await startWindowHost();
  });
  afterAll(() => host.close());
  return async (scenario, options) => {
    const view = await host.open(scenario, options);
    onTestFinished(() => view.close());
    return view;
  };
}

/** Whether the keys go to this element. */
export const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

/** Waits until the page has drawn in its new size or colours. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** Builds the window, serves it and starts the browser (`TINTYPE_TEST_CHROMIUM`, or Debian's). */
export async function startWindowHost(): Promise<WindowHost> {
  const server = await servePage();
  const browser = await chromium.launch({
    executablePath: process.env['TINTYPE_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
  });
  const spare: Tab[] = [];
  return {
    open: async (scenario, options = {}) => {
      const used = options.ownTime === true ? undefined : spare.pop();
      const tab = used ?? (await openTab(browser));
      return showWindow(tab, server.url, scenario, options, async () => {
        if (options.ownTime === true) await tab.page.context().close();
        else spare.push(tab);
      });
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/**
 * A tab of the browser, with storage of its own. One window after the other is opened in it, for a new tab costs as
 * much time as the window does: nothing may be left in it of the one before.
 */
interface Tab {
  page: Page;
  complaints: string[];
}

async function openTab(browser: Browser): Promise<Tab> {
  const context = await browser.newContext();
  const tab: Tab = { page: await context.newPage(), complaints: [] };
  tab.page.on('pageerror', (error) => tab.complaints.push(`exception: ${error.message}`));
  tab.page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) tab.complaints.push(message.text());
  });
  return tab;
}

async function showWindow(
  tab: Tab,
  url: string,
  scenario: Scenario,
  { dark = false, size = { width: 1000, height: 700 }, reducedMotion = true, locale }: OpenOptions,
  giveBack: () => Promise<void>,
): Promise<WindowPage> {
  const { page } = tab;
  const complaints: string[] = [];
  tab.complaints = complaints;
  await page.setViewportSize(size);
  await page.emulateMedia({
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    forcedColors: 'none',
  });
  await page.mouse.move(0, 0);
  // The page knows nothing from outside the bridge, not even what the settings are where nobody changed them.
  const settings = { ...defaultSettings, ...scenario.settings };
  const bridge = await page.addInitScript(installFakeBridge, { ...scenario, settings });
  await page.goto(locale === undefined ? url : `${url}?lang=${locale}`);
  await page
    .locator('[data-testid^="view-"]:not([data-testid="view-starting"], [data-testid="view-loading"])')
    .waitFor();
  let closed = false;
  const inPage = <A>(run: (fake: Fake, argument: A) => void, argument: A): Promise<void> =>
    page.evaluate(
      `((run, argument) => run(window.fake, argument))(${String(run)}, ${JSON.stringify(argument)})`,
    );
  return {
    page,
    complaints,
    calls: (name) =>
      page.evaluate(
        (wanted) =>
          (window as unknown as { fake: Fake }).fake.calls
            .filter((call) => call.name === wanted)
            .map(({ args }) => args),
        name,
      ),
    emit: (name, payload) => inPage((fake, event) => fake.emit(event.name, event.payload), { name, payload }),
    command: (command) =>
      inPage((fake, given) => {
        fake.commands.push(given);
        fake.emit('app.commanded', null);
      }, command),
    set: (changes) => inPage((fake, given) => void Object.assign(fake.scenario, given), changes),
    close: async () => {
      if (closed) return;
      closed = true;
      await bridge.dispose();
      await page.evaluate('localStorage.clear()');
      await giveBack();
    },
  };
}
