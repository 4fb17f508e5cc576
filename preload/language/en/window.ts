/** English: the fixed words of the window, view by view. */
import type { AuthState, EnginePause } from '../../contract/model.ts';

type SignInStep = Extract<AuthState, { kind: 'signingIn' }>['step'];

export const app = {
  name: 'Tintype',
  promise: 'Gets your photos into your organisation’s photo library, and proves that they arrived.',
  starting: 'Opening your queue…',
  copyDetails: 'Copy details',
  copied: 'Copied',
  saveDiagnostics: 'Save diagnostics…',
  details: 'Details',
  dismiss: 'Dismiss',
} as const;

export const connect = {
  title: 'Where is your photo library?',
  intro: 'Enter the address that your organisation gave you. Tintype asks it how to sign you in.',
  label: 'Library address',
  placeholder: 'https://photos.example.org',
  connect: 'Connect',
  connecting: 'Connecting…',
} as const;

export const signIn = {
  signIn: 'Sign in',
  how: 'Your web browser opens for this. Tintype never sees your password.',
  title: 'Sign in with your browser',
  openAgain: 'Open again',
  copyLink: 'Copy link',
  copied: 'Link copied',
  cancel: 'Cancel',
  stepDone: 'Done: ',
  stepNow: 'Now: ',
  deadline: 'The page is good for another {time}.',
  timeIsUp: 'The time is up.',
} as const;

export const signInStep = {
  opening: 'Opening your browser',
  waiting: 'Waiting for you to sign in there',
  finishing: 'Checking your identity',
} as const satisfies Record<SignInStep, string>;

export const empty = {
  title: 'Drop photos or folders here',
  how: 'Anywhere on the window. Folders are looked through to the bottom; your own files are never changed.',
  chooseFiles: 'Choose photos…',
  chooseFolder: 'Choose a folder…',
} as const;

export const queue = {
  summary: 'Summary',
  overall: 'Uploaded so far',
  pause: 'Pause',
  resume: 'Resume',
  filters: 'Show',
  list: 'Photos',
  grid: 'Show as a grid of pictures',
  loading: 'Loading',
  retry: 'Retry',
  tryNow: 'Try now',
  uploadAnyway: 'Upload anyway',
  locate: 'Locate',
  locateFile: 'Choose the photo…',
  locateFolder: 'Choose the folder it was in…',
  remove: 'Remove from the queue (the file stays where it is)',
  hold: 'Pause this photo',
  release: 'Resume this photo',
  first: 'Upload first',
  options: 'Queue options',
  speedLimit: 'Speed limit for all uploads',
  archive: 'Move uploaded photos to the history',
  cancelAll: 'Cancel all uploads…',
  cancelAllTitle: 'Cancel all uploads?',
  cancelAllBody:
    'Every photo that is not uploaded yet is taken out of the queue. Your files stay where they are, and what is uploaded stays in the library.',
  cancelAllYes: 'Cancel all uploads',
  cancelAllNo: 'Keep the queue',
  damaged: 'Looks damaged',
  damagedHint: 'It could not be decoded. It is uploaded as it is.',
  photoProgress: 'Sent',
  reload: 'Load the list again',
  retryAll: 'Retry {count, plural, one {it} other {all}}',
  rowAction: '{action}: {file}',
} as const;

export const banner = {
  banners: 'Messages',
  expiredRevoked: 'Your session has ended.',
  expiredMissing: 'The keychain no longer holds your session.',
  expiredNext: 'Sign in again to carry on; nothing in the queue is lost.',
  signInAgain: 'Sign in again',
  skippedFiles: 'Skipped files',
  showSkipped: 'Show skipped files',
  saveSkipped: 'Save list…',
  hideSkipped: 'Hide skipped files',
  clockSlow:
    'This computer’s clock is {time} slow. Uploads go on by the library’s time; set the clock right in the system’s settings.',
  clockFast:
    'This computer’s clock is {time} fast. Uploads go on by the library’s time; set the clock right in the system’s settings.',
  waitForSignIn:
    '{count, plural, one {# photo waits in the queue and goes} other {# photos wait in the queue and go}} up after you sign in.',
} as const;

/** Why the library cannot be reached, each with a banner of its own over the queue. */
export const obstacle = {
  offline: 'Offline.',
  captivePortal: 'This network has a log-in page: open your browser and sign in to the network.',
  certificate:
    'The library’s certificate is not trusted here. If this network has a log-in page, sign in there; else tell the person who looks after your photo library.',
  proxy:
    'The proxy server of this network does not answer, or does not let Tintype through: tell whoever looks after the network.',
} as const satisfies Partial<Record<EnginePause, string>>;

/** What follows the reason: who waits, and until when. */
export const reconnect = {
  bySystem:
    '{count, plural, =0 {Nothing waits} one {# photo waits} other {# photos wait}} until the connection is back.',
  nextCheck:
    '{count, plural, =0 {Nothing waits} one {# photo waits} other {# photos wait}}; next check in {time}.',
  checking: '{count, plural, =0 {Nothing waits} one {# photo waits} other {# photos wait}}; checking now.',
} as const;

export const drop = {
  files: 'Drop to add to the queue',
  other: 'Only files and folders can be added',
  otherHint: 'Save it to your computer first, then drop the file.',
  notSignedIn: 'Sign in first',
  notSignedInHint: 'Then drop your photos here again.',
} as const;

export const proxy = {
  title: 'Sign in to the proxy server',
  user: 'User name',
  password: 'Password',
  submit: 'Sign in',
  trying: 'Trying…',
  cancel: 'Cancel',
  open: 'Enter password…',
  wrong: 'The proxy server did not accept that. Check user name and password, and try again.',
  question:
    'This network’s proxy server {proxy} wants a user name and a password. They are kept in the keychain of this computer.',
} as const;

export const fatal = {
  title: 'This window has stopped working',
  body: 'Uploads go on in the background and your queue is kept on disk. Reload the window to see it again.',
  reload: 'Reload window',
  noBridge: 'This page only works inside Tintype.',
} as const;
