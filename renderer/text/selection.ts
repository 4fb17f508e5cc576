/** The words about what is selected. */
import type { Selection } from '../../preload/contract/model.ts';
import { countPhotos, formatBytes, formatCount, plural } from './format.ts';

export const selectionText = {
  actions: 'Selected photos',
  hold: 'Pause',
  release: 'Resume',
  first: 'Upload first',
  retry: 'Retry',
  remove: 'Remove…',
  all: 'Select all',
  none: 'Select none',
  removeYes: 'Remove',
  keep: 'Keep',
} as const;

/** How much is selected. */
export function selectedText({ count, bytes }: Selection): string {
  return `${formatCount(count)} selected, ${formatBytes(bytes)}`;
}

/** The question before rows are removed, and what that means for the unfinished and for the uploaded ones. */
export function removalTexts({ count, done }: Selection): [title: string, ...sentences: string[]] {
  const unfinished = count - done;
  const sentences = [];
  if (unfinished > 0) {
    const verbs = plural(unfinished, { one: 'is', other: 'are' });
    sentences.push(
      `${countPhotos(unfinished)} of these ${verbs} not uploaded yet, and will not be. The files themselves stay where they are.`,
    );
  }
  if (done > 0) {
    const verb = plural(done, { one: 'leaves', other: 'leave' });
    sentences.push(
      `${countPhotos(done)} that the library has ${verb} this list alone: the library keeps them.`,
    );
  }
  return [`Remove ${countPhotos(count)} from the queue?`, ...sentences];
}
