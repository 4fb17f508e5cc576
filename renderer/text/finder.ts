/** The words of the search and of the orders. */
import { countPhotos } from './format.ts';

export const finderText = {
  search: 'Search by name or folder',
  placeholder: 'Search name or folder',
  clear: 'Clear the search',
  sort: 'Sort by',
  ascending: 'Ascending',
  descending: 'Descending',
  direction: 'Direction',
} as const;

/** What a search found. */
export function foundText(count: number): string {
  return `${countPhotos(count)} found`;
}

/** What a search that finds nothing says. */
export function nothingFoundText(search: string): string {
  return `No photo here has “${search.trim()}” in its name or folder.`;
}
