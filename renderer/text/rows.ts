/** A photo's state in words, with the reason and the next step. */
import type {
  BlockReason,
  EnginePause,
  Filter,
  PhotoRow,
  Sort,
  Step,
  WaitReason,
} from '../../preload/contract/model.ts';
import { assertNever } from '../assert-never.ts';
import { formatPercent, formatWait } from './format.ts';

const waitTexts = {
  ready: 'Its turn comes by itself.',
  offline: 'No connection.',
  signed_out: 'Sign in to carry on.',
  network: 'The connection broke off.',
  captive_portal: 'This network has a log-in page; open your browser and sign in to the network.',
  certificate:
    'The certificate of the library is not trusted; tell the person who looks after this computer or the library.',
  proxy: 'The proxy server of this network does not let it through; tell whoever looks after the network.',
  proxy_auth: 'The proxy server of this network wants a user name and a password; enter them above.',
  throttled: 'The library asked for a pause.',
  server_error: 'The library has a fault.',
  store_full: 'The library is out of space; tell the person who looks after it.',
  clock_skew: 'The clock of this computer is wrong; set it to the right time.',
  grant_expired: 'The permission to upload ran out; a new one is fetched.',
  checksum_mismatch: 'The copy that arrived was not the same; it is sent again.',
  file_changed: 'The file changed during the upload; it is read again.',
  copy_on_its_way: 'The same photo is on its way; this copy is compared when it has arrived.',
  volume_missing: 'The disk or card that it is on is not connected. Connect it, and it goes on.',
  local_io: 'The file could not be read just now; check the disk.',
} as const satisfies Record<WaitReason, string>;

const blockTexts = {
  missing: 'The file is no longer there. Show where it is now, or put it back and retry.',
  permission_denied: 'This account may not read the file. Change its permissions, then retry.',
  empty_file: 'The file has no content. Replace it, or remove it from the queue.',
  not_a_file: 'There is a folder or a device where the file was. Put the file back, then retry.',
  too_large: 'The file is larger than the library takes. Remove it from the queue.',
  forbidden: 'The library does not let you upload here. Ask the person who looks after it.',
  rejected: 'The library did not accept the file. Remove it, or ask the person who looks after the library.',
  quota: 'Your space in the library is used up. Ask for more, then retry.',
  disk_suspected: 'The file reads differently each time. Check the disk and keep a second copy, then retry.',
  gave_up: 'It failed too many times. Check your connection, then retry.',
} as const satisfies Record<BlockReason, string>;

const stepTexts = {
  inspecting: { title: 'Reading', detail: 'Taking its fingerprint.' },
  checking: { title: 'Checking', detail: 'Asking the library whether it has this photo.' },
  sending: { title: 'Uploading', detail: '' },
  confirming: { title: 'Confirming', detail: 'The library compares what arrived.' },
} as const satisfies Record<Step, { title: string; detail: string }>;

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

const filterTexts = {
  all: 'All',
  waiting: 'Waiting',
  active: 'Uploading',
  done: 'Uploaded',
  attention: 'Needs attention',
} as const satisfies Record<Filter, string>;

const emptyFilterTexts = {
  all: 'The queue is empty.',
  waiting: 'No photo waits.',
  active: 'Nothing is uploading at this moment.',
  done: 'No photo has been uploaded yet.',
  attention: 'No photo needs you.',
} as const satisfies Record<Filter, string>;

const sortTexts = {
  added: 'Date added',
  taken: 'Date taken',
  name: 'Name',
  size: 'Size',
  state: 'State',
} as const satisfies Record<Sort, string>;

const pauseTexts = {
  user: 'Paused. Press Resume to carry on.',
  offline: 'Offline. Uploads carry on when the connection is back.',
  signedOut: 'Uploads wait until you sign in.',
  suspended: 'Paused while the computer sleeps.',
  battery: 'Uploads wait while this computer runs on its battery.',
  outage: 'The library does not take photos at the moment.',
  captivePortal: 'Uploads wait until you sign in to this network.',
  certificate: 'The library’s certificate is not trusted here.',
  proxy: 'The proxy server of this network is in the way.',
  proxyAuth: 'Uploads wait for the password of this network’s proxy server.',
} as const satisfies Record<EnginePause, string>;

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
      if (row.held) return { title: 'Paused', detail: 'It waits until you resume it.' };
      if (state.waitsFor !== undefined)
        return { title: 'Waiting', detail: `For ${state.waitsFor}, which is the same photo.` };
      return { title: 'Waiting', detail: waitDetail(state.reason, state.nextTryAt, now) };
    case 'active': {
      const step = stepTexts[state.step];
      if (state.step !== 'sending') return step;
      return { title: step.title, detail: formatPercent(sentShare(row)) };
    }
    case 'done':
      if (state.duplicateOf === null) return { title: 'Uploaded', detail: 'The library has checked it.' };
      return { title: 'Already in the library', detail: `Same as ${state.duplicateOf}` };
    case 'blocked':
      return { title: 'Needs attention', detail: blockTexts[state.reason] };
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

function waitDetail(reason: WaitReason, nextTryAt: number | null, now: number): string {
  if (nextTryAt === null) return waitTexts[reason];
  const seconds = Math.ceil((nextTryAt - now) / 1000);
  const next = seconds > 0 ? `Next try in ${formatWait(seconds)}.` : 'Trying again now.';
  return reason === 'ready' ? next : `${waitTexts[reason]} ${next}`;
}

/** A photo's kind in a few letters: by its content where that has a common name, else by the file's extension. */
export function typeText(row: Pick<PhotoRow, 'contentType' | 'fileName'>): string {
  return typeTexts[row.contentType] ?? /\.([^./\\]{1,4})$/.exec(row.fileName)?.[1]?.toUpperCase() ?? '';
}

/** A filter's name. */
export function filterText(filter: Filter): string {
  return filterTexts[filter];
}

/** What a filter without rows says. */
export function emptyFilterText(filter: Filter): string {
  return emptyFilterTexts[filter];
}

/** A sort order's name. */
export function sortText(sort: Sort): string {
  return sortTexts[sort];
}

/** Why the engine does not upload at the moment, and what an outage is about. */
export function pauseText(pause: EnginePause, outage: WaitReason | null = null): string {
  return pause === 'outage' && outage !== null ? waitTexts[outage] : pauseTexts[pause];
}
