/**
 * What the window cannot do, and where no token is to be found: tried in the real app, not read from its settings. Its
 * client has a secret, and two people are signed in.
 */
import fs from 'node:fs';
import path from 'node:path';
import keytar from 'keytar';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Bridge } from '../../preload/contract/api.ts';
import type { RunningApp } from './harness.ts';
import { makePhotos } from './photos.ts';
import { commandOf, environmentOf } from './processes.ts';
import { untilDone } from './window.ts';
import { openWorld, type World } from './world.ts';

declare const tintype: Bridge;

const preloadFile = path.resolve(import.meta.dirname, '../../out/preload/preload.cjs');

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A pool's client may have a secret, which is one more that is not to be found. */
const clientSecret = 'kept-by-the-test-1fd0a9c47b';

let world: World;
let app: RunningApp;
let userDataDir: string;
let places: string[];
beforeAll(async () => {
  world = await openWorld({ clientSecret });
  userDataDir = world.newDir('user-data');
  // All that the app could write to by itself: each is searched for tokens in the end.
  places = [userDataDir, world.newDir('home'), world.newDir('tmp')];
  const [, home = '', TMPDIR = ''] = places;
  const start = { userDataDir, home, env: { TMPDIR } };
  const first = await world.launchSignedIn(start);
  const upload = async ({ page, dropPaths }: RunningApp, count: number): Promise<void> => {
    const photos = await makePhotos(world.newDir('photos'), count);
    await dropPaths(photos.map((photo) => photo.path));
    await untilDone(page, count);
  };
  await upload(first, 5);
  // A second account, with its own tokens and photos.
  await first.page.getByTestId('account').click();
  await first.page.getByTestId('add-account').click();
  await world.browser.signIn(world.sandbox.secondUser);
  await first.page.getByTestId('view-empty').waitFor();
  await upload(first, 2);
  await first.page.getByTestId('account').click();
  await first.page.getByRole('menuitem', { name: `Switch to ${world.sandbox.demoUser.name}` }).click();
  await untilDone(first.page, 5);
  // What is looked at is a session that was renewed, too.
  await first.close();
  app = await world.launch(start);
  await untilDone(app.page, 5);
});
afterAll(async () => {
  await world.close();
  for (const { account } of await keychainEntries()) await keytar.deletePassword(serviceName(), account);
});

function serviceName(): string {
  const { issuer, clientId } = world.sandbox.clientConfig;
  return `Tintype ${String(issuer)} ${String(clientId)}`;
}
const keychainEntries = (): ReturnType<typeof keytar.findCredentials> =>
  keytar.findCredentials(serviceName());

