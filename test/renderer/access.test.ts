/** The window as people set it who see otherwise: enlarged, in the system's own colours, without movement. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { overlays } from './support/overlays.ts';
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

/** At 200 % (WCAG 2.2, 1.4.4 and 1.4.10): of 1280 × 720, and of the smallest window that there is. */
const enlarged = [
  { width: 640, height: 360 },
  { width: 360, height: 240 },
];

/** What cannot be brought into sight in full. Runs in the page. */
function lost(): string[] {
  const wide =
    document.documentElement.scrollWidth <= innerWidth
      ? []
      : [...document.body.querySelectorAll('*')]
          .filter((element) => element.getBoundingClientRect().width > innerWidth)
          .map((element) => `wider than the window: ${element.outerHTML.slice(0, 120)}`);
  const hidden = (element: Element): boolean => element.closest('[aria-hidden=true], [inert]') !== null;
  const found = [...document.querySelectorAll('button, input, [role=tab], [role=grid], h1')]
    .filter((element) => !hidden(element) && element.getClientRects().length > 0)
    // A switch is an unseen field in a label that is seen; other unseen things are for screen readers.
    .map((element) => (element.closest('[style*="clip"]') === null ? element : element.closest('label')))
    .filter((element) => element !== null)
    .filter((element) => {
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { left, right, top, bottom, height } = element.getBoundingClientRect();
      // The page scrolls by whole pixels, and lines begin between them.
      const least = element.role === 'grid' ? 136 : Math.min(height, 20) - 1;
      return left < -1 || right > innerWidth + 1 || Math.min(bottom, innerHeight) - Math.max(top, 0) < least;
    })
    .map((element) => `lost: ${element.outerHTML.slice(0, 160)}`);
  return [...wide, ...found];
}

/**
 * What has the focus and is covered by something else (2.4.11), or does not show that it has it (2.4.7). Runs in the page,
 * after a key was pressed there.
 */
async function badlyFocused(): Promise<string[]> {
  const bad: string[] = [];
  const before = document.activeElement;
  const reachable = [
    ...document.querySelectorAll<HTMLElement>('button, input, summary, [tabindex="0"]'),
  ].filter(
    (element) =>
      element.tabIndex >= 0 &&
      !element.matches(':disabled') &&
      element.closest('[aria-hidden=true], [inert]') === null &&
      element.getClientRects().length > 0,
  );
  for (const element of reachable) {
    element.focus();
    if (document.activeElement !== element) continue;
    // A switch is an unseen field in a label that is seen; a menu gives the focus to one of its lines.
    const seen = element.closest('[style*="clip"]') === null ? element : element.closest('label');
    if (seen === null || element.role === 'menu') continue;
    const { left, right, top, bottom } = seen.getBoundingClientRect();
    const points = [0.1, 0.5, 0.9].flatMap((x) =>
      [0.1, 0.5, 0.9].map((y) =>
        document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y),
      ),
    );
    const covered = points.every((hit) => hit === null || !(seen.contains(hit) || hit.contains(seen)));
    if (covered) bad.push(`covered: ${element.outerHTML.slice(0, 160)}`);
    const isOutlined = (): boolean =>
      [seen, seen.parentElement, ...seen.querySelectorAll('*')].some((part) => {
        if (part === null) return false;
        const { outlineStyle, outlineWidth } = getComputedStyle(part);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      });
    // Some are drawn anew to show it.
    for (let frame = 0; frame < 30 && !isOutlined(); frame += 1) await new Promise(requestAnimationFrame);
    if (!isOutlined()) bad.push(`without an outline: ${element.outerHTML.slice(0, 160)}`);
  }
  if (before instanceof HTMLElement) before.focus();
  return bad;
}

/** In the page: what lies over it without an edge. There are no shadows in the system's own colours. */
function edgeless(): string[] {
  return [...document.querySelectorAll('.popover, .modal')]
    .filter((layer) => getComputedStyle(layer).borderTopStyle === 'none')
    .map((layer) => `without an edge: ${layer.outerHTML.slice(0, 160)}`);
}

/** Everything that can be asked of what is on the page, in colours of the system, enlarged, and mirrored. */
async function complaintsOf({ page, emit }: WindowPage): Promise<string[]> {
  const complaints: string[] = [];
  const note = (where: string, found: readonly string[]): void => {
    complaints.push(...found.map((complaint) => `${where}: ${complaint}`));
  };
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    note(`forced colours, ${colorScheme}`, await violationsIn(page, 'html', 'colours'));
  }
  // No key of the window's: the focus is shown as to somebody who uses the keyboard.
  await page.keyboard.press('Shift');
  note('forced colours', await page.evaluate(badlyFocused));
  note('forced colours', await page.evaluate(edgeless));
  await page.emulateMedia({ forcedColors: 'none' });
  for (const size of enlarged) {
    await page.setViewportSize(size);
    note(`${size.width} × ${size.height}`, await page.evaluate(lost));
  }
  note('enlarged', await page.evaluate(badlyFocused));
  await emit('language.changed', 'ar-XB');
  await page.locator('html[dir=rtl]').waitFor();
  note('mirrored and enlarged', await page.evaluate(lost));
  note('mirrored and enlarged', await violationsIn(page, 'html', 'all else'));
  return complaints;
}

it.each(Object.keys(makeScenarios(0)))(
  '%s can be used in the system’s own colours, at twice the size, and from right to left',
  async (name) => {
    const view = await open(name);
    if (name.startsWith('queue')) await view.page.getByTestId('row-1').waitFor();
    expect(await complaintsOf(view)).toEqual([]);
  },
);

it.each(Object.keys(overlays))(
  'the %s can be used in the system’s own colours, at twice the size, and from right to left',
  async (name) => {
    const view = await open('queue-accounts');
    await view.page.getByTestId('row-1').waitFor();
    await overlays[name]?.(view.page);
    expect(await complaintsOf(view)).toEqual([]);
  },
);

it('a notice covers nothing that can have the focus', async () => {
  const view = await open('queue');
  await view.page.getByTestId('row-3').click();
  await view.set({ problems: { 'queue.act': { code: 'internal' } } });
  await view.page.getByTestId('selected-hold').click();
  await view.page.getByTestId('notice').waitFor();
  await view.page.keyboard.press('Shift');
  expect(await view.page.evaluate(badlyFocused)).toEqual([]);
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
