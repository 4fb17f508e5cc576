/**
 * The main job with nobody at the keyboard: the real app, a real browser, real photos, a real store.
 *
 *   node --import tsx test/e2e/demo.ts [--photos DIR] [--app EXECUTABLE] [--keep]
 *
 * Needs a display and a keyring (`npm run demo` brings both). Its last line is `demo: N queued, N stored, 0 lost`;
 * it ends with 0 only when every photo that was queued was read back from the store, byte for byte.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { PhotoRow } from '../../preload/contract/model.ts';
import { startSandbox, type Sandbox } from '../../sandbox/start.ts';
import { launchApp, type RunningApp } from './harness.ts';
import { findPhotos, makePhotos, makePhotosOfEveryKind, makeTornPhoto, type TestPhoto } from './photos.ts';
import { readStored, type StoredObject } from './stored.ts';
import { openSystemBrowser, type SystemBrowser } from './system-browser.ts';
import { until } from './until.ts';
import { allRows, ask, readIntakeReport, signIn, signOut, summaryOf, type ShownReport } from './window.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** Nothing done for that long means that it has stopped, however many photos there are. */
const standstillMs = 120_000;
const namedAtMost = 20;

interface Outcome {
  queued: number;
  stored: number;
  lost: TestPhoto[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      photos: { type: 'string' },
      app: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const photosDir = values.photos === undefined ? null : givenFolder(values.photos);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-demo-'));
  const endings: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end();
    if (values.keep) say(`kept: ${dir}`);
    else fs.rmSync(dir, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  }
  // Says that a later SDK will want a later Node: true, and no part of this story.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  try {
    const outcome = await doTheJob({ dir, photosDir, packagedApp: values.app, endings });
    await stop();
    for (const photo of outcome.lost.slice(0, namedAtMost)) console.log(`lost: ${photo.path}`);
    console.log(`demo: ${outcome.queued} queued, ${outcome.stored} stored, ${outcome.lost.length} lost`);
    const complete = outcome.queued > 0 && outcome.stored === outcome.queued && outcome.lost.length === 0;
    process.exitCode = complete ? 0 : 1;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function doTheJob({
  dir,
  photosDir,
  packagedApp,
  endings,
}: {
  dir: string;
  photosDir: string | null;
  packagedApp: string | undefined;
  /** What is to be ended afterwards, the last one first. */
  endings: (() => Promise<void>)[];
}): Promise<Outcome> {
  console.log('Tintype demo: from a folder of photos to the library, with nobody at the keyboard');
  const folder = photosDir ?? (await makeFolder(path.join(dir, 'Photos')));
  const files = findPhotos(folder);
  say(`${photosDir === null ? 'made' : 'found'} ${files.length} files in ${folder}`);

  const sandbox = await startSandbox({ dir: path.join(dir, 'sandbox'), quiet: true });
  endings.push(sandbox.stop);
  say(`sandbox is up: sign-in ${sandbox.cognitoUrl}, backend ${sandbox.apiUrl}, store ${sandbox.store.url}`);
  const browser = await openSystemBrowser(path.join(dir, 'browser'));
  endings.push(browser.close);

  const home = path.join(dir, 'home');
  fs.mkdirSync(home);
  const app = await launchApp({
    userDataDir: path.join(dir, 'user-data'),
    configFile: sandbox.configFile,
    home,
    binDir: browser.binDir,
    ...(packagedApp === undefined ? {} : { packagedApp }),
  });
  endings.push(app.kill9);
  try {
    await signInAndTell(app, browser, sandbox);
    const report = await drop(app, folder);
    await untilUploaded(app);
    await tellDamaged(app);
    const stored = await readStored(sandbox.store);
    const outcome = compare(files, report, stored);
    say(`read ${stored.length} objects back from the store; SHA-256 of ${outcome.stored} photos is right`);
    await takePicture(app);
    await signOut(app);
    await browser.nextPage('sign-out');
    say('signed out: the token is forgotten and revoked, the browser session ended');
    await app.close();
    say('closed the app');
    return outcome;
  } catch (error) {
    const file = path.join(root, 'out', 'demo', 'failed.png');
    await app.screenshot(file).catch(() => undefined);
    console.log(`What the window showed: ${file}\nWhat the app wrote:\n${app.logs()}`);
    throw error;
  }
}

async function signInAndTell(app: RunningApp, browser: SystemBrowser, sandbox: Sandbox): Promise<void> {
  const info = await ask(app.page, 'app.info');
  await app.page.getByTestId('view-signed-out').waitFor();
  const build = app.electron === null ? 'the packaged' : 'the';
  say(`${build} app is open: Tintype ${info.version} on Electron ${info.electron}, nobody signed in`);
  const account = (await signIn(app, browser, sandbox.demoUser))
    .split('\n')
    .filter((line) => line.length > 1);
  say(`signed in through Chromium; the window greets ${account.slice(-2).join(', ')}`);
}

async function drop(app: RunningApp, folder: string): Promise<ShownReport> {
  await app.dropPaths([folder]);
  const report = await readIntakeReport(app.page);
  say(`dropped ${folder} on the window, which says "${report.text}"`);
  for (const { path: file, why } of report.skipped.slice(0, namedAtMost)) {
    tell(`skipped ${path.relative(path.dirname(folder), file)}: ${why}`);
  }
  const more = report.skipped.length - namedAtMost;
  if (more > 0) tell(`and ${more} more`);
  return report;
}

/** Waits until nothing is left to do; throws when nothing moves any more, saying what the rows wait for. */
async function untilUploaded(app: RunningApp): Promise<void> {
  let done = -1;
  let movedAt = Date.now();
  await until(
    'everything is uploaded',
    async () => {
      const summary = await summaryOf(app.page);
      if (summary.done.count !== done) {
        done = summary.done.count;
        movedAt = Date.now();
      }
      if (Date.now() - movedAt > standstillMs) {
        const rows = (await allRows(app.page)).filter(({ state }) => state.kind !== 'done');
        throw new Error(`Nothing moves any more:\n${rows.slice(0, namedAtMost).map(describeRow).join('\n')}`);
      }
      return summary.all.count > 0 && summary.done.count + summary.attention.count === summary.all.count;
    },
    Infinity,
  );
  const summary = await summaryOf(app.page);
  await app.page.locator(`[data-testid=summary-done][data-count="${summary.done.count}"]`).waitFor();
  say(`the window says "${(await app.page.getByTestId('summary-done').innerText()).trim()}"`);
  if (summary.duplicates > 0) tell(`${summary.duplicates} of them were recognised as copies of another`);
  for (const row of (await allRows(app.page)).filter(({ state }) => state.kind === 'blocked')) {
    tell(`needs attention: ${describeRow(row)}`);
  }
}

/** Every picture is decoded once, when the uploads leave time for it; only then all marks are there. */
async function tellDamaged(app: RunningApp): Promise<void> {
  await until('every picture is decoded', async () => !(await summaryOf(app.page)).decoding, standstillMs);
  const damaged = (await allRows(app.page)).filter((row) => row.looksDamaged);
  say(`${damaged.length} uploaded as they are and marked "looks damaged"`);
  for (const row of damaged.slice(0, namedAtMost)) tell(row.fileName);
}

/** A photo is lost when it was neither skipped by name nor is its content in the store. */
function compare(
  files: readonly TestPhoto[],
  report: ShownReport,
  objects: readonly StoredObject[],
): Outcome {
  const contents = new Set(objects.map((object) => object.sha256));
  const skipped = new Set(report.skipped.map((entry) => entry.path));
  const wanted = files.filter((file) => !skipped.has(file.path));
  const lost = wanted.filter((file) => !contents.has(file.sha256));
  return { queued: report.queued, stored: wanted.length - lost.length, lost };
}

async function takePicture(app: RunningApp): Promise<void> {
  const file = path.join(root, 'out', 'demo', 'demo-screenshot.png');
  // Thumbnails of the rows on screen are made when they are seen; the picture is worth that moment.
  await app.page
    .waitForFunction(() => [...document.images].every((image) => image.complete), undefined, {
      timeout: 5_000,
    })
    .catch(() => undefined);
  await app.screenshot(file);
  say(`a picture of the window is in ${path.relative(process.cwd(), file)}`);
}

/** 60 photos in folders as people keep them, one of them torn, and a text file that is none. */
async function makeFolder(folder: string): Promise<string> {
  await makePhotos(path.join(folder, '2024', 'Spring walk'), 40, { bytes: 180_000 });
  await makePhotos(path.join(folder, '2024', 'Birthday'), 11, { bytes: 900_000, prefix: 'PIC' });
  // Above the size up to which a photo is sent in one piece.
  await makePhotos(path.join(folder, 'Large'), 1, { bytes: 20_000_000, prefix: 'PANORAMA' });
  await makePhotosOfEveryKind(path.join(folder, 'Other kinds'));
  await makeTornPhoto(path.join(folder, 'Torn.jpg'));
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'Spring walk: bring the plate camera.\n');
  return folder;
}

/** A relative folder is meant from where npm was started, which npm tells. */
function givenFolder(given: string): string {
  const folder = path.resolve(process.env['INIT_CWD'] ?? process.cwd(), given);
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  console.error(`There is no folder ${folder}. Name one with photos in it: npm run demo -- --photos DIR`);
  process.exit(2);
}

function describeRow(row: PhotoRow): string {
  const reason = 'reason' in row.state ? ` ${row.state.reason}` : '';
  return `${row.fileName}: ${row.state.kind}${reason}${row.lastError === null ? '' : ` (${row.lastError})`}`;
}

function say(line: string): void {
  console.log(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${line}`);
}

function tell(line: string): void {
  console.log(`          ${line}`);
}

await main();
