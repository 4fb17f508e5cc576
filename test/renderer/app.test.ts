/** The window as a person meets it, in a real Chromium under the real policy. */
import { AxeBuilder } from '@axe-core/playwright';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  blockReasons,
  problemCodes,
  settingsSections,
  skipReasons,
  waitReasons,
  type PageRequest,
} from '../../preload/contract/model.ts';
import type { Scenario } from './support/fake-bridge.ts';
import { intakeReport, makeScenarios, makeSummary, scenarioOf, signedIn } from './support/scenarios.ts';
import {
  startWindowHost,
  type OpenOptions,
  type WindowHost,
  type WindowPage,
} from './support/window-page.ts';

let host: WindowHost;
beforeAll(async () => {
  host = await startWindowHost();
});
afterAll(() => host.close());

async function open(given: Scenario, options?: OpenOptions): Promise<WindowPage> {
  const opened = await host.open(given, options);
  onTestFinished(() => opened.close());
  return opened;
}

const names = Object.keys(makeScenarios(0));
/** Waits until the condition holds, looking again whenever the page has drawn. */
async function until(view: WindowPage, condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await view.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}
const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

const expectedViews: Record<string, string> = {
  unconfigured: 'view-unconfigured',
  'signed-out': 'view-signed-out',
  'signing-in': 'view-signing-in',
  empty: 'view-empty',
  queue: 'view-queue',
  engine: 'view-engine-failed',
};
// Codes of one plain word ("offline", "missing") are also English.
const codes = [...problemCodes, ...waitReasons, ...blockReasons, ...skipReasons].filter((code) =>
  code.includes('_'),
);

