/** A Chromium page with the window in it: built from source, under the app's policy, over the fake bridge. */
import { chromium, type Browser, type Page } from 'playwright-core';
import { defaultSettings } from '../../../preload/contract/settings.ts';
import type { WindowCommand } from '../../../preload/contract/model.ts';
import { installFakeBridge, type Fake, type FakeCall, type Scenario } from './fake-bridge.ts';
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
}
export interface WindowPage {
  page: Page;
  /** What went against the policy, and exceptions that nobody caught. */
  complaints: string[];
  /** The calls with this name that the window has made. */
  calls(name: string): Promise<FakeCall[]>;
  emit(name: string, payload: unknown): Promise<void>;
  /** Main asks this of the window. */
  command(command: WindowCommand): Promise<void>;
  /** Changes what the bridge will answer from now on. */
  set(changes: Partial<Scenario>): Promise<void>;
  close(): Promise<void>;
}

/** Builds the window, serves it and starts the browser (`TINTYPE_TEST_CHROMIUM`, or Debian's). */
export async function startWindowHost(): Promise<WindowHost> {
  const server = await servePage();
  const browser = await chromium.launch({
    executablePath: process.env['TINTYPE_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
  });
  return {
    open: (scenario, options) => openPage(browser, server.url, scenario, options ?? {}),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  scenario: Scenario,
  { dark = false, size = { width: 1000, height: 700 }, reducedMotion = true, locale }: OpenOptions,
): Promise<WindowPage> {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  // The page knows nothing from outside the bridge, not even what the settings are where nobody changed them.
  const settings = { ...defaultSettings, ...scenario.settings };
  await page.addInitScript(installFakeBridge, { ...scenario, settings });
  await page.goto(locale === undefined ? url : `${url}?lang=${locale}`);
  await page
    .locator('[data-testid^="view-"]:not([data-testid="view-starting"], [data-testid="view-loading"])')
    .waitFor();
  const inPage = <A>(run: (fake: Fake, argument: A) => void, argument: A): Promise<void> =>
    page.evaluate(
      `((run, argument) => run(window.fake, argument))(${String(run)}, ${JSON.stringify(argument)})`,
    );
  return {
    page,
    complaints,
    calls: (name) =>
      page.evaluate(
        (wanted) => (window as unknown as { fake: Fake }).fake.calls.filter((call) => call.name === wanted),
        name,
      ),
    emit: (name, payload) => inPage((fake, event) => fake.emit(event.name, event.payload), { name, payload }),
    command: (command) =>
      inPage((fake, given) => {
        fake.commands.push(given);
        fake.emit('app.commanded', null);
      }, command),
    set: (changes) => inPage((fake, given) => void Object.assign(fake.scenario, given), changes),
    close: () => context.close(),
  };
}
