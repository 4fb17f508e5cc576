/** Every view, in a real Chromium under the real policy: accessible, in words, and when something breaks. */
import { describe, expect, it } from 'vitest';
import { blockReasons, problemCodes, skipReasons, waitReasons } from '../../preload/contract/model.ts';
import { makeScenarios, scenarioOf } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
import { openerOfWindows, settled } from './support/window-page.ts';

const open = openerOfWindows();

const expectedViews: Record<string, string> = {
  unconfigured: 'view-unconfigured',
  'signed-out': 'view-signed-out',
  'signing-in': 'view-signing-in',
  empty: 'view-empty',
  archived: 'view-queue',
  queue: 'view-queue',
  engine: 'view-engine-failed',
};
// Codes of one plain word ("offline", "missing") are also English.
const codes = [...problemCodes, ...waitReasons, ...blockReasons, ...skipReasons].filter((code) =>
  code.includes('_'),
);

describe('every view, in light and large and in dark and small', () => {
  it.each(Object.keys(makeScenarios(0)))(
    '%s: accessible, within the policy, without a raw code',
    async (name) => {
      const view = await open(scenarioOf(name), { size: { width: 1000, height: 700 } });
      const key = Object.keys(expectedViews).find(
        (prefix) => name === prefix || name.startsWith(`${prefix}-`),
      );
      await view.page.getByTestId(expectedViews[key ?? ''] ?? '').waitFor();
      const sound = async (): Promise<void> => {
        if (name.startsWith('queue')) await view.page.getByTestId('row-1').waitFor();
        expect(await violationsIn(view.page)).toEqual([]);
        const words = (await view.page.locator('body').textContent()) ?? '';
        expect(codes.filter((code) => words.includes(code))).toEqual([]);
        const wide = await view.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wide).toBeLessThanOrEqual(0);
      };
      await sound();
      await view.page.emulateMedia({ colorScheme: 'dark' });
      await view.page.setViewportSize({ width: 720, height: 480 });
      await settled(view.page);
      await sound();
      expect(view.complaints).toEqual([]);
    },
  );
});

describe('the policy', () => {
  it('is the strict one: an inline style is refused here', async () => {
    const view = await open(scenarioOf('empty'));
    await view.page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.head.append(style);
    });
    await expect.poll(() => view.complaints.join()).toContain('style-src');
  });
});

describe('when something breaks', () => {
  it('shows the last line of defence and no exception', async () => {
    const view = await open(scenarioOf('queue'));
    await view.emit('auth.changed', { kind: 'nonsense' });
    const fatal = view.page.getByTestId('view-fatal');
    await fatal.waitFor();
    const words = (await view.page.locator('body').innerText()) ?? '';
    expect(words).not.toMatch(/nonsense|error|unexpected/i);
    await fatal.getByRole('button', { name: 'Reload window' }).click();
    await view.page.getByTestId('view-queue').waitFor();
  });

  it('says why the queue cannot be opened', async () => {
    const view = await open(scenarioOf('engine-failed'));
    await expect
      .poll(() => view.page.getByTestId('view-engine-failed').innerText())
      .toContain('a newer version of Tintype');
  });

  it('tells that the engine was started again, once', async () => {
    const view = await open(scenarioOf('queue-notices'));
    const notice = view.page.getByTestId('engine-restarted');
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await notice.waitFor({ state: 'detached' });
    await expect.poll(() => view.page.getByTestId('account-problem').textContent()).toContain('keychain');
  });
});
