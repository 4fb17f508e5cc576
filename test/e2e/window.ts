/** What a person does at the window and reads from it. */
import type { Page } from 'playwright-core';
import type { Bridge, CallName, Calls, Reply } from '../../preload/contract/api.ts';
import type { PhotoRow, SkipReason, Summary } from '../../preload/contract/model.ts';
import type { RunningApp } from './harness.ts';
import type { Person, SystemBrowser } from './system-browser.ts';

const pageSize = 500;

/** Clicks "Sign in" and fills in the form in the browser; resolves to what the window then says of the account. */
export async function signIn(app: RunningApp, browser: SystemBrowser, person: Person): Promise<string> {
  await app.page.getByTestId('sign-in').click();
  await browser.signIn(person);
  return accountText(app);
}

/** Waits until somebody is signed in; resolves to the name and address that the window shows. */
export function accountText({ page }: RunningApp): Promise<string> {
  return page.getByTestId('account').innerText();
}

/** Signs out by the account menu; resolves when the window shows the way in again. */
export async function signOut(app: RunningApp): Promise<void> {
  await app.page.getByTestId('account').click();
  await app.page.getByTestId('sign-out').click();
  await app.page.getByTestId('view-signed-out').waitFor();
}

/** Waits until the window says that exactly `count` photos are done. */
export async function untilDone(page: Page, count: number, withinMs = 60_000): Promise<void> {
  await page.locator(`[data-testid=summary-done][data-count="${count}"]`).waitFor({ timeout: withinMs });
}

/** Waits until the window has drawn at least `count` photos as done, for tests that then disturb the rest. */
export async function untilSomeDone(page: Page, count: number, withinMs = 60_000): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      Number(document.querySelector<HTMLElement>('[data-testid=summary-done]')?.dataset['count']) >= wanted,
    count,
    { timeout: withinMs },
  );
}

/** Asks over the window's own bridge, which is all that its page can do. */
export async function ask<K extends Exclude<CallName, 'intake.add'>>(
  page: Page,
  name: K,
  ...args: Parameters<Calls[K]>
): Promise<ReturnType<Calls[K]>> {
  const reply = (await page.evaluate(
    ([call, values]) =>
      (globalThis as unknown as { tintype: Bridge }).tintype.call(
        call as 'queue.page',
        ...(values as [never]),
      ),
    [name, args] as const,
  )) as Reply<unknown>;
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.problem)}`);
  return reply.value as ReturnType<Calls[K]>;
}

/** The header's figures. */
export function summaryOf(page: Page): Promise<Summary> {
  return ask(page, 'queue.summary');
}

/** Every row of the queue, in the order in which they were added. */
export async function allRows(page: Page): Promise<PhotoRow[]> {
  const rows: PhotoRow[] = [];
  for (;;) {
    const next = await ask(page, 'queue.page', {
      filter: 'all',
      sort: 'added',
      offset: rows.length,
      limit: pageSize,
    });
    rows.push(...next.rows);
    if (next.rows.length === 0 || rows.length >= next.total) return rows;
  }
}

export interface ShownReport {
  /** The report's line, as it stands in the window. */
  text: string;
  queued: number;
  skipped: { path: string; reason: SkipReason; why: string }[];
}

/** Waits until a drop has been walked, opens the list of skipped files and reads it as it is drawn. */
export async function readIntakeReport(page: Page, withinMs = 60_000): Promise<ShownReport> {
  const report = page.locator('[data-testid=intake-report][data-running=false]');
  await report.waitFor({ timeout: withinMs });
  const details = report.getByTestId('intake-details');
  if ((await details.count()) > 0) {
    await details.click();
    await report.locator('.skipped-item').first().waitFor();
  }
  const skipped = await report.locator('.skipped-item').evaluateAll((items) =>
    items.map((item) => ({
      path: item.querySelector('.skipped-name')?.getAttribute('title') ?? '',
      reason: item.getAttribute('data-reason') as SkipReason,
      why: item.querySelector('.skipped-why')?.textContent ?? '',
    })),
  );
  const text = (await report.getByRole('status').innerText()).trim();
  const queued = Number(await report.getAttribute('data-queued'));
  if ((await details.count()) > 0) await details.click();
  return { text, queued, skipped };
}
