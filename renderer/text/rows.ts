/** A photo's state in words, with the reason and the next step. */
import type { EnginePause, Filter, PhotoRow, Sort, WaitReason } from '../../preload/contract/model.ts';
import { assertNever } from '../assert-never.ts';
import { formatPercent, formatWait } from './format.ts';
import { say, words } from './language.ts';

const rowWords = words('row');

const typeTexts: Record<string, string> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/gif': 'GIF',
  'image/webp': 'WEBP',
  'image/heic': 'HEIC',
  'image/heif': 'HEIF',
  'image/avif': 'AVIF',
  'image/tiff': 'TIFF',
  'video/mp4': 'MP4',
  'video/quicktime': 'MOV',
};

/** What a row says about itself: a title and, where there is more to say, a sentence. */
export interface RowText {
  title: string;
  detail: string;
}

/**
 * Says where a photo stands. `now` is in Unix milliseconds and only matters to a row with a next try.
 */
export function rowText(row: Pick<PhotoRow, 'state' | 'held' | 'size' | 'bytesSent'>, now: number): RowText {
  const { state } = row;
  switch (state.kind) {
    case 'waiting':
      if (row.held) return { title: rowWords.held, detail: rowWords.heldDetail };
      if (state.waitsFor !== undefined)
        return { title: rowWords.waiting, detail: say('row.waitsFor', { file: state.waitsFor }) };
      return { title: rowWords.waiting, detail: waitDetail(state.reason, state.nextTryAt, now) };
    case 'active': {
      const { step } = state;
      const detail = step === 'sending' ? formatPercent(sentShare(row)) : say(`stepDetail.${step}`);
      return { title: say(`stepTitle.${step}`), detail };
    }
    case 'done':
      if (state.duplicateOf === null) return { title: rowWords.done, detail: rowWords.doneDetail };
      return { title: rowWords.duplicate, detail: say('row.duplicateOf', { file: state.duplicateOf }) };
    case 'blocked':
      return { title: rowWords.blocked, detail: say(`block.${state.reason}`) };
    default:
      return assertNever(state);
  }
}

/** A row in one breath, as a screen reader names it. */
export function rowNameText(row: PhotoRow): string {
  // Without the seconds to the next try: a name that changes is read again and again.
  const { title, detail } = rowText(row, 0);
  const more = row.state.kind === 'blocked' ? `. ${detail}` : '';
  return `${row.fileName}, ${title}${more}`;
}

/** How much of a photo has been sent, from 0 to 1. */
export function sentShare(row: Pick<PhotoRow, 'size' | 'bytesSent'>): number {
  return row.size > 0 ? Math.min(1, row.bytesSent / row.size) : 0;
}

/** Why something waits, and for how long. `now` is in Unix milliseconds. */
export function waitDetail(reason: WaitReason, nextTryAt: number | null, now: number): string {
  const why = say(`wait.${reason}`);
  if (nextTryAt === null) return why;
  const seconds = Math.ceil((nextTryAt - now) / 1000);
  const next = seconds > 0 ? say('row.nextTry', { time: formatWait(seconds) }) : rowWords.tryingNow;
  return reason === 'ready' ? next : `${why} ${next}`;
}

/** A photo's kind in a few letters: by its content where that has a common name, else by the file's extension. */
export function typeText(row: Pick<PhotoRow, 'contentType' | 'fileName'>): string {
  return typeTexts[row.contentType] ?? /\.([^./\\]{1,4})$/.exec(row.fileName)?.[1]?.toUpperCase() ?? '';
}

/** Where a photo came from: its folder, or the clipboard. */
export function placeText(row: Pick<PhotoRow, 'folder' | 'pasted'>): string {
  return row.pasted === true ? say('paste.place') : row.folder;
}

/** A filter's name. */
export function filterText(filter: Filter): string {
  return say(`filter.${filter}`);
}

/** What a filter without rows says. */
export function emptyFilterText(filter: Filter): string {
  return say(`emptyFilter.${filter}`);
}

/** A sort order's name. */
export function sortText(sort: Sort): string {
  return say(`sort.${sort}`);
}

/** Why the engine does not upload at the moment, and what an outage is about. */
export function pauseText(pause: EnginePause, outage: WaitReason | null = null): string {
  return pause === 'outage' && outage !== null ? say(`wait.${outage}`) : say(`pause.${pause}`);
}
