/** The words of the details pane. */
import type { PhotoDetails, TakenSource } from '../../preload/contract/model.ts';
import { formatBytes, formatCount, formatLocalTime, plural } from './format.ts';

export const detailsText = {
  title: 'Details',
  show: 'Show details',
  hide: 'Hide details',
  nothing: 'Choose a photo to see more of it.',
  state: 'State',
  taken: 'Taken',
  camera: 'Camera',
  size: 'Size',
  folder: 'Folder',
  reveal: 'Show in folder',
  added: 'Added',
  stored: 'Uploaded',
  attempts: 'Failed tries',
  copyOf: 'Same photo in the library',
  sameContent: 'Same photo in the queue',
  unknown: 'Not known',
  notRead: 'Known once the file has been read',
  lastError: 'Last failure',
  fingerprint: 'Fingerprint (SHA-256)',
} as const;

const sourceTexts = {
  'exif-original': 'as the camera wrote it',
  'exif-create': 'when it was digitised',
  gps: 'by satellite time',
  'exif-modify': 'when it was last changed',
} as const satisfies Record<TakenSource, string>;

/** When a photo was taken, and what says so. */
export function takenText({ row, takenSource, sha256 }: PhotoDetails): string {
  if (row.takenAt === null) return sha256 === null ? detailsText.notRead : detailsText.unknown;
  const time = formatLocalTime(row.takenAt);
  return takenSource === null ? time : `${time}, ${sourceTexts[takenSource]}`;
}

/** A file's size, short and to the byte. */
export function sizeText(bytes: number): string {
  const exact = `${formatCount(bytes)} ${plural(bytes, { one: 'byte', other: 'bytes' })}`;
  return bytes < 1000 ? exact : `${formatBytes(bytes)} (${exact})`;
}
