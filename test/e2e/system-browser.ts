/**
 * The system browser of the app under test: a real Chromium, behind an `xdg-open` of our own.
 *
 * The app opens the browser as on any desktop; its PATH leads to our `xdg-open`, which puts the address into a
 * folder that is watched here. Cookies live as long as the browser, so a hosted session outlives a sign-in.
 */
import fs from 'node:fs';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

export interface Person {
  email: string;
  password: string;
}

export interface SystemBrowser {
  /** Goes first on the PATH of the app. */
  binDir: string;
  /** Every address that was handed over, in order. */
  readonly urls: readonly string[];
  /** The page of the next such address that nobody has taken yet; waits for it. */
  nextPage(kind: HostedPage): Promise<Page>;
  /** Takes the next sign-in page and fills in its form, as a person would; resolves when it was sent. */
  signIn(person: Person): Promise<Page>;
  /** As a browser that was closed and has no cookies left: no hosted session, no page that waits for anybody. */
  startOver(): Promise<void>;
  close(): Promise<void>;
}

/** The pages of the hosted UI that the app opens. */
export type HostedPage = 'sign-in' | 'sign-out';
const hostedPaths: Readonly<Record<HostedPage, string>> = {
  'sign-in': '/oauth2/authorize',
  'sign-out': '/logout',
};
const waitMs = 20_000;

interface Handed {
  path: string;
  page: Promise<Page>;
}

export interface BrowserOptions {
  /** Where it finds the person's certificates; the test's own unless told otherwise. */
  home?: string;
  /** Names that lead to this computer. */
  localNames?: readonly string[];
}

/**
 * @param dir a folder of its own.
 */
export async function openSystemBrowser(
  dir: string,
  { home, localNames = [] }: BrowserOptions = {},
): Promise<SystemBrowser> {
  const binDir = path.join(dir, 'bin');
  const inbox = path.join(dir, 'inbox');
  fs.mkdirSync(binDir, { recursive: true });
  fs.mkdirSync(inbox, { recursive: true });
  // Renamed into place, so that an address is never read half-written.
  const script = `#!/bin/sh\nprintf '%s' "$1" > '${inbox}/.'$$ && mv '${inbox}/.'$$ '${inbox}/'$$.url\n`;
  fs.writeFileSync(path.join(binDir, 'xdg-open'), script, { mode: 0o755 });

  const browser = await chromium.launch({
    executablePath: process.env['TINTYPE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--host-resolver-rules=${localNames.map((name) => `MAP ${name} 127.0.0.1`).join(',')}`,
    ],
    ...(home === undefined ? {} : { env: { ...process.env, HOME: home } }),
  });
  const context: BrowserContext = await browser.newContext();
  const urls: string[] = [];
  const untaken: Handed[] = [];
  const takers: { path: string; take: (page: Promise<Page>) => void }[] = [];

  const open = async (url: string): Promise<Page> => {
    const page = await context.newPage();
    // A page that redirects to the app's loopback server may be closed before its "load" event.
    await page.goto(url, { waitUntil: 'commit' });
    return page;
  };
  const handOver = (url: string): void => {
    urls.push(url);
    const handed: Handed = { path: new URL(url).pathname, page: open(url) };
    // Whoever takes it meets the failure; one that nobody takes is no test's business.
    handed.page.catch(() => undefined);
    const taker = takers.findIndex(({ path: wanted }) => wanted === handed.path);
    if (taker < 0) untaken.push(handed);
    else takers.splice(taker, 1)[0]?.take(handed.page);
  };
  const watcher = fs.watch(inbox, (_event, name) => {
    if (name === null || !name.endsWith('.url')) return;
    const file = path.join(inbox, name);
    // A file raises more than one event; the first takes it away.
    if (!fs.existsSync(file)) return;
    const url = fs.readFileSync(file, 'utf8');
    fs.rmSync(file);
    handOver(url);
  });

  const nextPage = (kind: HostedPage): Promise<Page> =>
    new Promise((resolve, reject) => {
      const wanted = hostedPaths[kind];
      const found = untaken.findIndex((handed) => handed.path === wanted);
      if (found >= 0) {
        resolve(untaken.splice(found, 1)[0]?.page as Promise<Page>);
        return;
      }
      const taker = {
        path: wanted,
        take: (page: Promise<Page>): void => {
          clearTimeout(timer);
          resolve(page);
        },
      };
      const timer = setTimeout(() => {
        takers.splice(takers.indexOf(taker), 1);
        reject(new Error(`The app opened no ${kind} page in the browser for ${waitMs / 1000} s.`));
      }, waitMs);
      takers.push(taker);
    });

  return {
    binDir,
    urls,
    nextPage,
    signIn: async ({ email, password }) => {
      const page = await nextPage('sign-in');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      return page;
    },
    startOver: async () => {
      for (const name of fs.readdirSync(inbox)) fs.rmSync(path.join(inbox, name));
      // One that is still being opened is waited for, so that it sets no cookie afterwards.
      await Promise.allSettled(untaken.splice(0).map((handed) => handed.page));
      await Promise.all(context.pages().map((page) => page.close()));
      await context.clearCookies();
    },
    close: async () => {
      watcher.close();
      await browser.close();
    },
  };
}
