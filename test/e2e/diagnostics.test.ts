/** What a person can save for whoever helps, in the real app: only the system's dialog is answered for them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { RunningApp } from './harness.ts';
import { makePhotos } from './photos.ts';
import { ask, readIntakeReport, summaryOf, untilDone } from './window.ts';
import { openWorld, type World } from './world.ts';

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(() => world.startOver());
afterAll(() => world.close());

/** The next save dialog is answered with this place. */
async function answerSaveDialog(app: RunningApp, place: string): Promise<void> {
  await app.electron?.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, place);
}

test('the list of what was left out, a diagnosis without names, and the history', async () => {
  const dir = world.newDir('photos');
  const folder = path.join(dir, '=Album');
  await makePhotos(folder, 2);
  for (let index = 0; index < 230; index++) fs.writeFileSync(path.join(folder, `${index}.txt`), 'No photo.');
  const app = await world.launchSignedIn();
  await app.dropPaths([folder]);
  await readIntakeReport(app.page);
  await untilDone(app.page, 2);

  const list = path.join(dir, 'skipped.csv');
  await answerSaveDialog(app, list);
  await app.page.getByTestId('save-skipped').click();
  await expect
    .poll(() => fs.existsSync(list) && fs.readFileSync(list, 'utf8').split('\r\n').length)
    .toBe(232);
  expect(fs.readFileSync(list, 'utf8')).toContain(
    `"${folder}/229.txt","Its content is not that of a photo or a video."`,
  );

  // A last run is told, and leads to its photos.
  await app.page.getByTestId('last-run-done').click();
  await expect.poll(() => app.page.getByTestId('filter-done').getAttribute('aria-selected')).toBe('true');

  const diagnosis = path.join(dir, 'diagnosis.json');
  await answerSaveDialog(app, diagnosis);
  await app.page.getByTestId('account').click();
  await app.page.getByRole('menuitem', { name: 'Save diagnostics…' }).click();
  await expect
    .poll(() => fs.existsSync(diagnosis) && fs.readFileSync(diagnosis, 'utf8').endsWith('}\n'))
    .toBe(true);
  const text = fs.readFileSync(diagnosis, 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    app: { version: expect.any(String), platform: process.platform },
    signIn: { kind: 'signedIn' },
    engine: {
      status: { kind: 'running' },
      database: { check: 'ok' },
      tallies: { done: { count: 2 } },
      lastRun: { stored: 2 },
    },
    logs: { engine: expect.arrayContaining([expect.objectContaining({ event: 'engine.started' })]) },
  });
  expect(fs.statSync(diagnosis).mode & 0o777).toBe(0o600);
  const { user } = (await ask(app.page, 'auth.state')) as {
    user: { name: string; email: string; sub: string };
  };
  for (const secret of [user.name, user.email, user.sub, '=Album', 'eyJ', os.hostname()])
    expect(text).not.toContain(secret);

  // What cannot be written is said in words.
  await answerSaveDialog(app, path.join(dir, 'nowhere', 'diagnosis.json'));
  await app.page.getByTestId('account').click();
  await app.page.getByRole('menuitem', { name: 'Save diagnostics…' }).click();
  await app.page.getByText('The file could not be saved there.').waitFor();

  await expect.poll(async () => (await summaryOf(app.page)).decoding).toBe(false);
  expect(await ask(app.page, 'queue.archive')).toBe(2);
  await app.page.getByTestId('filter-history').click();
  await app.page.getByTestId('row-1').waitFor();
});
