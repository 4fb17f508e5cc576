/** What a photo says of itself and what can be done with it: in its row and in its details. */
import { describe, expect, it } from 'vitest';
import { makeSummary, scenarioOf, signedIn } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
import { isFocused, openerOfWindows } from './support/window-page.ts';

const open = openerOfWindows();

describe('a row', () => {
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
    await expect.poll(() => row.textContent()).not.toBe(before);
    await expect.poll(() => row.textContent()).toMatch(/Next try in 1 min/);
  });

  it('retries and removes a row that needs attention, and keeps the focus near', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('retry-7').click();
    await expect.poll(async () => (await view.calls('queue.retry')).at(-1)).toEqual([[7]]);
    await view.page.getByTestId('remove-7').focus();
    await view.page.keyboard.press('Enter');
    await expect.poll(() => view.calls('queue.remove')).toEqual([[[7]]]);
    await expect.poll(() => isFocused(view.page.getByRole('grid', { name: 'Photos' }))).toBe(true);
    await view.page.getByTestId('retry-all').click();
    await expect.poll(async () => (await view.calls('queue.retry')).at(-1)).toEqual([[]]);
  });

  it('marks a damaged photo and shows how far one is', async () => {
    const view = await open(scenarioOf('queue'));
    const damaged = view.page.locator('[data-damaged="true"]').first();
    await expect.poll(() => damaged.textContent()).toContain('Looks damaged');
    const bar = view.page.getByTestId('row-2').getByRole('progressbar');
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeCloseTo(0.42, 1);
  });

  it('moves one photo to the front, pauses it alone and resumes it', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('first-2').click();
    await view.page.getByTestId('hold-2').click();
    await expect.poll(() => view.calls('queue.prioritise')).toEqual([[[2]]]);
    await expect.poll(() => view.calls('queue.hold')).toEqual([[[2]]]);
  });

  it('uploads a copy of a stored photo anyway, and offers that for no other', async () => {
    const view = await open(scenarioOf('queue'));
    const copy = view.page.locator('[data-duplicate="true"]').first();
    const button = copy.getByRole('button', { name: /^Upload anyway/ });
    await button.click();
    const id = Number((await copy.getAttribute('data-testid'))?.replace('row-', ''));
    await expect.poll(() => view.calls('queue.uploadAnyway')).toEqual([[[id]]]);
    const plain = view.page.locator('[data-state="done"][data-duplicate="false"]').first();
    await expect.poll(() => plain.getByRole('button').count()).toBe(0);
  });

  it('asks where a missing photo is, or its folder, and only for a missing one', async () => {
    const view = await open({
      ...scenarioOf('queue-missing'),
      problems: { 'queue.locate': { code: 'locate_other_photo' } },
    });
    const row = view.page.locator('[data-state="blocked"]').first();
    const id = Number((await row.getAttribute('data-testid'))?.replace('row-', ''));
    await expect
      .poll(() => view.page.getByRole('button', { name: /^Locate/ }).count())
      .toBe(await view.page.locator('[data-state="blocked"]', { hasText: 'no longer there' }).count());
    for (const item of ['Choose the photo…', 'Choose the folder it was in…']) {
      await row.getByRole('button', { name: /^Locate/ }).click();
      await view.page.getByRole('menuitem', { name: item }).waitFor();
      expect(await violationsIn(view.page)).toEqual([]);
      await view.page.getByRole('menuitem', { name: item }).click();
    }
    await view.page.getByTestId('notice').waitFor();
    await expect.poll(() => view.page.getByTestId('notice').textContent()).toContain('That is another photo');
    await expect
      .poll(() => view.calls('queue.locate'))
      .toEqual([
        [id, 'file'],
        [id, 'folder'],
      ]);
    expect(view.complaints).toEqual([]);
  });

  it('says what went wrong with an action, in words, until it is dismissed', async () => {
    const view = await open({
      ...scenarioOf('queue'),
      problems: { 'queue.pause': { code: 'database_full', detail: 'SQLITE_FULL' } },
    });
    await view.page.getByTestId('pause').click();
    const notice = view.page.getByTestId('notice');
    await expect.poll(() => notice.textContent()).toContain('The disk that holds your queue is full.');
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await notice.waitFor({ state: 'detached' });
  });
});

