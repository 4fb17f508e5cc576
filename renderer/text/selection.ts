/** The words about what is selected. */
import type { Selection } from '../../preload/contract/model.ts';
import { formatBytes } from './format.ts';
import { say, words } from './language.ts';

export const selectionText = words('selection');

/** How much is selected. */
export function selectedText({ count, bytes }: Selection): string {
  return say('selection.selected', { count, size: formatBytes(bytes) });
}

/** The question before rows are removed, and what that means for the unfinished and for the uploaded ones. */
export function removalTexts({ count, done }: Selection): [title: string, ...sentences: string[]] {
  const unfinished = count - done;
  const sentences = [];
  if (unfinished > 0) sentences.push(say('selection.removeUnfinished', { count: unfinished }));
  if (done > 0) sentences.push(say('selection.removeDone', { count: done }));
  return [say('selection.removeTitle', { count }), ...sentences];
}
