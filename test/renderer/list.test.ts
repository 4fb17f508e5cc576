/** The list of photos: what it draws and asks for, in which order, and where its cursor is. */
import { describe, expect, it } from 'vitest';
import { type PageRequest } from '../../preload/contract/model.ts';
import { makeSummary, scenarioOf, signedIn } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
import { isFocused, openerOfWindows, type WindowPage } from './support/window-page.ts';

const open = openerOfWindows();

const lastRequest = async (view: WindowPage): Promise<PageRequest | undefined> =>
  (await view.calls('queue.page')).at(-1)?.[0] as PageRequest | undefined;

describe('the list', () => {
  it('draws a handful of rows of 100,000 and asks for the pages that are looked at', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 100_000 }) });
    await view.page.getByTestId('row-1').waitFor();
    const drawn = view.page.locator('[data-testid^="row-"]');
    await expect.poll(() => drawn.count()).toBeLessThan(30);
    await view.page.getByRole('grid', { name: 'Photos' }).focus();
    await view.page.keyboard.press('End');
    await view.page.getByTestId('row-100000').waitFor();
    await expect.poll(() => drawn.count()).toBeLessThan(30);
    const requests = (await view.calls('queue.page')).map((call) => call[0] as PageRequest);
    expect(requests.every((request) => request.limit <= 500)).toBe(true);
    expect(requests.map(({ offset }) => offset)).toContain(99_950);
    expect(requests.length).toBeLessThan(10);
    const last = view.page.getByRole('row').filter({ has: view.page.getByTestId('row-100000') });
    await expect.poll(() => last.getAttribute('aria-rowindex')).toBe('100000');
    await expect.poll(() => view.page.getByRole('grid').getAttribute('aria-rowcount')).toBe('100000');
  });

  it('changes the filter with the arrow keys', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('filter-all').focus();
    await view.page.keyboard.press('ArrowRight');
    await expect.poll(() => lastRequest(view)).toMatchObject({ filter: 'waiting' });
    await expect
      .poll(() => view.page.getByTestId('filter-waiting').getAttribute('aria-selected'))
      .toBe('true');
  });

  it('searches with each letter, says what it found, and is emptied by Escape', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('row-1').waitFor();
    await view.page.keyboard.press('Control+f');
    await expect.poll(() => isFocused(view.page.getByTestId('search'))).toBe(true);
    await view.page.keyboard.type('lake');
    const found = view.page.getByTestId('found');
    await expect.poll(() => found.textContent()).toBe('13 photos found');
    expect((await view.calls('queue.page')).map(([request]) => (request as PageRequest).search)).toEqual(
      expect.arrayContaining(['l', 'la', 'lak', 'lake']),
    );
    expect(await violationsIn(view.page)).toEqual([]);
    await view.page.keyboard.press('Escape');
    await expect.poll(() => lastRequest(view)).toMatchObject({ search: '' });
    await view.page.keyboard.type('nowhere');
    await view.page.getByTestId('list-empty').waitFor();
    await expect.poll(() => view.page.getByTestId('list-empty').textContent()).toContain('“nowhere”');
    expect(view.complaints).toEqual([]);
  });

  it('sorts by a menu, in both directions', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('sort').click();
    expect(await violationsIn(view.page)).toEqual([]);
    await view.page.getByRole('menuitemradio', { name: 'Date taken' }).click();
    await expect.poll(() => lastRequest(view)).toMatchObject({ sort: 'taken', descending: false });
    await view.page.getByTestId('sort').focus();
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('menuitemradio', { name: 'Descending' }).click();
    await expect.poll(() => lastRequest(view)).toMatchObject({ sort: 'taken', descending: true });
    await expect
      .poll(() => view.page.getByTestId('sort').getAttribute('aria-label'))
      .toBe('Sort by: Date taken');
  });

  it('follows the changes of the queue on screen', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 3 }) });
    await view.page.getByTestId('row-3').waitFor();
    const summary = makeSummary({ done: 2 });
    await view.set({ summary, states: [{ kind: 'done', duplicateOf: 'IMG_1.HEIC' }] });
    await view.emit('queue.changed', summary);
    await view.page.locator('[data-testid="row-1"][data-state="done"]').waitFor();
    await expect.poll(() => view.page.getByTestId('row-3').count()).toBe(0);
    await expect.poll(() => view.page.getByTestId('row-1').textContent()).toContain('Same as IMG_1.HEIC');
    await expect
      .poll(() => view.page.getByTestId('summary-done').textContent())
      .toBe('All 2 photos uploaded');
    await view.set({ summary: makeSummary({}) });
    await view.emit('queue.changed', makeSummary({}));
    await view.page.getByTestId('view-empty').waitFor();
  });

  it('puts rows into the elements of those that have gone out of sight, in order once it rests', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 100_000 }) });
    await view.page.getByTestId('row-1').waitFor();
    const list = view.page.getByRole('grid', { name: 'Photos' });
    await list.evaluate((element) => {
      const before = [...element.querySelectorAll('[role=row]')];
      Object.assign(window, {
        kept: () => before.filter((row) => row.isConnected).length,
        all: before.length,
      });
    });
    await list.evaluate((element) => element.scrollTo({ top: 68 * 30 }));
    await view.page.getByTestId('row-31').waitFor();
    const [kept, all] = (await view.page.evaluate('[window.kept(), window.all]')) as [number, number];
    expect(kept).toBe(all);
    const inOrder = (): Promise<boolean> =>
      view.page.getByRole('row').evaluateAll((rows) => {
        const indices = rows.map((row) => Number(row.getAttribute('aria-rowindex')));
        return indices.every((index, n) => n === 0 || index === (indices[n - 1] ?? 0) + 1);
      });
    await expect.poll(inOrder).toBe(true);
  });

  it('asks for nothing while it flies by, and for what is there when it rests', async () => {
    const view = await open(
      { auth: signedIn, summary: makeSummary({ waiting: 100_000 }) },
      { ownTime: true },
    );
    await view.page.getByTestId('row-1').waitFor();
    const list = view.page.getByRole('grid', { name: 'Photos' });
    await expect.poll(async () => (await view.calls('queue.page')).length).toBeGreaterThanOrEqual(2);
    const before = (await view.calls('queue.page')).length;
    // Time passes as this test says: on a slow machine the list would rest between two steps.
    await view.page.clock.install({ time: 0 });
    await view.page.clock.pauseAt(1_000);
    const scrollTo = (top: number): Promise<boolean> =>
      list.evaluate(
        (element, place) =>
          new Promise<boolean>((resolve) => {
            // The list has listened for longer, and so hears of it first.
            const told = (): void => resolve('flies' in (element as HTMLElement).dataset);
            element.addEventListener('scroll', told, { once: true });
            element.scrollTop = place;
          }),
        top,
      );
    const flies: boolean[] = [];
    for (let step = 1; step <= 20; step += 1) {
      flies.push(await scrollTo(step * 68 * 2_000));
      await view.page.clock.runFor(16);
    }
    // The first step is a jump as any other.
    expect(flies).toEqual([false, ...Array.from({ length: 19 }, () => true)]);
    await view.page.clock.runFor(1_000);
    await view.page.getByTestId('row-40001').waitFor();
    const offsets = (await view.calls('queue.page'))
      .slice(before)
      .map(([request]) => (request as PageRequest).offset);
    expect(offsets).toContain(40_000);
    expect(offsets.filter((offset) => offset > 2_200 && offset < 39_800)).toEqual([]);
  });

  it('asks for no picture of what half a word finds, and for those there are when nobody types', async () => {
    const pixel = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
    const view = await open(
      { auth: signedIn, summary: makeSummary({ waiting: 100_000 }), pictures: [pixel] },
      { ownTime: true },
    );
    const pictures = view.page.locator('.row .thumb-image');
    // From the end, for there a search leaves other photos in their places.
    await view.page.getByTestId('sort').click();
    await view.page.getByRole('menuitemradio', { name: 'Descending' }).click();
    await view.page.getByTestId('row-100000').locator('.thumb-image').waitFor();
    await view.page.clock.install({ time: 0 });
    await view.page.clock.pauseAt(1_000);
    await view.page.getByTestId('search').fill('half a wo');
    await view.page.getByTestId('row-1000').waitFor();
    expect(await pictures.count()).toBe(0);
    await view.page.clock.runFor(1_000);
    await view.page.getByTestId('row-1000').locator('.thumb-image').waitFor();
  });

  it('shows pictures side by side, moves in both directions, and keeps that choice', async () => {
    const view = await open({ ...scenarioOf('queue'), summary: makeSummary({ waiting: 100_000 }) });
    await view.page.getByTestId('toggle-grid').click();
    const grid = view.page.getByRole('grid', { name: 'Photos' });
    await view.page.locator('.tile').first().waitFor();
    const columns = await view.page.getByRole('row').first().getByRole('gridcell').count();
    expect(columns).toBeGreaterThan(3);
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(Math.ceil(100_000 / columns)));
    await expect.poll(() => view.page.locator('.tile').count()).toBeLessThan(120);
    await grid.focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowDown']) await view.page.keyboard.press(key);
    const at = `photo-${columns + 2}`;
    await expect.poll(() => grid.getAttribute('aria-activedescendant')).toBe(at);
    await view.page.keyboard.press('Shift+End');
    await view.page.getByTestId('row-100000').waitFor();
    await expect.poll(() => view.calls('queue.select')).toHaveLength(4);
    await expect
      .poll(async () => (await view.calls('queue.select')).at(-1)?.[0])
      .toMatchObject({
        kind: 'range',
        from: columns + 2,
        to: 100_000,
      });
    expect(await violationsIn(view.page)).toEqual([]);
    await view.page.reload();
    await view.page.locator('.tile').first().waitFor();
    await expect.poll(() => view.page.getByTestId('toggle-grid').getAttribute('aria-pressed')).toBe('true');
    expect(view.complaints).toEqual([]);
  });

  it('keeps the cursor at its row while rows come and go', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 20 }) });
    await view.page.getByTestId('row-5').click();
    const grid = view.page.getByRole('grid');
    await expect.poll(() => grid.getAttribute('aria-activedescendant')).toBe('photo-5');
    await view.page.keyboard.press('End');
    await expect.poll(() => grid.getAttribute('aria-activedescendant')).toBe('photo-20');
    const fewer = makeSummary({ waiting: 7 });
    await view.set({ summary: fewer });
    await view.emit('queue.changed', fewer);
    await expect.poll(() => grid.getAttribute('aria-activedescendant')).toBe('photo-7');
    await expect.poll(() => isFocused(grid)).toBe(true);
  });
});
