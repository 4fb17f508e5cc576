/** The words of the details pane. */
import type { PhotoDetails } from '../../preload/contract/model.ts';
import { formatBytes, formatLocalTime } from './format.ts';
import { say, words } from './language.ts';

export const detailsText = words('details');

/** When a photo was taken, and what says so. */
export function takenText({ row, takenSource, sha256 }: PhotoDetails): string {
  if (row.takenAt === null) return sha256 === null ? detailsText.notRead : detailsText.unknown;
  const time = formatLocalTime(row.takenAt);
  return takenSource === null
    ? time
    : say('details.takenBy', { time, source: say(`takenSource.${takenSource}`) });
}

/** A file's size, short and to the byte. */
export function sizeText(size: number): string {
  const bytes = say('details.bytes', { count: size });
  return size < 1000 ? bytes : say('details.sizeAndBytes', { size: formatBytes(size), bytes });
}
