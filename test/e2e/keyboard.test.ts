/** The whole job without a mouse, in the real app: at each step it shows where the keys are, and they are never lost. */
import fs from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { RunningApp } from './harness.ts';
import { makePhotos } from './photos.ts';
import { expectStoredOnce, setFaults } from './stored.ts';
import { until } from './until.ts';
import { summaryOf, untilDone } from './window.ts';
import { openWorld, type World } from './world.ts';

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.startOver();
  await setFaults(world.sandbox.store, []);
});
afterAll(() => world.close());

/** Where the keys are, and whether that can be seen: the element, the row that it names, or the field around it. */
async function focusOf({ page }: RunningApp): Promise<{ at: string; seen: boolean }> {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (at === null || at === document.body) return { at: 'nowhere', seen: false };
    const row = document.getElementById(at.getAttribute('aria-activedescendant') ?? '');
    const track = at.closest('.switch')?.querySelector('.switch-track') ?? null;
    const seen = [at, row, track, at.closest('.finder, .radio, .field')].some((element) => {
      if (element === null) return false;
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && outlineColor !== 'rgba(0, 0, 0, 0)';
    });
    const name = at.getAttribute('data-testid') ?? at.getAttribute('role') ?? at.tagName.toLowerCase();
    return { at: name, seen };
  });
}

/** Presses keys; after each the focus must be somewhere, and be seen. */
function keysOf(app: RunningApp) {
  const { keyboard } = app.page;
  const look = async (after: string): Promise<string> => {
    // What a key takes away may be gone a moment later only.
    let last = { at: '', seen: false };
    const isSeen = async (): Promise<boolean> => {
      last = await focusOf(app);
      return last.seen;
    };
    await until('the focus is seen', isSeen, 8_000).catch(() => {
      throw new Error(`After ${after} the focus is at ${last.at}, and nobody sees it.`);
    });
    return last.at;
  };
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      await keyboard.press(key);
      await look(key);
    }
  };
  /** Goes there by Tab, and within a bar of buttons by arrows. */
  const reach = async (wanted: string): Promise<void> => {
    const passed: string[] = [];
    for (let tab = 0; tab < 40; tab += 1) {
      const at = await look('Tab');
      if (at === wanted) return;
      passed.push(at);
      const inBar = await app.page.evaluate((id) => {
        const bar = document.activeElement?.closest('[role=toolbar], [role=tablist]') ?? null;
        return bar !== null && bar.querySelector(`[data-testid="${id}"]`) !== null;
      }, wanted);
      await keyboard.press(inBar ? 'ArrowRight' : 'Tab');
    }
    throw new Error(`No key leads to ${wanted}: ${passed.join(', ')}`);
  };
  return { press, reach, look, type: (text: string) => keyboard.type(text) };
}

test('from the first screen to the sign-out', async () => {
  const dir = world.newDir('photos');
  const photos = await makePhotos(dir, 6, { bytes: 40_000 });
  await setFaults(world.sandbox.store, [{ kind: 'stall', match: { operation: 'PutObject' } }]);
  const app = await world.launch();
  const { page } = app;
  const { press, reach, look, type } = keysOf(app);
  await app.electron?.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] });
  }, dir);

  // Signing in: the browser's part is the person's there.
  await page.getByTestId('sign-in').waitFor();
  await reach('sign-in');
  await page.keyboard.press('Enter');
  await world.browser.signIn(world.sandbox.demoUser);
  await page.getByTestId('view-empty').waitFor();
  await look('signing in');

  // Adding, and stopping it.
  await reach('choose-folder');
  await press('Enter');
  await page.getByTestId('row-6').waitFor();
  await look('adding');
  await reach('pause');
  await press('Enter');
  await page.getByTestId('resume').waitFor();
  await expect.poll(async () => (await summaryOf(page)).active.count, { timeout: 20_000 }).toBe(0);
  fs.rmSync(photos[5]?.path ?? '');
  await setFaults(world.sandbox.store, []);

  // Moving, selecting, acting.
  await reach('grid');
  await press('ArrowDown', 'ArrowDown', 'Shift+ArrowDown');
  await page.getByTestId('selected').getByText(/^2 /).waitFor();
  await press('Control+ArrowDown', 'Space');
  await page.getByTestId('selected').getByText(/^3 /).waitFor();
  await press('Home', 'ArrowRight');
  expect((await focusOf(app)).at).toBe('first-1');
  await press('ArrowRight');
  expect((await focusOf(app)).at).toBe('hold-1');
  await press('Enter');
  await expect.poll(async () => (await summaryOf(page)).held).toBe(1);
  expect((await focusOf(app)).at).toBe('grid');

  // Details, and back.
  await press('ArrowDown', 'Enter');
  await page.getByTestId('details').getByText('IMG_', { exact: false }).first().waitFor();
  await reach('reveal');
  await press('Shift+Tab', 'Enter');
  await page.getByTestId('details').waitFor({ state: 'detached' });
  await look('closing the details');
  expect((await focusOf(app)).at).toBe('grid');

  // Searching, filtering, sorting, the grid of pictures.
  await press('Control+f');
  await type('IMG_0003');
  await page.getByTestId('found').getByText('1 ').waitFor();
  await look('typing');
  await press('Escape');
  await reach('sort');
  await press('Enter', 'ArrowDown', 'ArrowDown', 'Enter');
  await press('Tab', 'Space', 'Space');
  await reach('filter-all');
  await press('ArrowRight');
  await page.locator('[data-testid=filter-waiting][aria-selected=true]').waitFor();
  await press('ArrowLeft');

  // Settings.
  await press('Control+,');
  await page.getByTestId('settings').waitFor();
  await look('opening the settings');
  await press('Tab', 'Tab', 'Tab', 'Escape');
  await page.getByTestId('settings').waitFor({ state: 'detached' });
  await look('closing the settings');

  // Going on: the paused photo too; the file that is gone needs somebody.
  await reach('grid');
  await press('Control+a');
  await reach('selected-release');
  await press('Enter');
  await reach('resume');
  await press('Enter');
  await untilDone(page, 5);
  await expect.poll(async () => (await summaryOf(page)).attention.count, { timeout: 20_000 }).toBe(1);
  await expectStoredOnce(world.sandbox.store, photos.slice(0, 5));
  await reach('filter-all');
  await press('End');
  while ((await page.locator('[data-testid=filter-attention][aria-selected=true]').count()) === 0)
    await press('ArrowLeft');
  await page.getByTestId('row-6').waitFor();
  await reach('grid');
  await press('Home', 'ArrowRight', 'ArrowRight');
  expect((await focusOf(app)).at).toBe('retry-6');
  await press('Enter');
  await expect.poll(async () => (await summaryOf(page)).attention.count, { timeout: 20_000 }).toBe(1);
  await page.getByTestId('remove-6').waitFor();
  await press('Home', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  expect((await focusOf(app)).at).toBe('remove-6');
  await press('Enter');
  await page.getByTestId('list-empty').waitFor();
  await look('removing the last row');
  expect((await summaryOf(page)).all.count).toBe(5);

  // And out.
  await reach('account');
  await press('Enter');
  await page.getByTestId('sign-out').waitFor();
  for (let at = await look('opening the menu'); at !== 'sign-out'; at = (await focusOf(app)).at)
    await press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByTestId('view-signed-out').waitFor();
  await look('signing out');
});
