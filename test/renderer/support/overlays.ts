import type { Page } from 'playwright-core';
import { settingsSections } from '../../../preload/contract/model.ts';

/** What opens over the queue of the scenario `queue-accounts`, each with what opens it. */
export const overlays: Record<string, (page: Page) => Promise<unknown>> = {
  'account menu': (page) => page.getByTestId('account').click(),
  'question before an account goes': async (page) => {
    await page.getByTestId('account').click();
    await page.getByTestId('sign-out-and-remove').click();
  },
  'queue options': (page) => page.getByTestId('queue-options').click(),
  'question before all is cancelled': async (page) => {
    await page.getByTestId('queue-options').click();
    await page.getByRole('menuitem').last().click();
    await page.getByTestId('cancel-all').waitFor();
  },
  orders: (page) => page.getByTestId('sort').click(),
  grid: async (page) => {
    await page.getByTestId('toggle-grid').click();
    await page.locator('.tile').first().waitFor();
  },
  details: async (page) => {
    await page.getByTestId('row-7').dblclick();
    await page.getByTestId('details').locator('dl').first().waitFor();
  },
  selection: async (page) => {
    await page.getByTestId('select-all').click();
    await page.getByTestId('selected').waitFor();
  },
  ...Object.fromEntries(
    settingsSections.map((section) => [
      `${section} settings`,
      async (page: Page) => {
        await page.keyboard.press('Control+,');
        await page.getByTestId(`settings-${section}`).click();
      },
    ]),
  ),
  'hours of the timetable': async (page) => {
    await page.keyboard.press('Control+,');
    await page.getByTestId('settings-uploads').click();
    await page.getByTestId('timetable-add').click();
  },
  'search without a find': async (page) => {
    await page.getByTestId('search').fill('nowhere');
    await page.getByTestId('list-empty').waitFor();
  },
};
