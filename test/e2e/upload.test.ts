/** The main job in the real app: what is dropped arrives, byte for byte, once, and what is left out is named. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { copyFiles, copyPicture } from './clipboard.ts';
import type { RunningApp } from './harness.ts';
import { findPhotos, makePhotos, makePhotosOfEveryKind, makeTornPhoto } from './photos.ts';
import { expectStoredOnce, listFaults, setFaults } from './stored.ts';
import { allRows, ask, readIntakeReport, summaryOf, untilDone, untilSomeDone } from './window.ts';
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

test('files and folders of every kind arrive; what is no photo is named; a torn one is marked', async () => {
  const dir = world.newDir('photos');
  const folder = path.join(dir, 'Album');
  await makePhotos(path.join(folder, '2024', 'May'), 12, { bytes: 60_000 });
  await makePhotosOfEveryKind(path.join(folder, 'Kinds'));
  // Goes up in parts.
  await makePhotos(path.join(folder, 'Large'), 1, { bytes: 20_000_000 });
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'Not a photo.');
  fs.writeFileSync(path.join(folder, 'fake.jpg'), 'Not a photo either, whatever its name says.');
  const torn = await makeTornPhoto(path.join(dir, 'Torn.jpg'));
  const [alone] = await makePhotos(path.join(dir, 'alone'), 1);
  const photos = findPhotos(dir).filter(({ path: file }) => !/notes\.txt|fake\.jpg/.test(file));

  const app = await world.launchSignedIn();
  await app.page.getByTestId('view-empty').waitFor();
  await app.dropPaths([folder, torn.path, alone?.path ?? '']);
  const report = await readIntakeReport(app.page);
  expect(report.queued).toBe(photos.length);
  expect(report.skipped.map(({ path: file, reason }) => [path.basename(file), reason])).toEqual([
    ['fake.jpg', 'not_a_photo'],
    ['notes.txt', 'not_a_photo'],
  ]);
  await untilDone(app.page, photos.length);
  await expectStoredOnce(world.sandbox.store, photos);

  const rows = await allRows(app.page);
  expect(rows.map(({ state }) => state.kind)).toEqual(photos.map(() => 'done'));
  expect(rows.filter(({ looksDamaged }) => looksDamaged).map(({ fileName }) => fileName)).toEqual([
    'Torn.jpg',
  ]);
  const row = app.page.getByTestId(`row-${rows.find(({ fileName }) => fileName === 'Torn.jpg')?.id ?? 0}`);
  await app.page.getByTestId('search').fill('PHOTOS torn');
  await app.page.getByTestId('found').getByText('1 photo found').waitFor();
  await row.waitFor();
  await expect.poll(() => row.getAttribute('data-state')).toBe('done');
  await expect.poll(() => row.getAttribute('data-damaged')).toBe('true');
  expect(rows.find(({ fileName }) => fileName === 'IMG_0002.jpg')?.takenAt).toBe('2024-05-06T07:01:00+02:00');
});

test('every photo on screen gets its picture, and none is missing in the end', async () => {
  const photos = await makePhotos(world.newDir('photos'), 5, { bytes: 50_000 });
  const app = await world.launchSignedIn();
  await app.dropPaths(photos.map((photo) => photo.path));
  await untilDone(app.page, photos.length);
  const drawn = (): Promise<number> =>
    app.page
      .locator('img[src^="thumb://photo/"]')
      .evaluateAll((images) => images.filter((image) => (image as HTMLImageElement).naturalWidth > 0).length);
  await expect.poll(drawn, { timeout: 20_000 }).toBe(photos.length);
});

test('a copy is recognised by its content, and a second drop of the same files adds nothing', async () => {
  const dir = world.newDir('photos');
  const photos = await makePhotos(dir, 3);
  const copy = path.join(dir, 'copy of a photo.jpeg');
  fs.copyFileSync(photos[0]?.path ?? '', copy);

  const app = await world.launchSignedIn();
  await app.dropPaths([dir]);
  await untilDone(app.page, 4);
  const duplicates = (await allRows(app.page)).filter(
    ({ state }) => state.kind === 'done' && state.duplicateOf !== null,
  );
  expect(duplicates).toHaveLength(1);
  expect((await summaryOf(app.page)).duplicates).toBe(1);
  await expectStoredOnce(world.sandbox.store, photos);

  await app.dropPaths([dir]);
  const again = app.page.locator('[data-testid=intake-report][data-running=false][data-queued="0"]');
  await again.waitFor();
  expect((await summaryOf(app.page)).all.count).toBe(4);

  // The same person at another computer: the library has them already.
  await world.startOver();
  const other = await world.launchSignedIn();
  await other.dropPaths([dir]);
  await untilDone(other.page, 4);
  expect((await summaryOf(other.page)).duplicates).toBe(4);
});

test('a copy is uploaded anyway by its button, proven once more and not sent again', async () => {
  const dir = world.newDir('photos');
  const photos = await makePhotos(dir, 1);
  const app = await world.launchSignedIn();
  await app.dropPaths([dir]);
  await untilDone(app.page, 1);
  fs.copyFileSync(photos[0]?.path ?? '', path.join(dir, 'copy.jpg'));
  await app.dropPaths([dir]);
  await untilDone(app.page, 2);
  await app.page.locator('[data-duplicate="true"]').hover();
  await app.page.getByRole('button', { name: 'Upload anyway: copy.jpg' }).click();
  await expect.poll(async () => (await summaryOf(app.page)).duplicates, { timeout: 20_000 }).toBe(0);
  await untilDone(app.page, 2);
  await expectStoredOnce(world.sandbox.store, photos);
});

test('photos whose folder went to another disk are found when the person shows it', async () => {
  const dir = world.newDir('photos');
  const photos = await makePhotos(path.join(dir, 'before'), 3);
  const app = await world.launchSignedIn();
  await ask(app.page, 'queue.pause');
  await app.dropPaths([path.join(dir, 'before')]);
  await readIntakeReport(app.page);
  // Copies have inodes of their own, as on another disk.
  fs.cpSync(path.join(dir, 'before'), path.join(dir, 'after'), { recursive: true, preserveTimestamps: true });
  fs.rmSync(path.join(dir, 'before'), { recursive: true });
  await ask(app.page, 'queue.resume');
  await expect.poll(async () => (await summaryOf(app.page)).attention.count, { timeout: 60_000 }).toBe(3);
  await app.electron?.evaluate(
    ({ dialog }, place) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [place] });
    },
    path.join(dir, 'after'),
  );
  await app.page
    .getByRole('button', { name: /^Locate/ })
    .first()
    .click();
  await app.page.getByRole('menuitem', { name: 'Choose the folder it was in…' }).click();
  await untilDone(app.page, 3);
  expect((await allRows(app.page)).map(({ folder }) => path.basename(folder))).toEqual(
    photos.map(() => 'after'),
  );
  await expectStoredOnce(
    world.sandbox.store,
    findPhotos(dir).filter(({ path: file }) => file.includes('after')),
  );
});

test('pause holds everything until resume', async () => {
  const photos = await makePhotos(world.newDir('photos'), 8, { bytes: 100_000 });
  const app = await world.launchSignedIn();
  await setFaults(world.sandbox.store, [{ kind: 'stall', match: { operation: 'PutObject' } }]);
  await app.dropPaths(photos.map((photo) => photo.path));
  await app.page.getByTestId('pause').click();
  await app.page.getByTestId('resume').waitFor();
  await expect.poll(async () => (await summaryOf(app.page)).active.count).toBe(0);
  await setFaults(world.sandbox.store, []);
  expect((await summaryOf(app.page)).done.count).toBe(0);
  await app.page.getByTestId('resume').click();
  await untilDone(app.page, photos.length);
  await expectStoredOnce(world.sandbox.store, photos);
});

/** How main comes to know that connections are of no use any more; the app's own clocks and interfaces say so. */
const changes = {
  'a sleep that the system tells of': async (app: RunningApp) => {
    await app.electron?.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'));
    await expect.poll(async () => (await summaryOf(app.page)).paused, { timeout: 20_000 }).toBe('suspended');
    await app.electron?.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'));
  },
  'a sleep that nobody tells of': async (app: RunningApp) => {
    await app.electron?.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 60_000;
    });
  },
  'another network': async (app: RunningApp) => {
    await app.electron?.evaluate(() => {
      const os = process.getBuiltinModule('node:os');
      const address = { address: '192.0.2.7', netmask: '', mac: '', internal: false, cidr: null };
      os.networkInterfaces = () => ({ wlan0: [{ ...address, family: 'IPv4' }] });
    });
  },
} satisfies Record<string, (app: RunningApp) => Promise<void>>;

