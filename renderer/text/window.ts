/** The fixed words of the window, view by view. */
import type { AuthState, EnginePause, ProxyQuestion } from '../../preload/contract/model.ts';
import { countPhotos, formatWait, plural } from './format.ts';

type SignInStep = Extract<AuthState, { kind: 'signingIn' }>['step'];

export const appText = {
  name: 'Tintype',
  promise: 'Gets your photos into your organisation’s photo library, and proves that they arrived.',
  starting: 'Opening your queue…',
  details: 'Details',
  dismiss: 'Dismiss',
} as const;

export const connectText = {
  title: 'Where is your photo library?',
  intro: 'Enter the address that your organisation gave you. Tintype asks it how to sign you in.',
  label: 'Library address',
  placeholder: 'https://photos.example.org',
  connect: 'Connect',
  connecting: 'Connecting…',
} as const;

export const signInText = {
  signIn: 'Sign in',
  how: 'Your web browser opens for this. Tintype never sees your password.',
  title: 'Sign in with your browser',
  openAgain: 'Open again',
  copyLink: 'Copy link',
  copied: 'Link copied',
  cancel: 'Cancel',
  steps: {
    opening: 'Opening your browser',
    waiting: 'Waiting for you to sign in there',
    finishing: 'Checking your identity',
  } satisfies Record<SignInStep, string>,
  stepDone: 'Done: ',
  stepNow: 'Now: ',
} as const;

export const emptyText = {
  title: 'Drop photos or folders here',
  how: 'Anywhere on the window. Folders are looked through to the bottom; your own files are never changed.',
  chooseFiles: 'Choose photos…',
  chooseFolder: 'Choose a folder…',
} as const;

export const queueText = {
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
} as const;

export const bannerText = {
  banners: 'Messages',
  expiredRevoked: 'Your session has ended.',
  expiredMissing: 'The keychain no longer holds your session.',
  expiredNext: 'Sign in again to carry on; nothing in the queue is lost.',
  signInAgain: 'Sign in again',
  skippedFiles: 'Skipped files',
  showSkipped: 'Show skipped files',
  hideSkipped: 'Hide skipped files',
} as const;

export const dropText = {
  files: 'Drop to add to the queue',
  filesHint: 'Photos, videos and folders',
  other: 'Only files and folders can be added',
  otherHint: 'Save it to your computer first, then drop the file.',
  notSignedIn: 'Sign in first',
  notSignedInHint: 'Then drop your photos here again.',
} as const;

export const proxyText = {
  title: 'Sign in to the proxy server',
  user: 'User name',
  password: 'Password',
  submit: 'Sign in',
  trying: 'Trying…',
  cancel: 'Cancel',
  open: 'Enter password…',
  wrong: 'The proxy server did not accept that. Check user name and password, and try again.',
} as const;

/** Who asks for a password. */
export function proxyQuestionText({ proxy, realm }: ProxyQuestion): string {
  const name = realm === '' || realm === proxy ? proxy : `${proxy} (${realm})`;
  return `This network’s proxy server ${name} wants a user name and a password. They are kept in the keychain of this computer.`;
}

export const fatalText = {
  title: 'This window has stopped working',
  body: 'Uploads go on in the background and your queue is kept on disk. Reload the window to see it again.',
  reload: 'Reload window',
  noBridge: 'This page only works inside Tintype.',
} as const;

/** How long the sign-in page stays good; `seconds` is what is left. */
export function deadlineText(seconds: number): string {
  return seconds > 0 ? `The page is good for another ${formatWait(seconds)}.` : 'The time is up.';
}

/** The retry button over the rows that need attention. */
export function retryAllText(count: number): string {
  return `Retry ${plural(count, { one: 'it', other: 'all' })}`;
}

/** Why the library cannot be reached, each with a banner of its own over the queue. */
const obstacleTexts = {
  offline: 'Offline.',
  captivePortal: 'This network has a log-in page: open your browser and sign in to the network.',
  certificate:
    'The library’s certificate is not trusted here. If this network has a log-in page, sign in there; else tell the person who looks after your photo library.',
  proxy:
    'The proxy server of this network does not answer, or does not let Tintype through: tell whoever looks after the network.',
} as const satisfies Partial<Record<EnginePause, string>>;
export type Obstacle = keyof typeof obstacleTexts;

/** From where on a wrong clock is told of, milliseconds: less matters to nobody. */
const clockTroubleMs = 60_000;

/** What is wrong with this computer's clock; null while it is right to the minute. */
export function clockText(aheadMs: number): string | null {
  if (Math.abs(aheadMs) < clockTroubleMs) return null;
  const [off, way] = [formatWait(Math.round(Math.abs(aheadMs) / 60_000) * 60), aheadMs > 0 ? 'slow' : 'fast'];
  return `This computer’s clock is ${off} ${way}. Uploads go on by the library’s time; set the clock right in the system’s settings.`;
}

/** What keeps the library out of reach, if that is why the engine does not upload. */
export function obstacleOf(pause: EnginePause | null): Obstacle | null {
  return pause !== null && Object.hasOwn(obstacleTexts, pause) ? (pause as Obstacle) : null;
}

/** The banner of an obstacle; `seconds` until the next check, null when the computer will say so itself. */
export function obstacleText(obstacle: Obstacle, waiting: number, seconds: number | null): string {
  const why = obstacleTexts[obstacle];
  const verb = plural(waiting, { one: 'waits', other: 'wait' });
  const who = waiting > 0 ? `${countPhotos(waiting)} ${verb}` : 'Nothing waits';
  if (seconds === null) return `${why} ${who} until the connection is back.`;
  return seconds > 0
    ? `${why} ${who}; next check in ${formatWait(seconds)}.`
    : `${why} ${who}; checking now.`;
}

/** What waits for somebody to sign in. */
export function waitingForSignInText(count: number): string {
  const verb = plural(count, { one: 'waits', other: 'wait' });
  return `${countPhotos(count)} ${verb} in the queue and ${plural(count, { one: 'goes', other: 'go' })} up after you sign in.`;
}

/** A row action's accessible name. */
export function rowActionText(action: string, fileName: string): string {
  return `${action}: ${fileName}`;
}
