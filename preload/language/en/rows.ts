/** English: what a photo's row says of itself, and the words of the list that it is in. */
import type {
  BlockReason,
  EnginePause,
  Filter,
  Sort,
  Step,
  TakenSource,
  WaitReason,
} from '../../contract/model.ts';

export const wait = {
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

export const block = {
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

export const stepTitle = {
  inspecting: 'Reading',
  checking: 'Checking',
  sending: 'Uploading',
  confirming: 'Confirming',
} as const satisfies Record<Step, string>;

/** How far a photo is that is being sent is said in percent. */
export const stepDetail = {
  inspecting: 'Taking its fingerprint.',
  checking: 'Asking the library whether it has this photo.',
  confirming: 'The library compares what arrived.',
} as const satisfies Record<Exclude<Step, 'sending'>, string>;

export const row = {
  held: 'Paused',
  heldDetail: 'It waits until you resume it.',
  waiting: 'Waiting',
  waitsFor: 'For {file}, which is the same photo.',
  nextTry: 'Next try in {time}.',
  tryingNow: 'Trying again now.',
  done: 'Uploaded',
  doneDetail: 'The library has checked it.',
  duplicate: 'Already in the library',
  duplicateOf: 'Same as {file}',
  blocked: 'Needs attention',
} as const;

export const filter = {
  all: 'All',
  waiting: 'Waiting',
  active: 'Uploading',
  done: 'Uploaded',
  attention: 'Needs attention',
  history: 'History',
} as const satisfies Record<Filter, string>;

export const emptyFilter = {
  all: 'The queue is empty.',
  waiting: 'No photo waits.',
  active: 'Nothing is uploading at this moment.',
  done: 'No photo has been uploaded yet.',
  attention: 'No photo needs attention.',
  history: 'Nothing is in the history yet.',
} as const satisfies Record<Filter, string>;

/** What comes to a filter that has nothing. */
export const emptyHint = {
  all: 'Drop photos or folders on this window.',
  waiting: 'Photos stand here until it is their turn.',
  active: 'Photos stand here while they are on their way.',
  done: 'Photos come here once the library has checked them.',
  attention: 'Photos come here when they cannot go on without you.',
  history: 'Uploaded photos come here after 30 days, or when you move them.',
} as const satisfies Record<Filter, string>;

export const emptyList = {
  archived: '{count, plural, one {# uploaded photo is} other {# uploaded photos are}} in the history.',
  archivedHint: 'Drop more on this window whenever you like.',
  searchHint: 'Check the spelling, or clear the search to see all photos again.',
  showAll: 'Show all photos',
  showWaiting: 'Show what waits',
  showAttention: 'Show what needs attention',
  showHistory: 'Show the history',
  searchAll: 'Search in all photos',
  searchHistory: 'Search in the history',
} as const;

export const sort = {
  added: 'Date added',
  taken: 'Date taken',
  name: 'Name',
  size: 'Size',
  state: 'State',
} as const satisfies Record<Sort, string>;

export const pause = {
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

export const finder = {
  search: 'Search by name or folder',
  placeholder: 'Search name or folder',
  clear: 'Clear the search',
  sort: 'Sort by',
  ascending: 'Ascending',
  descending: 'Descending',
  direction: 'Direction',
  found: '{count, plural, one {# photo} other {# photos}} found',
  nothingFound: 'No photo here has “{search}” in its name or folder.',
} as const;

export const details = {
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
  copyOf: 'Same photo in the library',
  sameContent: 'Same photo in the queue',
  unknown: 'Not known',
  notRead: 'Known once the file has been read',
  fingerprint: 'Fingerprint (SHA-256)',
  bytes: '{count, plural, one {# byte} other {# bytes}}',
  sizeAndBytes: '{size} ({bytes})',
  takenBy: '{time}, {source}',
} as const;

export const takenSource = {
  'exif-original': 'as the camera wrote it',
  'exif-create': 'when it was digitised',
  gps: 'by satellite time',
  'exif-modify': 'when it was last changed',
} as const satisfies Record<TakenSource, string>;
