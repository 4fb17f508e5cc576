/** Every view in other languages: nothing is clipped, nothing is left in English, and one can be mirrored. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cutOffWords, spokenWords } from './support/laid-out.ts';
import { overlays } from './support/overlays.ts';
import { makeScenarios, scenarioOf } from './support/scenarios.ts';
import { startWindowHost, type WindowHost, type WindowPage } from './support/window-page.ts';

/** As main/window.ts has it. */
const smallest = { width: 720, height: 480 };
const usual = { width: 900, height: 640 };

let host: WindowHost;
beforeAll(async () => {
  host = await startWindowHost();
});
afterAll(() => host.close());

async function open(name: string, locale?: string): Promise<WindowPage> {
  const view = await host.open(scenarioOf(name), {
    size: usual,
    ...(locale === undefined ? {} : { locale }),
  });
  onTestFinished(() => view.close());
  if (name.startsWith('queue')) await view.page.getByTestId('row-1').waitFor();
  return view;
}

async function speak({ page, emit }: WindowPage, locale: string): Promise<void> {
  await emit('language.changed', locale);
  await page.locator(`html[lang="${locale}"]`).waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

/**
 * What nobody translates: names, paths, addresses, codes for whoever helps, units, types of file, licences; and the word
 * that react-aria has for closing.
 */
const untranslated =
  /^(?:.*[/\\].*|\S+\.\w{2,4}|\S+@\S+|Ada Lovelace|Charles Babbage|Harvest festival\.jpg|Plate Camera|[A-Z]{3,4}|[0-9a-f]{64}|schema 9, .*|private|Dismiss|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?|English|Deutsch|react|react-aria-components|zod|Permission is hereby .*|[A-Z][a-z]{2} \d+, \d{4}, .*|timeout|[a-z]+(?:_[a-z]+)+(?:, timeout)?|ECONN.*|[\d.,]+ (?:[kMGT]?B|bytes?|[kMG]B\/s|%))$/;

/** What is in English although the window speaks a pseudo-locale, where every sentence is between brackets. */
async function leftInEnglish({ page }: WindowPage): Promise<string[]> {
  const words = await page.evaluate(spokenWords);
  return words.filter((text) => /[a-z]{3}/i.test(text) && !/[[\]]/.test(text) && !untranslated.test(text));
}

/** What has no room, in each size of the window. */
async function withoutRoom({ page }: WindowPage, locale: string): Promise<string[]> {
  const complaints: string[] = [];
  for (const size of [usual, smallest]) {
    await page.setViewportSize(size);
    // What is open over the page moves when that has been drawn.
    let cut = await page.evaluate(cutOffWords);
    for (let frame = 0; cut.length > 0 && frame < 30; frame += 1) {
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      cut = await page.evaluate(cutOffWords);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) cut.push(`${wide} pixels to scroll sideways`);
    complaints.push(...cut.map((what) => `${locale} at ${size.width}: ${what}`));
  }
  return complaints;
}

it.each(Object.keys(makeScenarios(0)))(
  '%s: has room for longer words, and has none in English',
  async (name) => {
    const view = await open(name, 'en-XA');
    for (const details of await view.page.getByTestId('technical').locator('summary').all()) {
      await details.click();
    }
    expect(await leftInEnglish(view)).toEqual([]);
    const complaints: string[] = [];
    for (const locale of ['en-XA', 'ar-XB', 'de']) {
      await speak(view, locale);
      complaints.push(...(await withoutRoom(view, locale)));
    }
    expect(complaints).toEqual([]);
    expect(view.complaints).toEqual([]);
  },
);

it.each(Object.keys(overlays))('the %s has room for longer words, and has none in English', async (name) => {
  const complaints: string[] = [];
  for (const locale of ['en-XA', 'ar-XB', 'de']) {
    const view = await open('queue-accounts', locale);
    await overlays[name]?.(view.page);
    if (locale === 'en-XA') expect(await leftInEnglish(view)).toEqual([]);
    complaints.push(...(await withoutRoom(view, locale)));
    await view.close();
  }
  expect(complaints).toEqual([]);
});

describe('a window from right to left', () => {
  it('is mirrored', async () => {
    const view = await open('queue', 'ar-XB');
    const { page } = view;
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    /** How far each begins from where the lines of the page begin. */
    const starts = (direction: 'ltr' | 'rtl'): Promise<number[]> =>
      Promise.all(
        ['.brand', '.row .thumb', '.row .row-file', '.row .row-status'].map(async (selector) => {
          const box = await page.locator(selector).first().boundingBox();
          if (box === null) throw new Error(`${selector} is not there`);
          return direction === 'ltr' ? box.x : usual.width - box.x - box.width;
        }),
      );
    const mirrored = await starts('rtl');
    expect(mirrored.toSorted((a, b) => a - b)).toEqual(mirrored);
    await speak(view, 'en');
    // The bar that scrolls the list stays at one side, or changes it, as the system has it.
    for (const [index, start] of (await starts('ltr')).entries()) {
      expect(Math.abs(start - (mirrored[index] ?? 0))).toBeLessThan(20);
    }
  });

  it('no style names a left or a right but for what has a mirror of its own', async () => {
    const folder = path.resolve(import.meta.dirname, '../../renderer');
    const sided =
      /(?:^|[\s;{-])(?:left|right)\s*:|-(?:left|right)(?:-\w+)?\s*:|text-align:\s*(?:left|right)|float:/;
    const lopsided = /(?:margin|padding|inset|border-width):\s*(\S+) (\S+) (\S+) (?!\2;)\S+;/;
    const offences: string[] = [];
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.css'))) {
      const lines = (await readFile(path.join(folder, file), 'utf8')).split('\n');
      for (const [index, line] of lines.entries()) {
        if (sided.test(line) || lopsided.test(line)) offences.push(`${file}:${index + 1}:${line}`);
      }
    }
    expect(offences).toEqual([]);
  });
});

it('speaks another language at once, in rows that have not changed too, and keeps what was open', async () => {
  const view = await open('queue');
  const { page } = view;
  expect(await page.locator('html').getAttribute('lang')).toBe('en-US');
  await page.getByTestId('account').click();
  await speak(view, 'de-DE');
  const words = (await page.evaluate(spokenWords)).join('\n');
  expect(words).toContain('von 1.204 Fotos hochgeladen');
  expect(words).toContain('Wird hochgeladen');
  expect(words).toContain('Schon in der Bibliothek');
  expect(words).not.toMatch(/Uploading|Already in|Sign out/);
  expect(await page.getByTestId('sign-out').textContent()).toContain('Abmelden');
});

it('follows the browser where main names no language', async () => {
  const view = await open('empty');
  expect(await view.page.getByTestId('choose-files').textContent()).toBe('Choose photos…');
});
