/** The words of a list that has nothing to show. */
import type { Filter } from '../../preload/contract/model.ts';
import { nothingFoundText } from './finder.ts';
import { say, words } from './language.ts';
import { emptyFilterText } from './rows.ts';

export const emptyListText = words('emptyList');

/** Why there is nothing. */
export type EmptyList =
  | { kind: 'search'; search: string }
  /** Nothing is left in the queue, and so many photos are in the history. */
  | { kind: 'archived'; count: number }
  | { kind: 'filter'; filter: Filter };

/** What an empty list means, and what comes to it or is to be done. */
export function emptyWords(empty: EmptyList): { title: string; hint: string } {
  switch (empty.kind) {
    case 'search':
      return { title: nothingFoundText(empty.search), hint: emptyListText.searchHint };
    case 'archived':
      return { title: say('emptyList.archived', { count: empty.count }), hint: emptyListText.archivedHint };
    case 'filter':
      return { title: emptyFilterText(empty.filter), hint: say(`emptyHint.${empty.filter}`) };
  }
}
