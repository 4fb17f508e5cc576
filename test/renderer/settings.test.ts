/** The settings, and what main asks of the window. */
import { describe, expect, it } from 'vitest';
import { settingsSections } from '../../preload/contract/model.ts';
import { makeSummary, scenarioOf } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
import { isFocused, openerOfWindows, settled } from './support/window-page.ts';

const open = openerOfWindows();

describe('settings', () => {
  it.each(settingsSections)(
    '%s: accessible in light and dark, by keyboard from anywhere',
    async (section) => {
      const view = await open(
        {
          ...scenarioOf('queue-accounts'),
          settings: { timetable: [{ days: [6, 7], from: 1320, to: 360, bytesPerSecond: null }] },
        },
        { size: { width: 720, height: 480 } },
      );
      await view.page.keyboard.press('Control+,');
      await view.page.getByTestId(`settings-${section}`).click();
      await view.page.locator(`[data-testid=settings-${section}][data-selected]`).waitFor();
      expect(await violationsIn(view.page)).toEqual([]);
      // What is behind the settings has been looked at, and is the same as in the views.
      await view.page.emulateMedia({ colorScheme: 'dark' });
      await settled(view.page);
      expect(await violationsIn(view.page, '[data-testid=settings]')).toEqual([]);
      expect(view.complaints).toEqual([]);
      await view.page.keyboard.press('Escape');
      await view.page.getByTestId('settings').waitFor({ state: 'detached' });
    },
  );

  it('are opened by a command that came before the page, and sent one by one', async () => {
    const view = await open({
      ...scenarioOf('queue'),
      commands: [{ kind: 'settings', section: 'uploads' }],
    });
    await view.page.getByTestId('settings').waitFor();
    await view.page.getByTestId('timetable-add').click();
    const hours = view.page.getByTestId('hours-0');
    await hours.getByTestId('day-6').click();
    await hours.getByTestId('hours-0-to').getByRole('button').click();
    await view.page.getByRole('option', { name: '7:30 AM' }).click();
    await hours.getByText('until the next day').waitFor();
    await view.page.getByTestId('hours-0-limit').getByRole('button').click();
    await view.page.getByRole('option', { name: '1 Mbit/s' }).click();
    await view.page.getByTestId('setting-speed').getByRole('button').click();
    await view.page.getByRole('option', { name: 'Another limit…' }).click();
    await view.page.getByTestId('setting-speed-own').getByRole('textbox').fill('12.5');
    await view.page.keyboard.press('Tab');
    await expect.poll(() => view.calls('settings.change')).toHaveLength(5);
    expect((await view.calls('settings.change')).flat()).toMatchObject([
      { timetable: [{ days: [1, 2, 3, 4, 5], from: 480, to: 1080 }] },
      { timetable: [{ days: [1, 2, 3, 4, 5, 6] }] },
      { timetable: [{ from: 480, to: 450 }] },
      { timetable: [{ bytesPerSecond: 125_000 }] },
      { bytesPerSecond: 1_562_500 },
    ]);
    expect(view.complaints).toEqual([]);
  });

  it('open a long list beside its button, which the same click could else choose from', async () => {
    const timetable = [{ days: [1], from: 480, to: 1080, bytesPerSecond: null }];
    const view = await open(
      { ...scenarioOf('queue'), settings: { timetable } },
      { size: { width: 720, height: 480 } },
    );
    await view.page.keyboard.press('Control+,');
    await view.page.getByTestId('settings-uploads').click();
    const button = view.page.getByTestId('hours-0-to').getByRole('button');
    await button.click();
    const list = view.page.getByRole('listbox');
    await list.waitFor();
    const [above, below] = [await list.boundingBox(), await button.boundingBox()];
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
    await expect.poll(() => view.calls('settings.change')).toEqual([]);
  });

  it('say in the menu of the queue that the timetable holds in place of the limit there', async () => {
    const always = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 0, bytesPerSecond: 625_000 };
    const view = await open({ ...scenarioOf('queue'), settings: { timetable: [always] } });
    await view.page.getByTestId('queue-options').click();
    await view.page.getByText('The timetable holds now: 5 Mbit/s (625 kB/s)').waitFor();
    expect(
      await view.page.getByRole('menuitemradio', { name: 'No limit' }).getAttribute('aria-checked'),
    ).toBe('true');
  });

  it('say why uploads wait on battery, and lead to the setting', async () => {
    const view = await open({
      ...scenarioOf('queue'),
      summary: makeSummary({ waiting: 3, done: 1 }, { paused: 'battery' }),
    });
    await view.page.getByTestId('battery-banner').getByRole('button').click();
    await view.page.getByTestId('setting-pause-on-battery').waitFor();
  });

  it('and commands of main show a filter, a layout and what was not there', async () => {
    const view = await open({
      ...scenarioOf('queue'),
      commands: [
        { kind: 'filter', filter: 'attention' },
        { kind: 'notice', notice: { kind: 'not-found', names: ['a.jpg', 'b.jpg', 'c.jpg'], count: 7 } },
      ],
    });
    await view.page.locator('[data-testid=filter-attention][aria-selected=true]').waitFor();
    await expect
      .poll(() => view.page.getByTestId('notice').textContent())
      .toContain('7 files that Tintype was started with are not there: a.jpg, b.jpg, c.jpg and others.');
    await view.command({ kind: 'layout', layout: 'grid' });
    await view.page.locator('[data-testid=toggle-grid][aria-pressed=true]').waitFor();
    await view.command({ kind: 'find' });
    await expect.poll(() => isFocused(view.page.getByTestId('search'))).toBe(true);
    await view.page.keyboard.type('lake');
    // In a field its text is meant; in the list all of that.
    await view.command({ kind: 'select-all' });
    const selectedUpTo = (): Promise<number | null> =>
      view.page.getByTestId('search').evaluate((field) => (field as HTMLInputElement).selectionEnd);
    await expect.poll(selectedUpTo).toBe(4);
    await expect.poll(() => view.calls('queue.select')).toEqual([]);
    await view.page.getByTestId('toggle-grid').focus();
    await view.command({ kind: 'select-all' });
    await expect.poll(() => view.calls('queue.select')).toHaveLength(1);
    expect(view.complaints).toEqual([]);
  });
});
