/** The words of the window, view by view. */
import type { AuthState, EnginePause, ProxyQuestion } from '../../preload/contract/model.ts';
import { formatWait } from './format.ts';
import { say, words } from './language.ts';

type SignInStep = Extract<AuthState, { kind: 'signingIn' }>['step'];

export const appText = words('app');
export const connectText = words('connect');
export const signInText = words('signIn');
export const emptyText = words('empty');
export const queueText = words('queue');
export const bannerText = words('banner');
export const dropText = words('drop');
export const pasteText = words('paste');
export const proxyText = words('proxy');
export const fatalText = words('fatal');

/** A step of the sign-in by name. */
export function signInStepText(step: SignInStep): string {
  return say(`signInStep.${step}`);
}

/** Who asks for a password. */
export function proxyQuestionText({ proxy, realm }: ProxyQuestion): string {
  const name = realm === '' || realm === proxy ? proxy : `${proxy} (${realm})`;
  return say('proxy.question', { proxy: name });
}

/** How long the sign-in page stays good; `seconds` is what is left. */
export function deadlineText(seconds: number): string {
  return seconds > 0 ? say('signIn.deadline', { time: formatWait(seconds) }) : signInText.timeIsUp;
}

/** The retry button over the rows that need attention. */
export function retryAllText(count: number): string {
  return say('queue.retryAll', { count });
}

const obstacles = ['offline', 'captivePortal', 'certificate', 'proxy'] as const satisfies EnginePause[];
/** What keeps the library out of reach, with a banner of its own over the queue. */
export type Obstacle = (typeof obstacles)[number];

/** From where on a wrong clock is told of, milliseconds: less matters to nobody. */
const clockTroubleMs = 60_000;

/** What is wrong with this computer's clock; null while it is right to the minute. */
export function clockText(aheadMs: number): string | null {
  if (Math.abs(aheadMs) < clockTroubleMs) return null;
  const time = formatWait(Math.round(Math.abs(aheadMs) / 60_000) * 60);
  return say(aheadMs > 0 ? 'banner.clockSlow' : 'banner.clockFast', { time });
}

/** What keeps the library out of reach, if that is why the engine does not upload. */
export function obstacleOf(pause: EnginePause | null): Obstacle | null {
  return obstacles.find((obstacle) => obstacle === pause) ?? null;
}

/** The banner of an obstacle; `seconds` until the next check, null when the computer will say so itself. */
export function obstacleText(obstacle: Obstacle, waiting: number, seconds: number | null): string {
  const why = say(`obstacle.${obstacle}`);
  const count = waiting;
  if (seconds === null) return `${why} ${say('reconnect.bySystem', { count })}`;
  return seconds > 0
    ? `${why} ${say('reconnect.nextCheck', { count, time: formatWait(seconds) })}`
    : `${why} ${say('reconnect.checking', { count })}`;
}

/** What waits for somebody to sign in. */
export function waitingForSignInText(count: number): string {
  return say('banner.waitForSignIn', { count });
}

/** A row action's accessible name. */
export function rowActionText(action: string, fileName: string): string {
  return say('queue.rowAction', { action, file: fileName });
}
