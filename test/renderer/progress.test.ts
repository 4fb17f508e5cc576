/** How the queue as a whole is doing: its summary, what stands in its way, what is done with all of it. */
import { describe, expect, it } from 'vitest';
import { makeSummary, scenarioOf, signedIn } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
import { isFocused, openerOfWindows } from './support/window-page.ts';

const open = openerOfWindows();

describe('the queue as a whole', () => {
  it('sets a speed limit, and cancels everything only after a question', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('queue-options').click();
    await view.page.getByRole('menuitemradio', { name: '5 Mbit/s (625 kB/s)' }).click();
    await expect.poll(() => view.calls('settings.change')).toEqual([[{ bytesPerSecond: 625_000 }]]);
    for (const answer of ['Escape', 'cancel-all-yes']) {
      await view.page.getByTestId('queue-options').click();
      await view.page.getByRole('menuitem', { name: 'Cancel all uploads…' }).click();
      await view.page.getByTestId('cancel-all').waitFor();
      expect(await violationsIn(view.page)).toEqual([]);
      if (answer === 'Escape') await view.page.keyboard.press(answer);
      else await view.page.getByTestId(answer).click();
      await view.page.getByTestId('cancel-all').waitFor({ state: 'detached' });
      await expect.poll(() => view.calls('queue.cancelAll')).toHaveLength(answer === 'Escape' ? 0 : 1);
    }
    expect(view.complaints).toEqual([]);
  });

  it('asks for the password of a proxy, can be put aside, and says when it was wrong', async () => {
    const { proxy, ...without } = scenarioOf('queue-proxy');
    const view = await open(without);
    await view.page.getByTestId('view-queue').waitFor();
    await expect.poll(() => view.page.getByTestId('proxy-dialog').count()).toBe(0);
    await view.emit('proxy.changed', { ...proxy, wrong: false });
    await view.page.getByTestId('proxy-cancel').click();
    await view.page.getByTestId('proxy-dialog').waitFor({ state: 'detached' });
    await view.page.getByTestId('proxy-open').click();
    await expect.poll(() => isFocused(view.page.getByTestId('proxy-user'))).toBe(true);
    await view.page.getByTestId('proxy-user').fill('ada');
    await view.page.getByTestId('proxy-password').fill('wrong');
    await view.page.keyboard.press('Enter');
    await expect.poll(() => view.calls('proxy.answer')).toHaveLength(1);
    await expect.poll(() => view.calls('proxy.answer')).toEqual([['ada', 'wrong']]);
    await view.emit('proxy.changed', { ...proxy, wrong: true });
    await view.page.getByTestId('proxy-wrong').waitFor();
    await expect.poll(() => view.page.getByTestId('proxy-password').inputValue()).toBe('');
    await view.emit('proxy.changed', null);
    await view.page.getByTestId('proxy-dialog').waitFor({ state: 'detached' });
    await expect.poll(() => view.page.getByTestId('proxy-banner').count()).toBe(0);
    expect(view.complaints).toEqual([]);
  });

  it('moves what is uploaded to the history, and shows that once there is something in it', async () => {
    const view = await open({
      ...scenarioOf('queue-history'),
      summary: makeSummary({ done: 12, attention: 1 }),
    });
    await view.page.getByTestId('view-queue').waitFor();
    await expect.poll(() => view.page.getByTestId('filter-history').count()).toBe(0);
    await view.page.getByTestId('queue-options').click();
    await view.page.getByRole('menuitem', { name: 'Move uploaded photos to the history' }).click();
    await expect.poll(() => view.calls('queue.archive')).toHaveLength(1);
    await view.emit('queue.changed', makeSummary({ history: 12 }));
    await view.set({ summary: makeSummary({ history: 12 }) });
    // What is in the history is no queue, but it is not nothing.
    await expect
      .poll(() => view.page.getByTestId('summary-done').textContent())
      .toBe('Everything is uploaded');
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

  it('says what the last run came to, leads to what it counts, and is silent while another goes on', async () => {
    const view = await open(scenarioOf('queue-last-run'));
    const line = view.page.getByTestId('last-run');
    await expect
      .poll(() => line.textContent())
      .toMatch(/^Last upload, .+1,204 queued1,190 stored \(5 GB\)8 duplicates6 need attention$/);
    await view.page.getByTestId('last-run-attention').focus();
    await view.page.keyboard.press('Enter');
    await expect
      .poll(() => view.page.getByTestId('filter-attention').getAttribute('aria-selected'))
      .toBe('true');
    const { summary } = scenarioOf('queue-last-run');
    await view.emit('queue.changed', { ...summary, running: true });
    await line.waitFor({ state: 'detached' });
    expect(view.complaints).toEqual([]);
  });

  it('draws how fast it goes, and says it in words, while something moves', async () => {
    const view = await open(scenarioOf('queue'));
    const chart = view.page.getByTestId('traffic');
    await chart.waitFor();
    await expect
      .poll(() => chart.getAttribute('aria-label'))
      .toMatch(/^Speed over the last 90 seconds: [\d.]+ MB\/s now, [\d.]+ MB\/s at most$/);
    await view.emit('queue.changed', scenarioOf('queue-paused').summary);
    await chart.waitFor({ state: 'detached' });
    await view.emit('queue.changed', scenarioOf('queue').summary);
    await chart.waitFor();
    expect(view.complaints).toEqual([]);
  });

  it('says why nothing moves, what to do, and no more of it once something does', async () => {
    const view = await open(scenarioOf('queue-stalled'));
    const banner = view.page.getByTestId('stall-banner');
    await expect.poll(() => banner.textContent()).toMatch(/^Nothing has arrived .+ check your connection\.$/);
    await view.emit('queue.changed', scenarioOf('queue-retrying').summary);
    await banner.getByText('The library asked for a pause. Next try in').waitFor();
    await banner.getByTestId('try-now').click();
    await expect.poll(() => view.calls('queue.retry')).toEqual([[[]]]);
    await view.emit('queue.changed', scenarioOf('queue').summary);
    await banner.waitFor({ state: 'detached' });
    expect(view.complaints).toEqual([]);
  });

  it('pauses and resumes', async () => {
    const view = await open(scenarioOf('queue'));
    await view.page.getByTestId('pause').click();
    await expect.poll(() => view.calls('queue.pause')).toHaveLength(1);
    await view.emit('queue.changed', scenarioOf('queue-paused').summary);
    await view.page.getByTestId('resume').click();
    await expect.poll(() => view.calls('queue.resume')).toHaveLength(1);
  });

  it('counts down to the next check while offline', async () => {
    const view = await open({ ...scenarioOf('queue-offline') });
    await expect
      .poll(() => view.page.getByTestId('offline-banner').textContent())
      .toMatch(/^Offline\. 34 photos wait; /);
    await view.emit('auth.changed', signedIn);
    await view.emit('queue.changed', scenarioOf('queue').summary);
    await view.page.getByTestId('offline-banner').waitFor({ state: 'detached' });
  });

  it('tells a screen reader how the queue is doing', async () => {
    const view = await open(scenarioOf('queue'));
    await expect
      .poll(() => view.page.getByTestId('announcement').textContent())
      .toBe('812 of 1,204 photos uploaded. 4 photos need attention.');
  });
});
