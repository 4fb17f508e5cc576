/** What axe has to say of a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Axe from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Every violation in the page, or in the part of it that the selector names, with the elements that it is about.
 * Nothing but violations is asked for: axe takes three times as long to tell what is in order too. Colours take it longest
 * of all: a page that is looked at in several ways is asked for them and for all else as often as each can differ.
 */
export async function violationsIn(
  page: Page,
  part = 'html',
  what: 'all' | 'colours' | 'all else' = 'all',
): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(source);
  const options: Axe.RunOptions = { resultTypes: ['violations'] };
  if (what === 'colours') options.runOnly = ['color-contrast'];
  // WCAG 2.2 has the size of targets, axe leaves it out unless it is asked for.
  else options.rules = { 'target-size': { enabled: true }, 'color-contrast': { enabled: what === 'all' } };
  return page.evaluate(
    async ([selector, asked]) => {
      const { axe } = window as unknown as { axe: typeof Axe };
      const { violations } = await axe.run(selector, asked);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    },
    [part, options] as const,
  );
}