describe('the page', () => {
  test('has nothing of Node', async () => {
    const found = await app.page.evaluate(() =>
      ['require', 'process', 'module', 'exports', 'global', 'Buffer', '__dirname', 'electron'].filter(
        (name) => name in globalThis,
      ),
    );
    expect(found).toEqual([]);
  });

  // Not merely refused in the end, by CORS or because nothing is there: refused by the page's own policy.
  test.each([
    // Chromium lets no page of ours near a file; it does not even ask the policy but for fetch.
    ['file:///etc/passwd', ['connect-src']],
    ['https://example.org/', ['connect-src', 'connect-src', 'script-src-elem']],
    ['the backend', ['connect-src', 'connect-src', 'script-src-elem']],
    ['app://tintype/../main/main.js', ['connect-src', 'connect-src']],
  ])('can neither fetch nor load %s', async (address, directives) => {
    const url = address === 'the backend' ? `${world.sandbox.apiUrl}/healthz` : address;
    const outcome = await app.page.evaluate(async (target) => {
      const violations: string[] = [];
      const note = (event: SecurityPolicyViolationEvent): number => violations.push(event.effectiveDirective);
      document.addEventListener('securitypolicyviolation', note);
      const fetched = await fetch(target).then(
        (response) => `fetched ${response.status}`,
        () => 'refused',
      );
      const requested = await new Promise<string>((resolve) => {
        try {
          const request = new XMLHttpRequest();
          request.addEventListener('load', () => resolve(`requested ${request.status}`));
          request.addEventListener('error', () => resolve('refused'));
          request.open('GET', target);
          request.send();
        } catch {
          resolve('refused');
        }
      });
      const loaded = await new Promise<string>((resolve) => {
        const script = document.createElement('script');
        script.addEventListener('load', () => resolve('loaded'));
        script.addEventListener('error', () => resolve('refused'));
        script.src = target;
        document.head.append(script);
      });
      document.removeEventListener('securitypolicyviolation', note);
      return { results: [fetched, requested, loaded], violations };
    }, url);
    expect(outcome).toEqual({ results: ['refused', 'refused', 'refused'], violations: directives });
  });

  test('cannot run code that it makes up', async () => {
    const ran = await app.page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.madeUp = true';
      document.head.append(script);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return 'madeUp' in globalThis;
    });
    expect(ran).toBe(false);
  });

  test('goes nowhere else and opens nothing', async () => {
    const before = app.page.url();
    const opened = world.browser.urls.length;
    const handle = await app.page.evaluate(() => window.open('https://example.org/') === null);
    expect(handle).toBe(true);
    for (const target of ['https://example.org/', world.sandbox.apiUrl, 'file:///etc/passwd']) {
      await app.page.evaluate((url) => {
        const link = document.createElement('a');
        link.href = url;
        document.body.append(link);
        link.click();
        link.remove();
      }, target);
    }
    // Whatever a click had set going would have reached main before this answer.
    expect(await app.page.evaluate(() => tintype.call('app.info'))).toMatchObject({ ok: true });
    expect(app.page.url()).toBe(before);
    expect(await app.electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(world.browser.urls).toHaveLength(opened);
  });

  test('frames nothing, leads nowhere by itself, and puts no file on the disk', async () => {
    const before = app.page.url();
    const downloads = await app.electron?.evaluateHandle(({ session }) => {
      const seen: string[] = [];
      session.defaultSession.on('will-download', (event, item) => {
        seen.push(`${event.defaultPrevented ? 'refused' : 'taken'} ${item.getFilename()}`);
      });
      return seen;
    });
    const framed = await app.page.evaluate(async (url) => {
      const frame = document.createElement('iframe');
      const violation = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        });
      });
      frame.src = url;
      document.body.append(frame);
      const directive = await violation;
      frame.remove();
      const refresh = document.createElement('meta');
      refresh.httpEquiv = 'refresh';
      refresh.content = `0; url=${url}`;
      document.head.append(refresh);
      location.href = url;
      return directive;
    }, world.sandbox.apiUrl);
    expect(framed).toBe('frame-src');
    await app.page.evaluate(() => {
      const link = document.createElement('a');
      link.href = `data:application/octet-stream;base64,${btoa('#!/bin/sh')}`;
      link.download = 'evil.sh';
      document.body.append(link);
      link.click();
      link.remove();
    });
    await expect.poll(() => downloads?.jsonValue()).toEqual(['refused evil.sh']);
    expect(app.page.url()).toBe(before);
    expect(await app.page.evaluate(() => tintype.call('app.info'))).toMatchObject({ ok: true });
  });

  test('is served from its folder alone, and thumbnails by their number alone', async () => {
    const ask = (urls: string[]): Promise<[string, number][] | undefined> | undefined =>
      app.electron?.evaluate(async ({ session }, list) => {
        const answers: [string, number][] = [];
        for (const url of list) {
          const status = await session.defaultSession.fetch(url).then(
            (response) => response.status,
            () => 0,
          );
          answers.push([url, status]);
        }
        return answers;
      }, urls);
    expect(await ask(['app://tintype/index.html', 'thumb://photo/1'])).toEqual([
      ['app://tintype/index.html', 200],
      ['thumb://photo/1', 200],
    ]);
    const hostile = [
      ...['../main/main.js', '%2e%2e/main/main.js', '..%2fmain%2fmain.js', '%2e%2e%2fmain%2fmain.js'],
      ...[
        '..%5cmain%5cmain.js',
        'x/..%2f..%2fmain/main.js',
        '%252e%252e%252fmain/main.js',
        '%00',
        '%E0%A4%A',
      ],
      ...['%2fetc%2fpasswd', '/etc/passwd', 'index.html%00.js', '.', ''],
    ].map((rest) => `app://tintype/${rest}`);
    hostile.push('app://another/index.html', 'app://tintype:80/../../main/main.js');
    for (const id of ['0', '-1', '1e3', '1/..', '..%2f1', '999999999999999', '9999999999999999', '', 'x']) {
      hostile.push(`thumb://photo/${id}`);
    }
    hostile.push('thumb://another/1', 'thumb://photo/1?x=/etc/passwd');
    for (const [url, status] of (await ask(hostile)) ?? [])
      expect({ url, status }).toEqual({ url, status: 404 });
  });

  test('is given no permission of the device', async () => {
    const outcome = await app.page.evaluate(async () => [
      await Notification.requestPermission(),
      await navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'granted',
        () => 'denied',
      ),
      await new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          () => resolve('denied'),
        );
      }),
    ]);
    expect(outcome).toEqual(['denied', 'denied', 'denied']);
  });
});