test.each(Object.entries(changes))('%s ends what hangs, and it goes on at once', async (_name, change) => {
  const photos = await makePhotos(world.newDir('photos'), 4, { bytes: 100_000 });
  const app = await world.launchSignedIn();
  const stall = { kind: 'stall', match: { operation: 'PutObject' } } as const;
  await setFaults(world.sandbox.store, [{ ...stall, times: photos.length }]);
  await app.dropPaths(photos.map((photo) => photo.path));
  await expect.poll(() => listFaults(world.sandbox.store), { timeout: 20_000 }).toMatchObject([{ times: 0 }]);
  await change(app);
  await untilDone(app.page, photos.length);
  // The watchdog, which ends what hangs after half a minute, would have called it a failure.
  expect(app.logs()).not.toContain('upload.failed');
  await expectStoredOnce(world.sandbox.store, photos);
});

test('quitting in the middle loses nothing, and the next start carries on', async () => {
  const userDataDir = world.newDir('user-data');
  const photos = await makePhotos(world.newDir('photos'), 40, { bytes: 150_000 });
  const app = await world.launchSignedIn({ userDataDir });
  await setFaults(world.sandbox.store, [{ kind: 'slow', bytesPerSecond: 300_000 }]);
  await app.dropPaths(photos.map((photo) => photo.path));
  await untilSomeDone(app.page, 4);
  await app.close();

  await setFaults(world.sandbox.store, []);
  const again = await world.launch({ userDataDir });
  await again.page.getByTestId('view-queue').waitFor();
  expect((await ask(again.page, 'queue.summary')).all.count).toBe(photos.length);
  await untilDone(again.page, photos.length);
  await expectStoredOnce(world.sandbox.store, photos);
});

