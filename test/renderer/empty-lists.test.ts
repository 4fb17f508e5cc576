/** What a list without photos says, for each reason that it has none, and where its buttons lead. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Filter } from '../../preload/contract/model.ts';
import type { Scenario } from './support/fake-bridge.ts';
import { makeSummary, scenarioOf, signedIn } from './support/scenarios.ts';
import { startWindowHost, type WindowHost, type WindowPage } from './support/window-page.ts';

let host: WindowHost;
beforeAll(async () => {
  host = await startWindowHost();
});
afterAll(() => host.close());

async function open(scenario: Scenario): Promise<WindowPage> {
  const view = await host.open(scenario);
  onTestFinished(() => view.close());
  return view;
}

/** What stands there, and the names of the ways on. */
async function shown({ page }: WindowPage): Promise<{ title: string | null; ways: (string | null)[] }> {
  const empty = page.getByTestId('list-empty');
  return {
    title: await empty.getByRole('heading').textContent(),
    ways: await empty
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-testid'))),
  };
}
const selected = ({ page }: WindowPage, filter: Filter): Promise<void> =>
  page.locator(`[data-testid=filter-${filter}][aria-selected=true]`).waitFor();

it('an empty queue with a history says that all is uploaded, how much that was, and leads there', async () => {
  const view = await open(scenarioOf('archived'));
  const { page } = view;
  await page.getByTestId('list-empty').waitFor();
  expect(await page.getByTestId('summary-done').textContent()).toBe('Everything is uploaded');
  expect(await page.getByRole('progressbar').count()).toBe(0);
  await expect
    .poll(() => shown(view))
    .toEqual({
      title: '1,204 uploaded photos are in the history.',
      ways: ['empty-history'],
    });
  await page.getByTestId('empty-history').click();
  await selected(view, 'history');
  await page.getByTestId('row-1').waitFor();
});

/** A queue that has nothing under this filter, and something elsewhere. */
const cases: { filter: Filter; scenario: Scenario; title: string; ways: string[] }[] = [
  {
    filter: 'waiting',
    scenario: { auth: signedIn, summary: makeSummary({ done: 3, attention: 2 }) },
    title: 'No photo waits.',
    ways: ['empty-attention', 'empty-all'],
  },
  {
    filter: 'active',
    scenario: { auth: signedIn, summary: makeSummary({ waiting: 3 }, { paused: 'user' }) },
    title: 'Nothing is uploading at this moment.',
    ways: ['empty-resume', 'empty-waiting', 'empty-all'],
  },
  {
    filter: 'done',
    scenario: { auth: signedIn, summary: makeSummary({ waiting: 3, history: 12 }) },
    title: 'No photo has been uploaded yet.',
    ways: ['empty-history', 'empty-all'],
  },
  {
    filter: 'attention',
    scenario: { auth: signedIn, summary: makeSummary({ done: 3, history: 12 }) },
    title: 'No photo needs attention.',
    ways: ['empty-all'],
  },
];

it.each(cases)(
  '$filter without a photo says so, in list and grid',
  async ({ filter, scenario, title, ways }) => {
    const view = await open(scenario);
    for (const layout of ['list', 'grid'] as const) {
      await view.command({ kind: 'layout', layout });
      await view.page.getByTestId('filter-all').click();
      await view.page.locator(`.list[data-layout=${layout}]`).waitFor();
      await view.page.getByTestId(`filter-${filter}`).click();
      await view.page.getByTestId('list-empty').waitFor();
      await expect.poll(() => shown(view)).toEqual({ title, ways });
    }
    await view.page.getByTestId('empty-all').click();
    await selected(view, 'all');
  },
);

it('a history that has become empty offers to fill it', async () => {
  const view = await open(scenarioOf('queue-history'));
  const summary = makeSummary({ done: 12 });
  await view.page.getByTestId('filter-history').click();
  await view.set({ summary });
  await view.emit('queue.changed', summary);
  await view.page.getByTestId('list-empty').waitFor();
  await expect
    .poll(() => shown(view))
    .toEqual({
      title: 'Nothing is in the history yet.',
      ways: ['empty-archive', 'empty-all'],
    });
  await view.page.getByTestId('empty-archive').click();
  await expect.poll(() => view.calls('queue.archive')).toHaveLength(1);
});

it('a search without a find is emptied, or goes on among more photos', async () => {
  const summary = makeSummary({ waiting: 3, done: 200, history: 1204 });
  const view = await open({ auth: signedIn, summary });
  const { page } = view;
  await page.getByTestId('filter-waiting').click();
  await page.getByTestId('search').fill('nowhere');
  await page.getByTestId('list-empty').waitFor();
  await expect
    .poll(() => shown(view))
    .toEqual({
      title: 'No photo here has “nowhere” in its name or folder.',
      ways: ['empty-clear', 'empty-all', 'empty-history'],
    });
  await page.getByTestId('empty-history').click();
  await selected(view, 'history');
  await page.getByTestId('list-empty').waitFor();
  await expect.poll(async () => (await shown(view)).ways).toEqual(['empty-clear', 'empty-all']);
  await page.getByTestId('empty-clear').click();
  await page.getByTestId('row-1').waitFor();
  await expect.poll(() => page.getByTestId('search').inputValue()).toBe('');
});

it('tiles show pictures of one height, whether something moves in them or not', async () => {
  const view = await open({ ...scenarioOf('queue') });
  await view.page.getByTestId('toggle-grid').click();
  await view.page.locator('.tile .progress').first().waitFor();
  const heights = await view.page
    .locator('.tile .thumb')
    .evaluateAll((pictures) => pictures.map((picture) => picture.getBoundingClientRect().height));
  expect(heights.length).toBeGreaterThan(4);
  expect(new Set(heights).size).toBe(1);
});