describe('the bridge', () => {
  test('offers its three functions and nothing of Electron', async () => {
    const surface = await app.page.evaluate(() =>
      Object.entries(tintype).map(([name, value]) => [name, typeof value]),
    );
    expect(surface).toEqual([
      ['call', 'function'],
      ['addFiles', 'function'],
      ['on', 'function'],
    ]);
  });

  test('takes no path from the page, and no call that is not in the contract', async () => {
    const replies = await app.page.evaluate(() => {
      const call = tintype.call as (...args: unknown[]) => Promise<unknown>;
      return Promise.all([
        call('intake.add', ['/etc']),
        call('intake.paste', '/etc/passwd'),
        call('intake.paste', new Uint8Array(64)),
        call('engine.start', { userDataDir: '/tmp' }),
        call('engine.session', null),
        call('media.thumbnail', 1),
        call('auth.token', {}),
        call('__proto__'),
        call('queue.page', { filter: 'all', sort: 'added', offset: 0, limit: 1e9 }),
        call('queue.remove', ['1; DROP TABLE photos']),
        tintype.addFiles([{ path: '/etc/passwd' }, '/etc/passwd', new File(['x'], '/etc/passwd')]),
      ]);
    });
    for (const reply of replies) expect(reply).toMatchObject({ ok: false, problem: { code: 'bad_request' } });
    expect(await app.page.evaluate(() => tintype.call('queue.summary'))).toMatchObject({
      value: { all: { count: 5 } },
    });
  });

  test('answers no other window, whatever it shows', async () => {
    const outcomes = await app.electron?.evaluate(
      async ({ BrowserWindow }, { preload, pages }) => {
        const replies: unknown[] = [];
        for (const page of pages) {
          const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
          await stranger.loadURL(page);
          replies.push(await stranger.webContents.executeJavaScript(`tintype.call('queue.summary')`));
          stranger.destroy();
        }
        return replies;
      },
      // Our own page and our own preload script, but not our window.
      { preload: preloadFile, pages: ['app://tintype/index.html', 'data:text/html,hello'] },
    );
    expect(outcomes).toHaveLength(2);
    for (const outcome of outcomes ?? []) {
      expect(outcome).toMatchObject({ ok: false, problem: { code: 'bad_request' } });
    }
  });
});