describe.each([
  { theme: 'light', dark: false, size: { width: 1000, height: 700 } },
  { theme: 'dark', dark: true, size: { width: 720, height: 480 } },
])('every view in $theme', ({ dark, size }) => {
  it.each(names)('%s: accessible, within the policy, without a raw code', async (name) => {
    const view = await open(scenarioOf(name), { dark, size });
    const key = Object.keys(expectedViews).find((prefix) => name === prefix || name.startsWith(`${prefix}-`));
    await view.page.getByTestId(expectedViews[key ?? ''] ?? '').waitFor();
    if (name.startsWith('queue')) await view.page.getByTestId('row-1').waitFor();
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(
      violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' ')}`),
    ).toEqual([]);
    expect(view.complaints).toEqual([]);
    const words = (await view.page.locator('body').textContent()) ?? '';
    expect(codes.filter((code) => words.includes(code))).toEqual([]);
    const wide = await view.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });
});

describe('the policy', () => {
  it('is the strict one: an inline style is refused here', async () => {
    const view = await open(scenarioOf('empty'));
    await view.page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.head.append(style);
    });
    await until(view, () => Promise.resolve(view.complaints.length > 0));
    expect(view.complaints.join()).toContain('style-src');
  });
});

describe('first run', () => {
  it('sends the address, and says in words why it was refused', async () => {
    const view = await open(scenarioOf('unconfigured-refused'));
    await view.page.keyboard.type(' photos.example.org ');
    await view.page.keyboard.press('Enter');
    await view.page.getByTestId('problem').waitFor();
    expect(await view.calls('config.connect')).toEqual([
      { name: 'config.connect', args: ['photos.example.org'] },
    ]);
    expect(await view.page.getByTestId('problem').textContent()).toContain(
      'Nothing answers at that address.',
    );
    expect(await isFocused(view.page.getByTestId('address'))).toBe(true);
  });
});

describe('signing in', () => {
  it('goes by keyboard alone from signed out to the queue', async () => {
    const view = await open(scenarioOf('signed-out'));
    await view.page.keyboard.press('Enter');
    await until(view, async () => (await view.calls('auth.signIn')).length === 1);
    await view.emit('auth.changed', scenarioOf('signing-in').auth);
    await view.page.getByTestId('view-signing-in').waitFor();
    for (const [button, call] of [
      ['open-again', 'auth.openAgain'],
      ['copy-link', 'auth.copyLink'],
      ['cancel-sign-in', 'auth.cancel'],
    ] as const) {
      // The first one has taken the keys from the button of the view before.
      await until(view, () => isFocused(view.page.getByTestId(button)));
      await view.page.keyboard.press('Enter');
      await until(view, async () => (await view.calls(call)).length === 1);
      await view.page.keyboard.press('Tab');
    }
    expect(await view.page.getByTestId('copy-link').textContent()).toBe('Link copied');
    expect(await view.page.getByTestId('deadline').textContent()).toMatch(/another \d+ min/);
    await view.emit('auth.changed', signedIn);
    await view.page.getByTestId('view-empty').waitFor();
  });

  it('says how many photos wait while nobody is signed in', async () => {
    const view = await open(scenarioOf('signed-out-problem'));
    expect(await view.page.getByTestId('waiting-for-sign-in').textContent()).toContain('34 photos wait');
  });

  it('offers a way back into an expired session over the queue', async () => {
    const view = await open(scenarioOf('queue-expired'));
    expect(await view.page.getByTestId('expired-banner').textContent()).toContain(
      'nothing in the queue is lost',
    );
    await view.page.getByTestId('sign-in').click();
    expect(await view.calls('auth.signIn')).toHaveLength(1);
  });

  it('signs out from the account menu, by keyboard', async () => {
    const view = await open(scenarioOf('queue'));
    const account = view.page.getByTestId('account');
    expect(await account.textContent()).toContain('Ada Lovelace');
    expect(await account.textContent()).toContain('ada@example.org');
    await account.focus();
    await view.page.keyboard.press('Enter');
    await view.page.getByTestId('sign-out').waitFor();
    // Past the settings and whatever else is above it.
    while (!(await isFocused(view.page.getByTestId('sign-out')))) await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Enter');
    await until(view, async () => (await view.calls('auth.signOut')).length === 1);
    expect(view.complaints).toEqual([]);
  });
});

describe('several accounts', () => {
  it('are in the menu, with what waits for each, and are switched to and added from there', async () => {
    const view = await open(scenarioOf('queue-accounts'));
    await view.page.getByTestId('account').click();
    const charles = view.page.getByRole('menuitem', { name: 'Switch to Charles Babbage' });
    await until(view, async () => (await charles.textContent())?.includes('1 photo waits') === true);
    await view.page.getByRole('menuitem', { name: /^Sign in as a\.very/ }).waitFor();
    expect(await view.page.getByTestId('sign-out').textContent()).toContain('392 photos wait in the queue');
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await charles.click();
    expect(await view.calls('auth.switchTo')).toEqual([{ name: 'auth.switchTo', args: ['sub-2'] }]);
    await view.page.getByTestId('account').click();
    await view.page.getByTestId('add-account').click();
    expect(await view.calls('auth.addAccount')).toHaveLength(1);
    expect(view.complaints).toEqual([]);
  });

  it('sign out and lose their queue only after a question, which says how many photos', async () => {
    const view = await open(scenarioOf('queue-accounts'));
    for (const answer of ['Escape', 'remove-account-yes']) {
      await view.page.getByTestId('account').click();
      await view.page.getByTestId('sign-out-and-remove').click();
      const dialog = view.page.getByTestId('remove-account');
      await until(
        view,
        async () => (await dialog.textContent())?.includes('392 photos are not uploaded') === true,
      );
      const { violations } = await new AxeBuilder({ page: view.page }).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      if (answer === 'Escape') await view.page.keyboard.press(answer);
      else await view.page.getByTestId(answer).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await view.calls('auth.signOutAndRemove')).toHaveLength(answer === 'Escape' ? 0 : 1);
    }
    expect(await view.calls('auth.signOut')).toEqual([]);
    expect(view.complaints).toEqual([]);
  });

  it('are offered when nobody is at the window: who goes on, who signs in, whom to remove', async () => {
    const view = await open(scenarioOf('signed-out-accounts'));
    const ada = view.page.getByTestId('known-sub-1');
    await until(
      view,
      async () => (await ada.textContent())?.includes('34 photos wait in the queue') === true,
    );
    await ada.getByRole('button', { name: 'Sign in as Ada Lovelace' }).click();
    await view.page.getByRole('button', { name: 'Continue as Charles Babbage' }).click();
    expect((await view.calls('auth.switchTo')).map(({ args }) => args)).toEqual([['sub-1'], ['sub-2']]);
    await view.page.getByTestId('sign-in').click();
    expect(await view.calls('auth.signIn')).toHaveLength(1);
    await view.page.getByRole('button', { name: 'Remove Ada Lovelace from this computer' }).click();
    await view.page.getByTestId('remove-account-yes').click();
    await until(view, async () => (await view.calls('auth.removeAccount')).length === 1);
    expect((await view.calls('auth.removeAccount'))[0]?.args).toEqual(['sub-1']);
    expect(view.complaints).toEqual([]);
  });

  it('can sign in anew where the keychain stays locked', async () => {
    const view = await open(scenarioOf('queue-locked'));
    const banner = view.page.getByTestId('account-problem');
    expect(await banner.textContent()).toContain('keychain of this computer is locked');
    await banner.getByTestId('sign-in').click();
    expect(await view.calls('auth.signIn')).toHaveLength(1);
  });
});

describe('the queue', () => {
  it('draws a handful of rows of 100,000 and asks for the pages that are looked at', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 100_000 }) });
    await view.page.getByTestId('row-1').waitFor();
    const drawn = view.page.locator('[data-testid^="row-"]');
    expect(await drawn.count()).toBeLessThan(30);
    await view.page.getByRole('grid', { name: 'Photos' }).focus();
    await view.page.keyboard.press('End');
    await view.page.getByTestId('row-100000').waitFor();
    expect(await drawn.count()).toBeLessThan(30);
    const requests = (await view.calls('queue.page')).map((call) => call.args[0] as PageRequest);
    expect(requests.every((request) => request.limit <= 500)).toBe(true);
    expect(requests.map(({ offset }) => offset)).toContain(99_950);
    expect(requests.length).toBeLessThan(10);
    const last = view.page.getByRole('row').filter({ has: view.page.getByTestId('row-100000') });
    expect(await last.getAttribute('aria-rowindex')).toBe('100000');
    expect(await view.page.getByRole('grid').getAttribute('aria-rowcount')).toBe('100000');
  });

  it('changes the filter with the arrow keys', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('filter-all').focus();
    await view.page.keyboard.press('ArrowRight');
    await until(view, async () => {
      const last = (await view.calls('queue.page')).at(-1)?.args[0] as PageRequest | undefined;
      return last?.filter === 'waiting';
    });
    expect(await view.page.getByTestId('filter-waiting').getAttribute('aria-selected')).toBe('true');
  });

  it('searches with each letter, says what it found, and is emptied by Escape', async () => {
    const view = await open(scenarioOf('queue'));
    const lastRequest = async (): Promise<PageRequest | undefined> =>
      (await view.calls('queue.page')).at(-1)?.args[0] as PageRequest | undefined;
    await view.page.getByTestId('row-1').waitFor();
    await view.page.keyboard.press('Control+f');
    await view.page.keyboard.type('lake');
    expect(await isFocused(view.page.getByTestId('search'))).toBe(true);
    const found = view.page.getByTestId('found');
    await until(view, async () => (await found.textContent()) === '13 photos found');
    expect((await view.calls('queue.page')).map(({ args }) => (args[0] as PageRequest).search)).toEqual(
      expect.arrayContaining(['l', 'la', 'lak', 'lake']),
    );
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await view.page.keyboard.press('Escape');
    await until(view, async () => (await lastRequest())?.search === '');
    await view.page.keyboard.type('nowhere');
    await view.page.getByTestId('list-empty').waitFor();
    expect(await view.page.getByTestId('list-empty').textContent()).toContain('“nowhere”');
    expect(view.complaints).toEqual([]);
  });

  it('sorts by a menu, in both directions', async () => {
    const view = await open(scenarioOf('queue'));
    const asks = (sort: string, descending: boolean): Promise<void> =>
      until(view, async () => {
        const last = (await view.calls('queue.page')).at(-1)?.args[0] as PageRequest | undefined;
        return last?.sort === sort && last.descending === descending;
      });
    await view.page.getByTestId('sort').click();
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await view.page.getByRole('menuitemradio', { name: 'Date taken' }).click();
    await asks('taken', false);
    await view.page.getByTestId('sort').focus();
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('menuitemradio', { name: 'Descending' }).click();
    await asks('taken', true);
    expect(await view.page.getByTestId('sort').getAttribute('aria-label')).toBe('Sort by: Date taken');
  });

  it('follows the changes of the queue on screen', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 3 }) });
    await view.page.getByTestId('row-3').waitFor();
    const summary = makeSummary({ done: 2 });
    await view.set({ summary, states: [{ kind: 'done', duplicateOf: 'IMG_1.HEIC' }] });
    await view.emit('queue.changed', summary);
    await view.page.locator('[data-testid="row-1"][data-state="done"]').waitFor();
    expect(await view.page.getByTestId('row-3').count()).toBe(0);
    expect(await view.page.getByTestId('row-1').textContent()).toContain('Same as IMG_1.HEIC');
    expect(await view.page.getByTestId('summary-done').textContent()).toBe('All 2 photos uploaded');
    await view.set({ summary: makeSummary({}) });
    await view.emit('queue.changed', makeSummary({}));
    await view.page.getByTestId('view-empty').waitFor();
  });

  it('counts down to the next try, second by second', async () => {
    const view = await open({
      auth: signedIn,
      summary: makeSummary({ waiting: 1 }),
      states: [{ kind: 'waiting', step: 'sending', reason: 'network', nextTryAt: Date.now() + 90_000 }],
    });
    const row = view.page.getByTestId('row-1');
    await row.waitFor();
    const before = await row.textContent();
    expect(before).toMatch(/Next try in 1 min/);
    await until(view, async () => (await row.textContent()) !== before);
    expect(await row.textContent()).toMatch(/Next try in 1 min/);
  });

  it('retries and removes a row that needs attention, and keeps the focus near', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('retry-7').click();
    expect((await view.calls('queue.retry')).at(-1)?.args).toEqual([[7]]);
    await view.page.getByTestId('remove-7').focus();
    await view.page.keyboard.press('Enter');
    await until(view, async () => (await view.calls('queue.remove')).length === 1);
    expect((await view.calls('queue.remove'))[0]?.args).toEqual([[7]]);
    expect(await isFocused(view.page.getByRole('grid', { name: 'Photos' }))).toBe(true);
    await view.page.getByTestId('retry-all').click();
    expect((await view.calls('queue.retry')).at(-1)?.args).toEqual([[]]);
  });

  it('leads by arrow keys from a row to its buttons and back, and stops at the list once for the Tab key', async () => {
    const view = await open(scenarioOf('queue-missing'));
    const { keyboard } = view.page;
    const grid = view.page.getByRole('grid', { name: 'Photos' });
    await view.page.getByTestId('row-1').waitFor();
    await grid.focus();
    await keyboard.press('ArrowDown');
    for (const button of ['locate-1', 'retry-1', 'remove-1', 'remove-1']) {
      await keyboard.press('ArrowRight');
      expect(await isFocused(view.page.getByTestId(button)), button).toBe(true);
    }
    await keyboard.press('ArrowLeft');
    expect(await isFocused(view.page.getByTestId('retry-1'))).toBe(true);
    await keyboard.press('Enter');
    await until(view, async () => (await view.calls('queue.retry')).length === 1);
    expect((await view.calls('queue.retry'))[0]?.args).toEqual([[1]]);
    expect(await isFocused(grid)).toBe(true);
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowDown');
    expect(await isFocused(grid)).toBe(true);
    expect(await grid.getAttribute('aria-activedescendant')).toBe('photo-2');

    // A menu of the row takes the keys, and gives them back.
    await keyboard.press('ArrowUp');
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await view.page.getByRole('menuitem', { name: 'Choose the photo…' }).waitFor();
    await keyboard.press('Escape');
    const locate = view.page.getByTestId('locate-1');
    await until(view, () => isFocused(locate));
    await keyboard.press('Enter');
    await until(view, () => isFocused(view.page.getByRole('menuitem', { name: 'Choose the photo…' })));
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await until(view, async () => (await view.calls('queue.locate')).length === 1);
    expect((await view.calls('queue.locate'))[0]?.args).toEqual([1, 'folder']);
    await until(view, () => isFocused(locate));
    await keyboard.press('ArrowLeft');
    expect(await isFocused(grid)).toBe(true);

    // Nothing in a row is a stop of its own.
    await keyboard.press('Tab');
    expect(await isFocused(view.page.getByTestId('selected-hold'))).toBe(true);
    await keyboard.press('Shift+Tab');
    expect(await isFocused(grid)).toBe(true);
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
    expect(await isFocused(view.page.getByTestId('retry-1'))).toBe(true);
    const summary = makeSummary({ done: 2 });
    await view.set({ summary, states: [{ kind: 'done', duplicateOf: null }] });
    await view.emit('queue.changed', summary);
    await view.page.locator('[data-testid="row-1"][data-state="done"]').waitFor();
    expect(await isFocused(grid)).toBe(true);
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
    await until(view, inOrder);
  });

  it('asks for nothing while it flies by, and for what is there when it rests', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 100_000 }) });
    await view.page.getByTestId('row-1').waitFor();
    const list = view.page.getByRole('grid', { name: 'Photos' });
    await until(view, async () => (await view.calls('queue.page')).length >= 2);
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
      .map(({ args }) => (args[0] as PageRequest).offset);
    expect(offsets).toContain(40_000);
    expect(offsets.filter((offset) => offset > 2_200 && offset < 39_800)).toEqual([]);
  });

  it('selects by keyboard alone, tells the reader where it is, and acts on all that match', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 100_000 }) });
    const { keyboard } = view.page;
    const grid = view.page.getByRole('grid', { name: 'Photos' });
    const selected = view.page.getByTestId('selected');
    const says = (text: string): Promise<void> =>
      until(view, async () => (await selected.count()) > 0 && (await selected.textContent()) === text);
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
    await until(view, async () => (await marked()).join() === '2,3,4');
    expect(await grid.getAttribute('aria-activedescendant')).toBe('photo-4');
    await keyboard.press('Control+ArrowDown');
    await keyboard.press('Control+ArrowDown');
    await keyboard.press('Space');
    await says('4 selected, 16.7 MB');
    expect(await isFocused(grid)).toBe(true);
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);

    await keyboard.press('Control+a');
    await says('100,000 selected, 418 GB');
    const select = (await view.calls('queue.select')).at(-1);
    expect(JSON.stringify(select).length).toBeLessThan(200);
    await keyboard.press('Delete');
    await view.page.getByTestId('removal').waitFor();
    expect(await view.page.getByTestId('removal').textContent()).toContain('Remove 100,000 photos');
    const dialog = await new AxeBuilder({ page: view.page }).analyze();
    expect(dialog.violations.map(({ id }) => id)).toEqual([]);
    await keyboard.press('Escape');
    await view.page.getByTestId('removal').waitFor({ state: 'detached' });
    expect(await view.calls('queue.act')).toEqual([]);
    await keyboard.press('Delete');
    await view.page.getByTestId('removal-yes').click();
    await until(view, async () => (await view.calls('queue.act')).length === 1);
    expect((await view.calls('queue.act'))[0]?.args).toEqual(['remove']);
    await grid.focus();
    await keyboard.press('Escape');
    await until(view, async () => (await selected.count()) === 0);
    expect(view.complaints).toEqual([]);
  });

  it('selects with the mouse: one, one more with Ctrl, a range with Shift', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 50 }) });
    const name = (id: number): Locator => view.page.getByTestId(`row-${id}`).locator('.row-name');
    await name(2).click();
    await name(4).click({ modifiers: ['ControlOrMeta'] });
    await name(6).click({ modifiers: ['ControlOrMeta', 'Shift'] });
    await until(view, async () => {
      const count = view.page.getByTestId('selected');
      return (await count.count()) > 0 && ((await count.textContent()) ?? '').startsWith('4 ');
    });
    await view.page.getByTestId('selected-hold').click();
    expect((await view.calls('queue.act')).map(({ args }) => args)).toEqual([['hold']]);
    expect(await view.page.getByTestId('selected-retry').isDisabled()).toBe(true);
    await name(3).click({ modifiers: ['Shift'] });
    await until(view, async () => (await view.page.getByRole('gridcell', { selected: true }).count()) === 2);
    // A row's own button is not a click on the row.
    await view.page.getByTestId('hold-1').click();
    expect((await view.calls('queue.select')).map(({ args }) => (args[0] as { kind: string }).kind)).toEqual([
      'one',
      'one',
      'range',
      'range',
    ]);
  });

  it('shows pictures side by side, moves in both directions, and keeps that choice', async () => {
    const view = await open({ ...scenarioOf('queue'), summary: makeSummary({ waiting: 100_000 }) });
    await view.page.getByTestId('toggle-grid').click();
    const grid = view.page.getByRole('grid', { name: 'Photos' });
    await view.page.locator('.tile').first().waitFor();
    const columns = await view.page.getByRole('row').first().getByRole('gridcell').count();
    expect(columns).toBeGreaterThan(3);
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(Math.ceil(100_000 / columns)));
    expect(await view.page.locator('.tile').count()).toBeLessThan(120);
    await grid.focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowDown']) await view.page.keyboard.press(key);
    const at = `photo-${columns + 2}`;
    await until(view, async () => (await grid.getAttribute('aria-activedescendant')) === at);
    await view.page.keyboard.press('Shift+End');
    await view.page.getByTestId('row-100000').waitFor();
    await until(view, async () => (await view.calls('queue.select')).length === 4);
    expect((await view.calls('queue.select')).at(-1)?.args[0]).toMatchObject({
      kind: 'range',
      from: columns + 2,
      to: 100_000,
    });
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
    await view.page.reload();
    await view.page.locator('.tile').first().waitFor();
    expect(await view.page.getByTestId('toggle-grid').getAttribute('aria-pressed')).toBe('true');
    expect(view.complaints).toEqual([]);
  });

  it('shows more of the photo at the cursor, and where its file is', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('row-7').dblclick();
    const pane = view.page.getByTestId('details');
    await pane.getByText('Plate Camera').waitFor();
    expect(await pane.getByRole('heading').textContent()).toBe('IMG_2031.HEIC');
    await pane.getByText('Details', { exact: true }).click();
    await pane.getByText('ab'.repeat(32)).waitFor();
    const words = (await pane.textContent()) ?? '';
    expect(words).toContain('Check the disk and keep a second copy');
    expect(words).toContain('/media/ada/backup/copy.jpg');
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
    await pane.getByTestId('reveal').click();
    expect((await view.calls('queue.reveal')).map(({ args }) => args)).toEqual([[7]]);
    await view.page.getByRole('grid').focus();
    await view.page.keyboard.press('ArrowDown');
    await pane.getByText('May 6, 2024, 7:08:09 AM (UTC+02:00), as the camera wrote it').waitFor();
    await pane.getByRole('button', { name: 'Hide details' }).click();
    await pane.waitFor({ state: 'detached' });
    expect(await isFocused(view.page.getByRole('grid'))).toBe(true);
    await view.page.keyboard.press('Enter');
    await pane.waitFor();
    expect(view.complaints).toEqual([]);
  });

  it('keeps the cursor at its row while rows come and go', async () => {
    const view = await open({ auth: signedIn, summary: makeSummary({ waiting: 20 }) });
    await view.page.getByTestId('row-5').click();
    const grid = view.page.getByRole('grid');
    await until(view, async () => (await grid.getAttribute('aria-activedescendant')) === 'photo-5');
    await view.page.keyboard.press('End');
    await until(view, async () => (await grid.getAttribute('aria-activedescendant')) === 'photo-20');
    const fewer = makeSummary({ waiting: 7 });
    await view.set({ summary: fewer });
    await view.emit('queue.changed', fewer);
    await until(view, async () => (await grid.getAttribute('aria-activedescendant')) === 'photo-7');
    expect(await isFocused(grid)).toBe(true);
  });

  it('marks a damaged photo and shows how far one is', async () => {
    const view = await open(scenarioOf('queue'));
    const damaged = view.page.locator('[data-damaged="true"]').first();
    expect(await damaged.textContent()).toContain('Looks damaged');
    const bar = view.page.getByTestId('row-2').getByRole('progressbar');
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeCloseTo(0.42, 1);
  });

  it('moves one photo to the front, pauses it alone and resumes it', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('first-2').click();
    await view.page.getByTestId('hold-2').click();
    expect(await view.calls('queue.prioritise')).toEqual([{ name: 'queue.prioritise', args: [[2]] }]);
    expect(await view.calls('queue.hold')).toEqual([{ name: 'queue.hold', args: [[2]] }]);
  });

  it('uploads a copy of a stored photo anyway, and offers that for no other', async () => {
    const view = await open(scenarioOf('queue'));
    const copy = view.page.locator('[data-duplicate="true"]').first();
    const button = copy.getByRole('button', { name: /^Upload anyway/ });
    await button.click();
    const id = Number((await copy.getAttribute('data-testid'))?.replace('row-', ''));
    expect(await view.calls('queue.uploadAnyway')).toEqual([{ name: 'queue.uploadAnyway', args: [[id]] }]);
    const plain = view.page.locator('[data-state="done"][data-duplicate="false"]').first();
    expect(await plain.getByRole('button').count()).toBe(0);
  });

  it('asks where a missing photo is, or its folder, and only for a missing one', async () => {
    const view = await open({
      ...scenarioOf('queue-missing'),
      problems: { 'queue.locate': { code: 'locate_other_photo' } },
    });
    const row = view.page.locator('[data-state="blocked"]').first();
    const id = Number((await row.getAttribute('data-testid'))?.replace('row-', ''));
    expect(await view.page.getByRole('button', { name: /^Locate/ }).count()).toBe(
      await view.page.locator('[data-state="blocked"]', { hasText: 'no longer there' }).count(),
    );
    for (const item of ['Choose the photo…', 'Choose the folder it was in…']) {
      await row.getByRole('button', { name: /^Locate/ }).click();
      await view.page.getByRole('menuitem', { name: item }).waitFor();
      const { violations } = await new AxeBuilder({ page: view.page }).analyze();
      expect(violations.map((found) => found.id)).toEqual([]);
      await view.page.getByRole('menuitem', { name: item }).click();
    }
    await view.page.getByTestId('notice').waitFor();
    expect(await view.page.getByTestId('notice').textContent()).toContain('That is another photo');
    expect((await view.calls('queue.locate')).map((call) => call.args)).toEqual([
      [id, 'file'],
      [id, 'folder'],
    ]);
    expect(view.complaints).toEqual([]);
  });

  it('sets a speed limit, and cancels everything only after a question', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('queue-options').click();
    await view.page.getByRole('menuitemradio', { name: '5 Mbit/s (625 kB/s)' }).click();
    expect(await view.calls('settings.change')).toEqual([
      { name: 'settings.change', args: [{ bytesPerSecond: 625_000 }] },
    ]);
    for (const answer of ['Escape', 'cancel-all-yes']) {
      await view.page.getByTestId('queue-options').click();
      await view.page.getByRole('menuitem', { name: 'Cancel all uploads…' }).click();
      await view.page.getByTestId('cancel-all').waitFor();
      const { violations } = await new AxeBuilder({ page: view.page }).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      if (answer === 'Escape') await view.page.keyboard.press(answer);
      else await view.page.getByTestId(answer).click();
      await view.page.getByTestId('cancel-all').waitFor({ state: 'detached' });
      expect(await view.calls('queue.cancelAll')).toHaveLength(answer === 'Escape' ? 0 : 1);
    }
    expect(view.complaints).toEqual([]);
  });

  it('asks for the password of a proxy, can be put aside, and says when it was wrong', async () => {
    const { proxy, ...without } = scenarioOf('queue-proxy');
    const view = await open(without);
    await view.page.getByTestId('view-queue').waitFor();
    expect(await view.page.getByTestId('proxy-dialog').count()).toBe(0);
    await view.emit('proxy.changed', { ...proxy, wrong: false });
    await view.page.getByTestId('proxy-cancel').click();
    await view.page.getByTestId('proxy-dialog').waitFor({ state: 'detached' });
    await view.page.getByTestId('proxy-open').click();
    await until(view, () => isFocused(view.page.getByTestId('proxy-user')));
    await view.page.getByTestId('proxy-user').fill('ada');
    await view.page.getByTestId('proxy-password').fill('wrong');
    await view.page.keyboard.press('Enter');
    await until(view, async () => (await view.calls('proxy.answer')).length === 1);
    expect(await view.calls('proxy.answer')).toEqual([{ name: 'proxy.answer', args: ['ada', 'wrong'] }]);
    await view.emit('proxy.changed', { ...proxy, wrong: true });
    await view.page.getByTestId('proxy-wrong').waitFor();
    expect(await view.page.getByTestId('proxy-password').inputValue()).toBe('');
    await view.emit('proxy.changed', null);
    await view.page.getByTestId('proxy-dialog').waitFor({ state: 'detached' });
    expect(await view.page.getByTestId('proxy-banner').count()).toBe(0);
    expect(view.complaints).toEqual([]);
  });

  it('moves what is uploaded to the history, and shows that once there is something in it', async () => {
    const view = await open({
      ...scenarioOf('queue-history'),
      summary: makeSummary({ done: 12, attention: 1 }),
    });
    await view.page.getByTestId('view-queue').waitFor();
    expect(await view.page.getByTestId('filter-history').count()).toBe(0);
    await view.page.getByTestId('queue-options').click();
    await view.page.getByRole('menuitem', { name: 'Move uploaded photos to the history' }).click();
    await until(view, async () => (await view.calls('queue.archive')).length === 1);
    await view.emit('queue.changed', makeSummary({ history: 12 }));
    await view.set({ summary: makeSummary({ history: 12 }) });
    // What is in the history is no queue, but it is not nothing.
    expect(await view.page.getByTestId('summary-done').textContent()).toBe('Nothing in the queue');
    await view.page.getByTestId('filter-history').click();
    await view.page.getByTestId('row-2').waitFor();
    // It is a copy, and there is nothing to upload any more.
    expect(
      await view.page
        .getByTestId('row-2')
        .getByRole('button', { name: /Upload anyway/ })
        .count(),
    ).toBe(0);
    expect(view.complaints).toEqual([]);
  });

  it('tells what a photo has met, five of it at first', async () => {
    const view = await open(scenarioOf('queue-attempts'));
    await view.page.getByTestId('row-1').click();
    await view.page.getByTestId('toggle-details').click();
    const list = view.page.getByTestId('attempts').getByRole('listitem');
    await list.first().waitFor();
    expect(await list.count()).toBe(5);
    expect(await list.first().textContent()).toMatch(
      /^While it was uploaded: The library asked for a pause\..+after 13 s · 3\.1 MB sent · next try /,
    );
    await view.page.getByTestId('attempts-more').click();
    expect(await list.count()).toBe(8);
    expect(await list.last().textContent()).toMatch(
      /^While it was read: This account may not read the file\./,
    );
    await view.page.getByTestId('attempts-more').click();
    expect(await list.count()).toBe(5);
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  it('shows codes to whoever opens the details alone, and puts them on the clipboard', async () => {
    const view = await open(scenarioOf('queue-attempts'));
    await view.page.getByTestId('row-1').click();
    await view.page.getByTestId('toggle-details').click();
    const technical = view.page.getByTestId('technical');
    await technical.waitFor();
    expect(await technical.textContent()).toBe('Details');
    await technical.locator('summary').click();
    await view.page.getByTestId('copy-details').click();
    await until(view, async () => (await view.calls('app.copyText')).length === 1);
    const [call] = await view.calls('app.copyText');
    const lines = String(call?.args[0]).split('\n');
    expect(lines).toContain('Code: throttled');
    expect(lines).toContain('Answer (HTTP): 503');
    expect(lines).toContain('Request: 4442587FB7D0A2F9');
    expect(lines).toContain('Asked: photos.s3.eu-central-1.amazonaws.com');
    expect(lines).toContain('Detail: ECONNRESET');
    // Every failure is in it, and nobody's name or folder.
    expect(lines.filter((line) => line.startsWith('Code: '))).toHaveLength(8);
    expect(lines.join()).not.toMatch(/NEF|ada/);
    expect(await view.page.getByTestId('copy-details').textContent()).toBe('Copied');
    await view.page.getByTestId('save-diagnostics').click();
    await until(view, async () => (await view.calls('app.saveDiagnostics')).length === 1);
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  it('says what the last run came to, leads to what it counts, and is silent while another goes on', async () => {
    const view = await open(scenarioOf('queue-last-run'));
    const line = view.page.getByTestId('last-run');
    expect(await line.textContent()).toMatch(
      /^Last upload, .+1,204 queued1,190 stored \(5 GB\)8 duplicates6 need attention$/,
    );
    await view.page.getByTestId('last-run-attention').focus();
    await view.page.keyboard.press('Enter');
    await until(
      view,
      async () => (await view.page.getByTestId('filter-attention').getAttribute('aria-selected')) === 'true',
    );
    const { summary } = scenarioOf('queue-last-run');
    await view.emit('queue.changed', { ...summary, running: true });
    await line.waitFor({ state: 'detached' });
    expect(view.complaints).toEqual([]);
  });

  it('draws how fast it goes, and says it in words, while something moves', async () => {
    const view = await open(scenarioOf('queue'));
    const chart = view.page.getByTestId('traffic');
    await chart.waitFor();
    expect(await chart.getAttribute('aria-label')).toMatch(
      /^Speed over the last 90 seconds: [\d.]+ MB\/s now, [\d.]+ MB\/s at most$/,
    );
    await view.emit('queue.changed', scenarioOf('queue-paused').summary);
    await chart.waitFor({ state: 'detached' });
    await view.emit('queue.changed', scenarioOf('queue').summary);
    await chart.waitFor();
    expect(view.complaints).toEqual([]);
  });

  it('says why nothing moves, what to do, and no more of it once something does', async () => {
    const view = await open(scenarioOf('queue-stalled'));
    const banner = view.page.getByTestId('stall-banner');
    expect(await banner.textContent()).toMatch(/^Nothing has arrived .+ check your connection\.$/);
    await view.emit('queue.changed', scenarioOf('queue-retrying').summary);
    await banner.getByText('The library asked for a pause. Next try in').waitFor();
    await banner.getByTestId('try-now').click();
    expect((await view.calls('queue.retry')).map(({ args }) => args)).toEqual([[[]]]);
    await view.emit('queue.changed', scenarioOf('queue').summary);
    await banner.waitFor({ state: 'detached' });
    expect(view.complaints).toEqual([]);
  });

  it('pauses and resumes', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('pause').click();
    expect(await view.calls('queue.pause')).toHaveLength(1);
    await view.emit('queue.changed', scenarioOf('queue-paused').summary);
    await view.page.getByTestId('resume').click();
    expect(await view.calls('queue.resume')).toHaveLength(1);
  });

  it('says what went wrong with an action, in words, until it is dismissed', async () => {
    const view = await open({
      ...scenarioOf('queue'),
      problems: { 'queue.pause': { code: 'database_full', detail: 'SQLITE_FULL' } },
    });
    await view.page.getByTestId('pause').click();
    const notice = view.page.getByTestId('notice');
    expect(await notice.textContent()).toContain('The disk that holds your queue is full.');
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await until(view, async () => (await notice.count()) === 0);
  });

  it('counts down to the next check while offline', async () => {
    const view = await open({ ...scenarioOf('queue-offline') });
    expect(await view.page.getByTestId('offline-banner').textContent()).toMatch(
      /^Offline\. 34 photos wait; /,
    );
    await view.emit('auth.changed', signedIn);
    await view.emit('queue.changed', scenarioOf('queue').summary);
    await until(view, async () => (await view.page.getByTestId('offline-banner').count()) === 0);
  });

  it('tells a screen reader how the queue is doing', async () => {
    const view = await open(scenarioOf('queue'));
    expect(await view.page.getByTestId('announcement').textContent()).toBe(
      '812 of 1,204 photos uploaded. 4 photos need attention.',
    );
  });
});

/** Drags something over the window through the browser's own machinery, step by step. */
async function startDrag(view: WindowPage, what: { files: string[] } | { text: string }) {
  const devtools = await view.page.context().newCDPSession(view.page);
  const data = {
    items: 'text' in what ? [{ mimeType: 'text/plain', data: what.text }] : [],
    files: 'files' in what ? what.files : [],
    dragOperationsMask: 1,
  };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop', x: number, y: number): Promise<unknown> =>
    devtools.send('Input.dispatchDragEvent', { type, x, y, data });
  await send('dragEnter', 200, 300);
  await send('dragOver', 400, 20);
  await send('dragOver', 400, 300);
  return {
    drop: () => send('drop', 400, 300),
    // DevTools cannot drag out of the window, so the page's last event of a drag is made by hand.
    leave: () =>
      view.page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true }))),
  };
}

describe('adding photos', () => {
  let folder: string;
  let photo: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tintype-drop-'));
    photo = path.join(folder, 'IMG_1.jpg');
    await writeFile(photo, 'x');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('covers the window while files are dragged over it and takes them when they drop', async () => {
    const view = await open(scenarioOf('empty'));
    const overlay = view.page.getByTestId('drop-overlay');
    const passing = await startDrag(view, { files: [photo] });
    await overlay.waitFor();
    expect(await overlay.textContent()).toContain('Drop to add to the queue');
    await passing.leave();
    await until(view, async () => (await overlay.count()) === 0);
    const second = path.join(folder, 'IMG_2.png');
    await writeFile(second, 'y');
    const dropping = await startDrag(view, { files: [photo, second, folder] });
    await overlay.waitFor();
    expect(await overlay.textContent()).toBe('Drop to add to the queue2 photos, 1 folder or other item');
    await dropping.drop();
    await until(view, async () => (await overlay.count()) === 0);
    expect((await view.calls('addFiles')).map((call) => call.args)).toEqual([
      [photo, second, folder].map((file) => path.basename(file)),
    ]);
    expect(view.page.url()).toMatch(/^http:/);
  });

  it('explains itself when what is dropped is not a file', async () => {
    const view = await open(scenarioOf('queue'));
    const dragged = await startDrag(view, { text: 'https://example.org/' });
    expect(await view.page.getByTestId('drop-overlay').getAttribute('data-kind')).toBe('other');
    await dragged.drop();
    await view.page.getByTestId('notice').waitFor();
    expect(await view.calls('addFiles')).toEqual([]);
  });

  it('takes files and pictures that are pasted, and leaves text to the fields', async () => {
    const view = await open(scenarioOf('queue'));
    const paste = (testId: string | null, ...files: string[]): Promise<void> =>
      view.page.evaluate(
        ([place, pasted]) => {
          const clipboardData = new DataTransfer();
          for (const name of pasted) clipboardData.items.add(new File(['x'], name, { type: 'image/png' }));
          if (pasted.length === 0) clipboardData.setData('text/plain', 'a word');
          const target = place === null ? document.body : document.querySelector(`[data-testid=${place}]`);
          target?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
        },
        [testId, files] as const,
      );
    await paste(null, 'image.png');
    await paste('search', 'image.png');
    await paste('search');
    await until(view, async () => (await view.calls('addFiles')).length > 0);
    expect((await view.calls('addFiles')).map((call) => call.args)).toEqual([['image.png']]);
    expect(await view.page.getByTestId('notice').count()).toBe(0);
    await paste(null);
    expect(await view.page.getByTestId('notice').textContent()).toContain(
      'Only files and pictures can be pasted',
    );
    await view.emit('auth.changed', { kind: 'signedOut' });
    await view.page.getByTestId('view-signed-out').waitFor();
    await paste(null, 'image.png');
    await view.page.getByTestId('notice').filter({ hasText: 'Then paste it here again.' }).waitFor();
    expect(await view.calls('addFiles')).toHaveLength(1);
  });

  it('asks for a sign-in before it takes files', async () => {
    const view = await open(scenarioOf('signed-out'));
    const dragged = await startDrag(view, { files: [photo] });
    expect(await view.page.getByTestId('drop-overlay').textContent()).toContain('Sign in first');
    await dragged.drop();
    expect(await view.page.getByTestId('notice').textContent()).toContain('Sign in first');
    expect(await view.calls('addFiles')).toEqual([]);
  });

  it('opens the dialogs', async () => {
    const view = await open(scenarioOf('empty'));
    await view.page.getByTestId('choose-files').click();
    await view.page.getByTestId('choose-folder').click();
    expect((await view.calls('intake.choose')).map((call) => call.args)).toEqual([['files'], ['folder']]);
  });

  it('names every skipped file with the reason, until dismissed, and speaks up for the next drop', async () => {
    const view = await open(scenarioOf('queue-intake'));
    const report = view.page.getByTestId('intake-report');
    expect(await report.textContent()).toContain('101 queued, 8 skipped: 7 not photos, 1 unreadable');
    await report.getByTestId('intake-details').click();
    const items = report.getByRole('listitem');
    await items.first().waitFor();
    expect(await items.count()).toBe(4);
    expect(await items.first().textContent()).toMatch(/README\.md.*Its content is not that of a photo/);
    const { violations } = await new AxeBuilder({ page: view.page }).analyze();
    expect(violations.map((found) => found.id)).toEqual([]);
    await report.getByTestId('save-skipped').click();
    await until(view, async () => (await view.calls('intake.saveReport')).length === 1);
    await report.getByRole('button', { name: 'Dismiss' }).click();
    await until(view, async () => (await report.count()) === 0);
    await view.emit('queue.changed', makeSummary({ done: 1 }, { intake: { ...intakeReport, id: 2 } }));
    await report.waitFor();
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
    expect(await view.page.getByTestId('view-engine-failed').innerText()).toContain(
      'a newer version of Tintype',
    );
  });

  it('tells that the engine was started again, once', async () => {
    const view = await open(scenarioOf('queue-notices'));
    const notice = view.page.getByTestId('engine-restarted');
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await until(view, async () => (await notice.count()) === 0);
    expect(await view.page.getByTestId('account-problem').textContent()).toContain('keychain');
  });
});

describe('settings', () => {
  it.each(settingsSections)(
    '%s: accessible in light and dark, by keyboard from anywhere',
    async (section) => {
      for (const dark of [false, true]) {
        const view = await open(
          {
            ...scenarioOf('queue-accounts'),
            settings: { timetable: [{ days: [6, 7], from: 1320, to: 360, bytesPerSecond: null }] },
          },
          { dark, size: { width: 720, height: 480 } },
        );
        await view.page.keyboard.press('Control+,');
        await view.page.getByTestId(`settings-${section}`).click();
        await view.page.locator(`[data-testid=settings-${section}][data-selected]`).waitFor();
        const { violations } = await new AxeBuilder({ page: view.page }).analyze();
        expect(
          violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' ')}`),
        ).toEqual([]);
        expect(view.complaints).toEqual([]);
        await view.page.keyboard.press('Escape');
        await view.page.getByTestId('settings').waitFor({ state: 'detached' });
      }
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
    await until(view, async () => (await view.calls('settings.change')).length === 5);
    expect((await view.calls('settings.change')).map(({ args }) => args[0])).toMatchObject([
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
    expect(await view.calls('settings.change')).toEqual([]);
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
    expect(await view.page.getByTestId('notice').textContent()).toContain(
      '7 files that Tintype was started with are not there: a.jpg, b.jpg, c.jpg and others.',
    );
    await view.command({ kind: 'layout', layout: 'grid' });
    await view.page.locator('[data-testid=toggle-grid][aria-pressed=true]').waitFor();
    await view.command({ kind: 'find' });
    await until(view, () => isFocused(view.page.getByTestId('search')));
    await view.page.keyboard.type('lake');
    // In a field its text is meant; in the list all of that.
    await view.command({ kind: 'select-all' });
    await until(view, async () =>
      view.page.getByTestId('search').evaluate((field) => (field as HTMLInputElement).selectionEnd === 4),
    );
    expect(await view.calls('queue.select')).toEqual([]);
    await view.page.getByTestId('toggle-grid').focus();
    await view.command({ kind: 'select-all' });
    await until(view, async () => (await view.calls('queue.select')).length === 1);
    expect(view.complaints).toEqual([]);
  });
});
