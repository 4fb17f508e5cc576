/** The real app in the language of the computer, and in one that somebody chose. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ask } from './window.ts';
import { openWorld, type World } from './world.ts';

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(() => world.startOver());
afterAll(() => world.close());

/** A computer that speaks German, as Linux says so. */
const german = { TINTYPE_LANGUAGE: '', LANG: 'de_AT.UTF-8', LC_ALL: 'de_AT.UTF-8', LANGUAGE: 'de_AT:en' };

test('follows the computer, to the sign-in page and back', async () => {
  const app = await world.launchSignedIn({ env: german });
  await expect.poll(() => app.page.locator('html').getAttribute('lang')).toBe('de-AT');
  await expect
    .poll(() => app.page.getByRole('heading').first().innerText())
    .toBe('Fotos oder Ordner hierher ziehen');
  const asked = world.browser.urls.map((url) => new URL(url).searchParams.get('lang'));
  expect(asked).toEqual(['de']);
});

test('speaks another language as soon as that is chosen, and after a restart', async () => {
  const userDataDir = world.newDir('user-data');
  const first = await world.launch({ userDataDir, env: german });
  const button = first.page.getByTestId('sign-in');
  await expect.poll(() => button.innerText()).toBe('Anmelden');
  await ask(first.page, 'settings.change', { language: 'en' });
  await first.page.locator('html[lang=en]').waitFor();
  await expect.poll(() => button.innerText()).toBe('Sign in');
  await first.close();

  const second = await world.launch({ userDataDir, env: german });
  await expect.poll(() => second.page.getByTestId('sign-in').innerText()).toBe('Sign in');
  await ask(second.page, 'settings.change', { language: 'system' });
  await second.page.locator('html[lang=de-AT]').waitFor();
});

test('reaches a pseudo-locale by name alone', async () => {
  const app = await world.launch({ env: { TINTYPE_LANGUAGE: 'ar-XB' } });
  await expect.poll(() => app.page.locator('html').getAttribute('dir')).toBe('rtl');
  const other = await world.launch({ args: ['--lang=en-XA'], env: { TINTYPE_LANGUAGE: '' } });
  await expect.poll(() => other.page.getByTestId('sign-in').innerText()).toContain('Šîĝñ îñ');
});
