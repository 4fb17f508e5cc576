/** The words of the search and of the orders. */
import { say, words } from './language.ts';

export const finderText = words('finder');

/** What a search found. */
export function foundText(count: number): string {
  return say('finder.found', { count });
}

/** What a search that finds nothing says. */
export function nothingFoundText(search: string): string {
  return say('finder.nothingFound', { search: search.trim() });
}
