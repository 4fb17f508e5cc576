/** The window as people set it who see otherwise: enlarged, in the system's own colours, without movement. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { makeScenarios, scenarioOf } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
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

async function open(name: string, options?: OpenOptions): Promise<WindowPage> {
  const view = await host.open(scenarioOf(name), options);
  onTestFinished(() => view.close());
  return view;
}

/** 1280 × 720 at 200 % (WCAG 2.2, 1.4.4 and 1.4.10). */
const enlarged = { size: { width: 640, height: 360 } };

it.each(Object.keys(makeScenarios(0)))('%s loses nothing at twice the size', async (name) => {
  const { page } = await open(name, enlarged);
  if (name.startsWith('queue')) await page.locator('[data-testid^="row-"]').first().waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  const lost = await page.evaluate(() => {
    const hidden = (element: Element): boolean => element.closest('[aria-hidden=true], [inert]') !== null;
    return [...document.querySelectorAll('button, input, [role=tab], [role=grid], h1')]
      .filter((element) => !hidden(element) && element.getClientRects().length > 0)
      .filter((element) => {
        element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        const { left, right, top, bottom, height } = element.getBoundingClientRect();
        const least = element.role === 'grid' ? 136 : Math.min(height, 20);
        return (
          left < -1 || right > innerWidth + 1 || Math.min(bottom, innerHeight) - Math.max(top, 0) < least
        );
      })
      .map((element) => element.outerHTML.slice(0, 160));
  });
  expect(lost).toEqual([]);
});

it('shows progress, choice and selection in the system’s own colours', async () => {
  const { page } = await open('queue');
  await page.emulateMedia({ forcedColors: 'active' });
  await page.getByTestId('row-3').click();
  await page.locator('[aria-selected=true][role=gridcell]').waitFor();
  const look = (selector: string, property: 'backgroundColor' | 'borderTopColor' | 'borderTopWidth') =>
    page
      .locator(selector)
      .first()
      .evaluate((element, name) => getComputedStyle(element)[name], property);
  expect(await look('.progress-fill', 'backgroundColor')).not.toBe(
    await look('.progress', 'backgroundColor'),
  );
  const plain = await look('[role=tab]:not([aria-selected=true])', 'borderTopWidth');
  expect(await look('[role=tab][aria-selected=true]', 'borderTopWidth')).not.toBe(plain);
  expect(await look('[role=gridcell][aria-selected=true]', 'borderTopWidth')).not.toBe(
    await look('[role=gridcell][aria-selected=false]', 'borderTopWidth'),
  );
  await page.getByTestId('toggle-details').click();
  expect(await look('[data-testid=toggle-details]', 'backgroundColor')).not.toBe(
    await look('[data-testid=toggle-grid]', 'backgroundColor'),
  );
  expect(await violationsIn(page)).toEqual([]);
});

it('moves nothing where that is not wanted, and nothing without end elsewhere', async () => {
  for (const reducedMotion of [true, false]) {
    const { page } = await open('queue-walking', { reducedMotion });
    await page.getByTestId('row-1').waitFor();
    const durations = await page.evaluate(() =>
      document.getAnimations().map(({ effect }) => Number(effect?.getComputedTiming().endTime)),
    );
    expect(durations.filter((ms) => ms > (reducedMotion ? 0 : 2_000))).toEqual([]);
    const turned = (): Promise<string> =>
      page.locator('.spinner').evaluate((spinner) => (spinner as HTMLElement).style.rotate);
    if (reducedMotion) expect(await turned()).toBe('');
    else await expect.poll(turned).not.toBe('');
  }
});
