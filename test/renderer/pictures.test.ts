/**
 * docs/pictures: every view of the window in both themes.
 *
 *   TINTYPE_PICTURES=draw npm test -- renderer/pictures
 *
 * draws them anew, and leaves a file as it is where nobody would see a difference. Otherwise this only looks whether
 * each view has its pictures, of the right size, and no picture is left of a view that is gone.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Scenario } from './support/fake-bridge.ts';
import { drawLandscapes } from './support/landscapes.ts';
import { makeSummary, scenarioOf } from './support/scenarios.ts';
import { startWindowHost } from './support/window-page.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'docs', 'pictures');
const size = { width: 1000, height: 700 };
const themes = ['light', 'dark'] as const;
/** Of the pixels: a second that has passed, a letter that is drawn otherwise. */
const unseen = 0.0005;

interface View {
  scenario: string;
  /** What is changed in the scenario. */
  but?: Partial<Scenario>;
  /** From the window as it opens to what is to be seen. */
  go?: (page: Page) => Promise<unknown>;
}
const settings =
  (section: string) =>
  async (page: Page): Promise<void> => {
    await page.keyboard.press('Control+,');
    await page.getByTestId(`settings-${section}`).click();
    await page.locator(`[data-testid=settings-${section}][data-selected]`).waitFor();
  };
const details = async (page: Page): Promise<void> => {
  await page.getByTestId('row-2').dblclick();
  await page.getByTestId('details').getByText('Plate Camera').waitFor();
};
const views = {
  'first-run': { scenario: 'unconfigured' },
  'first-run-refused': {
    scenario: 'unconfigured-refused',
    go: async (page) => {
      await page.keyboard.type('photos.example.org');
      await page.keyboard.press('Enter');
      await page.getByTestId('problem').waitFor();
    },
  },
  'signed-out': { scenario: 'signed-out' },
  'signed-out-accounts': { scenario: 'signed-out-accounts' },
  'signing-in': { scenario: 'signing-in' },
  empty: { scenario: 'empty' },
  queue: { scenario: 'queue' },
  grid: { scenario: 'queue', go: (page) => page.getByTestId('toggle-grid').click() },
  details: { scenario: 'queue', go: details },
  attempts: {
    scenario: 'queue-attempts',
    go: async (page) => {
      await page.getByTestId('row-1').dblclick();
      await page.getByTestId('attempts').scrollIntoViewIfNeeded();
    },
  },
  selection: {
    scenario: 'queue',
    go: async (page) => {
      await page.getByTestId('row-2').click();
      await page.getByTestId('row-5').click({ modifiers: ['Shift'] });
      await page.getByTestId('selected').waitFor();
    },
  },
  search: {
    scenario: 'queue',
    go: async (page) => {
      await page.getByTestId('search').fill('lake');
      await page.getByTestId('found').getByText('found').waitFor();
    },
  },
  removal: {
    scenario: 'queue',
    go: async (page) => {
      await page.getByTestId('row-2').click();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await page.getByTestId('removal').waitFor();
    },
  },
  archived: { scenario: 'archived', go: (page) => page.getByTestId('list-empty').waitFor() },
  'nothing-found': {
    scenario: 'queue',
    go: async (page) => {
      await page.getByTestId('search').fill('nowhere');
      await page.getByTestId('list-empty').waitFor();
    },
  },
  history: { scenario: 'queue-history', go: (page) => page.getByTestId('filter-history').click() },
  'last-run': { scenario: 'queue-last-run' },
  'skipped-files': {
    scenario: 'queue-intake',
    go: (page) => page.getByTestId('intake-details').click(),
  },
  offline: { scenario: 'queue-offline' },
  'session-ended': { scenario: 'queue-expired' },
  'missing-files': { scenario: 'queue-missing' },
  accounts: { scenario: 'queue-accounts', go: (page) => page.getByTestId('account').click() },
  'settings-general': { scenario: 'queue', go: settings('general') },
  'settings-uploads': { scenario: 'queue', go: settings('uploads') },
  'settings-account': { scenario: 'queue', go: settings('account') },
  'settings-about': { scenario: 'queue', go: settings('about') },
  'queue-refused': { scenario: 'engine-failed' },
} satisfies Record<string, View> as Record<string, View>;

const files = Object.keys(views).flatMap((view) => themes.map((theme) => `${view}-${theme}.png`));

describe('docs/pictures', () => {
  it('is drawn anew', async ({ skip }) => {
    if (process.env['TINTYPE_PICTURES'] !== 'draw') {
      console.log('The pictures are not drawn anew: TINTYPE_PICTURES is not `draw`.');
      skip();
    }
    const pictures = await drawLandscapes(24);
    const host = await startWindowHost();
    fs.mkdirSync(folder, { recursive: true });
    for (const [name, { scenario, but, go }] of Object.entries(views)) {
      const known = scenarioOf(scenario);
      for (const theme of themes) {
        const view = await host.open(
          { summary: makeSummary({}), ...known, ...but, pictures },
          { dark: theme === 'dark', size },
        );
        if (name !== 'empty' && scenario.startsWith('queue')) await view.page.getByTestId('row-1').waitFor();
        await go?.(view.page);
        await untilDrawn(view.page);
        await keep(path.join(folder, `${name}-${theme}.png`), await view.page.screenshot());
        await view.close();
      }
    }
    for (const file of fs.readdirSync(folder)) {
      if (!files.includes(file)) fs.rmSync(path.join(folder, file));
    }
    await host.close();
  }, 600_000);

  it('has every view in both themes, and nothing else', async () => {
    expect(fs.readdirSync(folder).sort()).toEqual([...files].sort());
    for (const file of files) {
      const { width, height } = await sharp(path.join(folder, file)).metadata();
      expect({ width, height }, file).toEqual(size);
    }
  });

  it('holds what the documents show', () => {
    const documents = [
      'README.md',
      ...fs
        .readdirSync(path.join(root, 'docs'))
        .filter((file) => file.endsWith('.md'))
        .map((file) => `docs/${file}`),
    ];
    const shown = documents.flatMap((file) =>
      [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(/pictures\/([\w-]+\.png)/g)].map(
        ([, name]) => name,
      ),
    );
    expect(shown).not.toEqual([]);
    expect(shown.filter((name) => !files.includes(name ?? ''))).toEqual([]);
  });
});

/** Waits until every photo is there and nothing moves. */
function untilDrawn(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => undefined)));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** Writes the picture with few colours, unless the file shows the same. */
async function keep(file: string, screenshot: Buffer): Promise<void> {
  const png = await sharp(screenshot).png({ palette: true, quality: 90, effort: 10 }).toBuffer();
  if (fs.existsSync(file)) {
    const [before, now] = await Promise.all(
      [fs.readFileSync(file), png].map((image) => sharp(image).removeAlpha().raw().toBuffer()),
    );
    let different = 0;
    for (let at = 0; at < (now?.length ?? 0); at += 3) {
      if (
        [0, 1, 2].some((channel) => Math.abs((now?.[at + channel] ?? 0) - (before?.[at + channel] ?? 0)) > 24)
      )
        different += 1;
    }
    if (before?.length === now?.length && different / (size.width * size.height) < unseen) return;
  }
  fs.writeFileSync(file, png);
}
