/** The words about accounts. */
import type { UserView } from '../../preload/contract/model.ts';
import { say, words } from './language.ts';

export const accountText = words('account');

/** What an account is called: pools differ in what they know of people. */
export function nameOf(user: UserView): string {
  return user.name === '' ? user.email : user.name;
}

/** The menu item that brings another account to the window. */
export function switchText(user: UserView, live: boolean): string {
  return say(live ? 'account.switchTo' : 'account.signInAs', { name: nameOf(user) });
}

/** The button beside an account, for a screen reader. */
export function goOnText(user: UserView, live: boolean): string {
  return say(live ? 'account.goOnAs' : 'account.signInAs', { name: nameOf(user) });
}

/** The button that removes an account. */
export function removeLabel(user: UserView): string {
  return say('account.removeLabel', { name: nameOf(user) });
}

/** How much of a queue is left; '' for none. */
export function waitingText(count: number): string {
  return count === 0 ? '' : say('account.waiting', { count });
}

/** @param here whether it is the account at the window. */
export function removeTitle(name: string, here: boolean): string {
  return here ? say('account.removeTitleHere') : say('account.removeTitle', { name });
}

/** What goes and what stays. */
export function removeText(unfinished: number): string {
  return unfinished === 0
    ? say('account.removeEmpty')
    : say('account.removeUnfinished', { count: unfinished });
}
