/** English: accounts. */

export const account = {
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
  switchTo: 'Switch to {name}',
  signInAs: 'Sign in as {name}',
  goOnAs: 'Continue as {name}',
  removeLabel: 'Remove {name} from this computer',
  waiting: '{count, plural, one {# photo waits} other {# photos wait}} in the queue',
  removeTitleHere: 'Sign out and remove this account’s queue?',
  removeTitle: 'Remove {name} from this computer?',
  removeEmpty:
    'The list of what was uploaded from here goes. Your files stay where they are, and what is uploaded stays in the library.',
  removeUnfinished:
    '{count, plural, one {# photo is not uploaded yet and is} other {# photos are not uploaded yet and are}} taken out of the queue. Your files stay where they are, and what is uploaded stays in the library.',
} as const;