test('what is pasted arrives: files of the file manager, and a picture, which is kept until it is stored', async () => {
  const userDataDir = world.newDir('user-data');
  const photos = await makePhotos(world.newDir('photos'), 2);
  const app = await world.launchSignedIn({ userDataDir });
  await app.page.getByTestId('view-empty').waitFor();
  await copyFiles(
    app.electron,
    photos.map((photo) => photo.path),
  );
  await app.page.keyboard.press('Control+V');
  await untilDone(app.page, photos.length);
  await expectStoredOnce(world.sandbox.store, photos);

  await ask(app.page, 'queue.pause');
  const raw = { width: 40, height: 30, channels: 3 } as const;
  await copyPicture(
    app.electron,
    await sharp(Buffer.alloc(40 * 30 * 3, 'a picture that no file has'), { raw })
      .png()
      .toBuffer(),
  );
  await app.page.keyboard.press('Control+V');
  await app.page.getByTestId('row-3').waitFor();
  expect((await allRows(app.page)).at(-1)?.fileName).toMatch(/^Pasted image .+\.png$/);
  await app.kill9();
  const pasted = findPhotos(path.join(userDataDir, 'pasted'));
  expect(pasted.map((photo) => path.basename(photo.path))).toEqual([
    expect.stringMatching(/^Pasted image .+\.png$/) as string,
  ]);

  const again = await world.launch({ userDataDir });
  await again.page.getByTestId('resume').click();
  await untilDone(again.page, 3);
  await expectStoredOnce(world.sandbox.store, [...photos, ...pasted]);
  await expect.poll(() => findPhotos(path.join(userDataDir, 'pasted'))).toEqual([]);
});