describe('the details of a photo', () => {
  it('shows more of the photo at the cursor, and where its file is', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('row-7').dblclick();
    const pane = view.page.getByTestId('details');
    await pane.getByText('Plate Camera').waitFor();
    await expect.poll(() => pane.getByRole('heading').textContent()).toBe('IMG_2031.HEIC');
    await pane.getByText('Details', { exact: true }).click();
    await pane.getByText('ab'.repeat(32)).waitFor();
    const words = (await pane.textContent()) ?? '';
    expect(words).toContain('Check the disk and keep a second copy');
    expect(words).toContain('/media/ada/backup/copy.jpg');
    expect(await violationsIn(view.page)).toEqual([]);
    await pane.getByTestId('reveal').click();
    await expect.poll(() => view.calls('queue.reveal')).toEqual([[7]]);
    await view.page.getByRole('grid').focus();
    await view.page.keyboard.press('ArrowDown');
    await pane.getByText('May 6, 2024, 7:08:09 AM (UTC+02:00), as the camera wrote it').waitFor();
    await pane.getByRole('button', { name: 'Hide details' }).click();
    await pane.waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(view.page.getByRole('grid'))).toBe(true);
    await view.page.keyboard.press('Enter');
    await pane.waitFor();
    expect(view.complaints).toEqual([]);
  });

  it('tells what a photo has met, five of it at first', async () => {
    const view = await open(scenarioOf('queue-attempts'));
    await view.page.getByTestId('row-1').click();
    await view.page.getByTestId('toggle-details').click();
    const list = view.page.getByTestId('attempts').getByRole('listitem');
    await list.first().waitFor();
    await expect.poll(() => list.count()).toBe(5);
    await expect
      .poll(() => list.first().textContent())
      .toMatch(
        /^While it was uploaded: The library asked for a pause\..+after 13 s · 3\.1 MB sent · next try /,
      );
    await view.page.getByTestId('attempts-more').click();
    await expect.poll(() => list.count()).toBe(8);
    await expect
      .poll(() => list.last().textContent())
      .toMatch(/^While it was read: This account may not read the file\./);
    await view.page.getByTestId('attempts-more').click();
    await expect.poll(() => list.count()).toBe(5);
    expect(await violationsIn(view.page)).toEqual([]);
  });

  it('shows codes to whoever opens the details alone, and puts them on the clipboard', async () => {
    const view = await open(scenarioOf('queue-attempts'));
    await view.page.getByTestId('row-1').click();
    await view.page.getByTestId('toggle-details').click();
    const technical = view.page.getByTestId('technical');
    await technical.waitFor();
    await expect.poll(() => technical.textContent()).toBe('Details');
    await technical.locator('summary').click();
    await view.page.getByTestId('copy-details').click();
    await expect.poll(() => view.calls('app.copyText')).toHaveLength(1);
    const [call] = await view.calls('app.copyText');
    const lines = String(call?.[0]).split('\n');
    expect(lines).toContain('Code: throttled');
    expect(lines.filter((line) => line.startsWith('Cause: While it was'))).toHaveLength(8);
    expect(lines).toContain('Answer (HTTP): 503');
    expect(lines).toContain('Request: 4442587FB7D0A2F9');
    expect(lines).toContain('Asked: photos.s3.eu-central-1.amazonaws.com');
    expect(lines).toContain('Detail: ECONNRESET');
    // Every failure is in it, and nobody's name or folder.
    expect(lines.filter((line) => line.startsWith('Code: '))).toHaveLength(8);
    expect(lines.join()).not.toMatch(/NEF|ada/);
    await expect.poll(() => view.page.getByTestId('copy-details').textContent()).toBe('Copied');
    await view.page.getByTestId('save-diagnostics').click();
    await expect.poll(() => view.calls('app.saveDiagnostics')).toHaveLength(1);
    expect(await violationsIn(view.page)).toEqual([]);
  });
});