describe('no token', () => {
  /** Any JWT: its header and claims both begin with `{"`. */
  const jwt = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\./;
  /** Of both accounts. */
  let refreshTokens: string[];
  beforeAll(async () => {
    refreshTokens = (await keychainEntries()).map(({ password }) => password);
  });
  const findIn = (text: string): string[] => [
    ...(refreshTokens.some((token) => text.includes(token.slice(0, 60))) ? ['a refresh token'] : []),
    ...(text.includes(clientSecret) ? ['the secret of the client'] : []),
    ...(jwt.test(text) ? ['a JWT'] : []),
    ...(/\b(ASIA|AKIA)[A-Z0-9]{12,}\b/.test(text) ? ['a key of the store'] : []),
  ];
  /** Also where it is written in two bytes a character, as Chromium likes to. */
  const secretsIn = (text: string): string[] => [
    ...new Set([...findIn(text), ...findIn(text.replaceAll('\0', ''))]),
  ];

  test('in the page: its storage, its document, every reply, its whole heap', async () => {
    const visible = await app.page.evaluate(async () => {
      const calls = ['app.info', 'auth.state', 'engine.status', 'queue.summary', 'intake.report'] as const;
      const replies = await Promise.all(calls.map((name) => tintype.call(name)));
      const page = { filter: 'all', sort: 'added', offset: 0, limit: 500 } as const;
      const rows = await tintype.call('queue.page', page);
      return JSON.stringify([
        replies,
        rows,
        Object.entries(localStorage),
        Object.entries(sessionStorage),
        document.cookie,
        document.documentElement.outerHTML,
      ]);
    });
    expect(refreshTokens.map(({ length }) => length > 1_000)).toEqual([true, true]);
    expect(visible).toContain('IMG_0001.jpg');
    expect(secretsIn(visible)).toEqual([]);

    const devTools = await app.page.context().newCDPSession(app.page);
    const chunks: string[] = [];
    devTools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
    await devTools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    const heap = chunks.join('');
    expect(heap).toContain('IMG_0001.jpg');
    expect(secretsIn(heap)).toEqual([]);
  });

  test('in any file, log, crash report, command line or environment, also after crashes', async () => {
    // Each dies as it would by itself, and is started again.
    const engine = app.enginePid() ?? 0;
    process.kill(engine, 'SIGSEGV');
    await expect.poll(() => app.enginePid() ?? engine, { timeout: 20_000 }).not.toBe(engine);
    await app.electron?.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const page = BrowserWindow.getAllWindows()[0]?.webContents;
          page?.once('did-finish-load', () => {
            resolve();
          });
          page?.forcefullyCrashRenderer();
        }),
    );

    const files = places.flatMap((place) =>
      fs
        .readdirSync(place, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name)),
    );
    expect(files.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['queue.sqlite', 'main.log', 'engine.log', 'profile.json']),
    );
    const guilty = files.filter((file) => secretsIn(fs.readFileSync(file, 'latin1')).length > 0);
    expect(guilty).toEqual([]);
    expect(secretsIn(app.logs())).toEqual([]);
    // Main, its engine, the window, and Chromium's own: one for each kind, by what it is told in its command line.
    const pids = app.treePids();
    const kinds = pids.map((pid) => / --type=([\w-]+)/.exec(commandOf(pid))?.[1] ?? 'main');
    expect(new Set(kinds)).toEqual(new Set(['main', 'zygote', 'gpu-process', 'utility', 'renderer']));
    for (const pid of pids) expect(secretsIn(commandOf(pid) + environmentOf(pid))).toEqual([]);
    // Chromium writes titles over where much of that would be read; the engine has what main has.
    const environment = JSON.stringify(await app.electron?.evaluate(() => process.env));
    expect(environment).toContain(userDataDir);
    expect(secretsIn(environment)).toEqual([]);
  });

  test('that the search would miss: it finds each kind where one is put', () => {
    const claims = Buffer.from('{"sub":"somebody"}').toString('base64url');
    for (const secret of [
      ...refreshTokens,
      clientSecret,
      `eyJhbGciOiJSUzI1NiJ9.${claims}.x`,
      'ASIAABCDEFGHIJKLMNOP',
    ]) {
      for (const text of [`before ${secret} after`, Buffer.from(secret, 'utf16le').toString('latin1')]) {
        expect(secretsIn(text)).toHaveLength(1);
      }
    }
  });
});
