/** Selecting photos and acting on them, by mouse and by keys. */
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { makeSummary, scenarioOf, signedIn } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
import { isFocused, openerOfWindows } from './support/window-page.ts';

const open = openerOfWindows();

describe('the selection', () => {
  it('leads by arrow keys from a row to its buttons and back, and stops at the list once for the Tab key', async () => {
    const view = await open(scenarioOf('queue-missing'));
    const { keyboard } = view.page;
    const grid = view.page.getByRole('grid', { name: 'Photos' });
    await view.page.getByTestId('row-1').waitFor();
    await grid.focus();
    await keyboard.press('ArrowDown');
    for (const button of ['locate-1', 'retry-1', 'remove-1', 'remove-1']) {
      await keyboard.press('ArrowRight');
      await expect.poll(() => isFocused(view.page.getByTestId(button)), { message: button }).toBe(true);
    }
    await keyboard.press('ArrowLeft');
    await expect.poll(() => isFocused(view.page.getByTestId('retry-1'))).toBe(true);
    await keyboard.press('Enter');
    await expect.poll(() => view.calls('queue.retry')).toEqual([[[1]]]);
    await expect.poll(() => isFocused(grid)).toBe(true);
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowDown');
    await expect.poll(() => isFocused(grid)).toBe(true);
    await expect.poll(() => grid.getAttribute('aria-activedescendant')).toBe('photo-2');

    // A menu of the row takes the keys, and gives them back.
    await keyboard.press('ArrowUp');
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await view.page.getByRole('menuitem', { name: 'Choose the photo…' }).waitFor();
    await keyboard.press('Escape');
    const locate = view.page.getByTestId('locate-1');
    await expect.poll(() => isFocused(locate)).toBe(true);
    await keyboard.press('Enter');
    await expect
      .poll(() => isFocused(view.page.getByRole('menuitem', { name: 'Choose the photo…' })))
      .toBe(true);
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect.poll(() => view.calls('queue.locate')).toEqual([[1, 'folder']]);
    await expect.poll(() => isFocused(locate)).toBe(true);
    await keyboard.press('ArrowLeft');
    await expect.poll(() => isFocused(grid)).toBe(true);

    // Nothing in a row is a stop of its own.
    await keyboard.press('Tab');
    await expect.poll(() => isFocused(view.page.getByTestId('selected-hold'))).toBe(true);
    await keyboard.press('Shift+Tab');
    await expect.poll(() => isFocused(grid)).toBe(true);
    expect(view.complaints).toEqual([]);
  });

  it('takes the focus back when the button that has it goes with the state of its photo', async () => {
    const view = await open({
      auth: signedIn,
      summary: makeSummary({ attention: 2 }),
      states: [{ kind: 'blocked', reason: 'rejected' }],
    });
    const grid = view.page.getByRole('grid', { name: 'Photos' });
    await view.page.getByTestId('row-1').waitFor();
    await grid.focus();
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('ArrowRight');
    await expect.poll(() => isFocused(view.page.getByTestId('retry-1'))).toBe(true);
    const summary = makeSummary({ done: 2 });
    await view.set({ summary, states: [{ kind: 'done', duplicateOf: null }] });
    await view.emit('queue.changed', summary);
    await view.page.locator('[data-testid="row-1"][data-state="done"]').waitFor();
    await expect.poll(() => isFocused(grid)).toBe(true);
  });

  it('selects by keyboard alone, tells the reader where it is, and acts on all that match', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 100_000 }) });
    const { keyboard } = view.page;
    const grid = view.page.getByRole('grid', { name: 'Photos' });
    const selected = view.page.getByTestId('selected');
    const says = async (text: string): Promise<void> => {
      await expect.poll(() => selected.textContent()).toBe(text);
    };
    const marked = (): Promise<string[]> =>
      view.page
        .getByRole('gridcell', { selected: true })
        .evaluateAll((cells) => cells.map((cell) => cell.id.replace('photo-', '')));
    await view.page.getByTestId('row-1').waitFor();
    await grid.focus();
    await keyboard.press('ArrowDown');
    await says('1 selected, 4.2 MB');
    await keyboard.press('ArrowDown');
    await keyboard.press('Shift+ArrowDown');
    await keyboard.press('Shift+ArrowDown');
    await says('3 selected, 12.5 MB');
    await expect.poll(marked).toEqual(['2', '3', '4']);
    await expect.poll(() => grid.getAttribute('aria-activedescendant')).toBe('photo-4');
    await keyboard.press('Control+ArrowDown');
    await keyboard.press('Control+ArrowDown');
    await keyboard.press('Space');
    await says('4 selected, 16.7 MB');
    await expect.poll(() => isFocused(grid)).toBe(true);
    expect(await violationsIn(view.page)).toEqual([]);

    await keyboard.press('Control+a');
    await says('100,000 selected, 418 GB');
    const select = (await view.calls('queue.select')).at(-1);
    expect(JSON.stringify(select).length).toBeLessThan(200);
    await keyboard.press('Delete');
    await view.page.getByTestId('removal').waitFor();
    await expect
      .poll(() => view.page.getByTestId('removal').textContent())
      .toContain('Remove 100,000 photos');
    expect(await violationsIn(view.page)).toEqual([]);
    await keyboard.press('Escape');
    await view.page.getByTestId('removal').waitFor({ state: 'detached' });
    await expect.poll(() => view.calls('queue.act')).toEqual([]);
    await keyboard.press('Delete');
    await view.page.getByTestId('removal-yes').click();
    await expect.poll(() => view.calls('queue.act')).toEqual([['remove']]);
    await grid.focus();
    await keyboard.press('Escape');
    await selected.waitFor({ state: 'detached' });
    expect(view.complaints).toEqual([]);
  });

  it('selects with the mouse: one, one more with Ctrl, a range with Shift', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 50 }) });
    const name = (id: number): Locator => view.page.getByTestId(`row-${id}`).locator('.row-name');
    await name(2).click();
    await name(4).click({ modifiers: ['ControlOrMeta'] });
    await name(6).click({ modifiers: ['ControlOrMeta', 'Shift'] });
    await expect.poll(() => view.page.getByTestId('selected').textContent()).toMatch(/^4 /);
    await view.page.getByTestId('selected-hold').click();
    await expect.poll(() => view.calls('queue.act')).toEqual([['hold']]);
    await expect.poll(() => view.page.getByTestId('selected-retry').isDisabled()).toBe(true);
    await name(3).click({ modifiers: ['Shift'] });
    await expect.poll(() => view.page.getByRole('gridcell', { selected: true }).count()).toBe(2);
    // A row's own button is not a click on the row.
    await view.page.getByTestId('hold-1').click();
    await expect
      .poll(() => view.calls('queue.select'))
      .toMatchObject([[{ kind: 'one' }], [{ kind: 'one' }], [{ kind: 'range' }], [{ kind: 'range' }]]);
  });
});
