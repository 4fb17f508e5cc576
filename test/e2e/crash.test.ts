/** Power cuts, crashes and networks that go away, in the middle of an upload: nothing is lost, nothing twice. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { launchApp } from './harness.ts';
import { findPhotos, makePhotos } from './photos.ts';
import { expectStoredOnce, setFaults } from './stored.ts';
import { allRows, readIntakeReport, summaryOf, untilDone, untilSomeDone } from './window.ts';
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

const parts = ['backend', 'store', 'cognito'] as const;

/** Slow enough that photos of 150 kB are always under way, fast enough that some are done soon. */
const slowly = (): Promise<void> =>
  setFaults(world.sandbox.store, [{ kind: 'slow', bytesPerSecond: 300_000 }]);

test('kill -9 of every process in mid-upload', async () => {
  const userDataDir = world.newDir('user-data');
  const dir = world.newDir('photos');
  // One that goes up in parts, so that it is cut off in the middle of them.
  await makePhotos(path.join(dir, 'large'), 1, { bytes: 24_000_000 });
  await makePhotos(path.join(dir, 'many'), 40, { bytes: 150_000 });
  const photos = findPhotos(dir);
  const app = await world.launchSignedIn({ userDataDir });
  await slowly();
  await app.dropPaths([dir]);
  await untilSomeDone(app.page, 4);
  expect((await summaryOf(app.page)).active.count).toBeGreaterThan(0);
  await app.kill9();
  expect(app.treePids()).toEqual([]);

  await setFaults(world.sandbox.store, []);
  const again = await world.launch({ userDataDir });
  await again.page.getByTestId('view-queue').waitFor();
  expect((await summaryOf(again.page)).all.count).toBe(photos.length);
  await untilDone(again.page, photos.length);
  await expectStoredOnce(world.sandbox.store, photos);
  expect((await allRows(again.page)).map(({ state }) => state.kind)).toEqual(photos.map(() => 'done'));
});

test('kill -9 while a drop is still being walked keeps every row that was there', async () => {
  const count = 20_000;
  const userDataDir = world.newDir('user-data');
  const dir = world.newDir('photos');
  const [photo] = await makePhotos(dir, 1);
  // Many names of one file are many rows, and made in a moment.
  for (let index = 1; index < count; index++) fs.linkSync(photo?.path ?? '', path.join(dir, `${index}.jpg`));
  const app = await world.launchSignedIn({ userDataDir });
  await app.dropPaths([dir]);
  await app.page.getByTestId('view-queue').waitFor();
  const seen = await summaryOf(app.page);
  await app.kill9();
  expect(seen.intake?.running).toBe(true);

  const again = await world.launch({ userDataDir });
  await again.page.getByTestId('view-queue').waitFor();
  const kept = (await summaryOf(again.page)).all.count;
  expect(kept).toBeGreaterThanOrEqual(seen.all.count);
  expect(kept).toBeLessThan(count);
  // Dropping the folder once more adds what is missing and nothing else.
  await again.dropPaths([dir]);
  expect(await readIntakeReport(again.page)).toMatchObject({ queued: count - kept });
  expect((await summaryOf(again.page)).all.count).toBe(count);
});

test('kill -9 of the engine alone: it is started again, says so, and carries on', async () => {
  const photos = await makePhotos(world.newDir('photos'), 40, { bytes: 150_000 });
  const app = await world.launchSignedIn();
  await slowly();
  await app.dropPaths(photos.map((photo) => photo.path));
  await untilSomeDone(app.page, 4);
  const before = app.enginePid();
  process.kill(before ?? 0, 'SIGKILL');
  await app.page.getByTestId('engine-restarted').waitFor();
  expect(app.enginePid()).not.toBe(before);
  await setFaults(world.sandbox.store, []);
  await untilDone(app.page, photos.length);
  await expectStoredOnce(world.sandbox.store, photos);
});

test('the whole service away in mid-upload is a wait, and it carries on by itself', async () => {
  const photos = await makePhotos(world.newDir('photos'), 40, { bytes: 150_000 });
  const app = await world.launchSignedIn();
  await slowly();
  await app.dropPaths(photos.map((photo) => photo.path));
  await untilSomeDone(app.page, 4);
  await Promise.all(parts.map(world.sandbox.stopPart));
  await app.page.getByTestId('offline-banner').waitFor();
  await expect.poll(async () => (await summaryOf(app.page)).active.count).toBe(0);
  const waiting = await summaryOf(app.page);
  expect(waiting).toMatchObject({ paused: 'offline', attention: { count: 0 } });
  const rows = await allRows(app.page);
  expect(rows.filter(({ state }) => state.kind === 'blocked')).toEqual([]);
  expect(rows.filter(({ attempts }) => attempts > 0)).toEqual([]);

  await Promise.all(parts.map(world.sandbox.startPart));
  await app.page.getByTestId('offline-banner').waitFor({ state: 'detached' });
  await untilDone(app.page, photos.length);
  await expectStoredOnce(world.sandbox.store, photos);
});

test('a second start of the app leaves the first one and its queue alone', async () => {
  const userDataDir = world.newDir('user-data');
  const photos = await makePhotos(world.newDir('photos'), 3);
  const app = await world.launchSignedIn({ userDataDir });
  const engine = app.enginePid();
  await expect(launchApp({ userDataDir, configFile: world.sandbox.configFile })).rejects.toThrow('No window');
  expect(app.enginePid()).toBe(engine);
  await app.dropPaths(photos.map((photo) => photo.path));
  await untilDone(app.page, photos.length);
});
