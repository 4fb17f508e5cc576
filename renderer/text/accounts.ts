/** The words about accounts. */
import type { UserView } from '../../preload/contract/model.ts';
import { countPhotos, plural } from './format.ts';

export const accountText = {
  account: 'Account',
  known: 'Accounts on this computer',
  another: 'Use another account…',
  signOut: 'Sign out',
  signOutAndRemove: 'Sign out and remove this queue…',
  signIn: 'Sign in',
  goOn: 'Continue',
  keep: 'Keep the queue',
  yes: 'Remove',
  yesHere: 'Sign out and remove',
} as const;

/** What an account is called: pools differ in what they know of people. */
export function nameOf(user: UserView): string {
  return user.name === '' ? user.email : user.name;
}

/** The menu item that brings another account to the window. */
export function switchText(user: UserView, live: boolean): string {
  return live ? `Switch to ${nameOf(user)}` : `Sign in as ${nameOf(user)}`;
}

/** The button beside an account, for a screen reader. */
export function goOnText(user: UserView, live: boolean): string {
  return live ? `Continue as ${nameOf(user)}` : `Sign in as ${nameOf(user)}`;
}

/** The button that removes an account. */
export function removeLabel(user: UserView): string {
  return `Remove ${nameOf(user)} from this computer`;
}

/** How much of a queue is left; '' for none. */
export function waitingText(count: number): string {
  return count === 0
    ? ''
    : `${countPhotos(count)} ${plural(count, { one: 'waits', other: 'wait' })} in the queue`;
}

/** @param here whether it is the account at the window. */
export function removeTitle(name: string, here: boolean): string {
  return here ? 'Sign out and remove this account’s queue?' : `Remove ${name} from this computer?`;
}

/** What goes and what stays. */
export function removeText(unfinished: number): string {
  const stays = 'Your files stay where they are, and what is uploaded stays in the library.';
  if (unfinished === 0) return `The list of what was uploaded from here goes. ${stays}`;
  const verb = plural(unfinished, {
    one: 'is not uploaded yet and is',
    other: 'are not uploaded yet and are',
  });
  return `${countPhotos(unfinished)} ${verb} taken out of the queue. ${stays}`;
}
