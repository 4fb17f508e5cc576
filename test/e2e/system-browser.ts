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
  /** The page of the next address that nobody has taken yet; waits for it. */
  nextPage(): Promise<Page>;
  /** Takes the next page and fills in the hosted sign-in form on it, as a person would; resolves when it was sent. */
  signIn(person: Person): Promise<Page>;
  /** From now on addresses are taken down but not opened; for a browser that does not come up. */
  openPages(open: boolean): void;
  /** Forgets hosted sessions, as a browser does whose cookies are cleared. */
  clearCookies(): Promise<void>;
  close(): Promise<void>;
}

const waitMs = 20_000;

/**
 * @param dir a folder of its own.
 */
export async function openSystemBrowser(dir: string): Promise<SystemBrowser> {
  const binDir = path.join(dir, 'bin');
  const inbox = path.join(dir, 'inbox');
  fs.mkdirSync(binDir, { recursive: true });
  fs.mkdirSync(inbox, { recursive: true });
  // Renamed into place, so that an address is never read half-written.
  const script = `#!/bin/sh\nprintf '%s' "$1" > '${inbox}/.'$$ && mv '${inbox}/.'$$ '${inbox}/'$$.url\n`;
  fs.writeFileSync(path.join(binDir, 'xdg-open'), script, { mode: 0o755 });

  const browser = await chromium.launch({
    executablePath: process.env['TINTYPE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const context: BrowserContext = await browser.newContext();
  const urls: string[] = [];
  const arrived: Promise<Page>[] = [];
  const takers: ((page: Promise<Page>) => void)[] = [];
  let opening = true;

  const open = async (url: string): Promise<Page> => {
    const page = await context.newPage();
    // A page that redirects to the app's loopback server may be closed before its "load" event.
    await page.goto(url, { waitUntil: 'commit' });
    return page;
  };
  const handOver = (url: string): void => {
    urls.push(url);
    if (!opening) return;
    const page = open(url);
    // Whoever takes it meets the failure; one that nobody takes is no test's business.
    page.catch(() => undefined);
    const taker = takers.shift();
    if (taker === undefined) arrived.push(page);
    else taker(page);
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

  const nextPage = (): Promise<Page> =>
    new Promise((resolve, reject) => {
      const page = arrived.shift();
      if (page !== undefined) {
        resolve(page);
        return;
      }
      const taker = (taken: Promise<Page>): void => {
        clearTimeout(timer);
        resolve(taken);
      };
      const timer = setTimeout(() => {
        takers.splice(takers.indexOf(taker), 1);
        reject(new Error(`The app opened no address in the browser for ${waitMs / 1000} s.`));
      }, waitMs);
      takers.push(taker);
    });

  return {
    binDir,
    urls,
    nextPage,
    signIn: async ({ email, password }) => {
      const page = await nextPage();
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      return page;
    },
    openPages: (next) => {
      opening = next;
    },
    clearCookies: () => context.clearCookies(),
    close: async () => {
      watcher.close();
      await browser.close();
    },
  };
}
