/** Every problem code in words: what happened, and what to do about it. */
import type { ProblemCode } from '../../preload/contract/model.ts';

export interface ProblemText {
  /** One sentence that says what happened. */
  sentence: string;
  /** One sentence that says what to do, or what happens by itself. */
  next: string;
}

const problemTexts = {
  auth_cancelled: {
    sentence: 'Signing in was cancelled.',
    next: 'Press Sign in when you want to try again.',
  },
  auth_timeout: {
    sentence: 'Nobody finished signing in within the time allowed.',
    next: 'Press Sign in to open a fresh page in your browser.',
  },
  auth_ports_taken: {
    sentence: 'Other programs use every port on which Tintype could hear back from your browser.',
    next: 'Close programs that run local servers, or restart the computer, then sign in again.',
  },
  auth_state_mismatch: {
    sentence: 'The browser sent back an answer that does not belong to this attempt.',
    next: 'Close old sign-in pages in your browser, then sign in again.',
  },
  auth_denied: {
    sentence: 'Your organisation did not let this account in.',
    next: 'Try another account, or ask the person who looks after your photo library.',
  },
  auth_provider_error: {
    sentence: 'The sign-in service reported a fault of its own.',
    next: 'Wait a minute and sign in again; if it stays, tell the person who looks after your photo library.',
  },
  auth_browser_failed: {
    sentence: 'Your web browser could not be opened.',
    next: 'Press Copy link and paste it into a browser yourself.',
  },
  auth_network: {
    sentence: 'The sign-in service cannot be reached.',
    next: 'Check your internet connection, then sign in again.',
  },
  auth_token_invalid: {
    sentence: 'The sign-in service sent a proof of identity that does not check out.',
    next: 'Check that the clock of this computer is right, then sign in again.',
  },
  auth_session_ended: {
    sentence: 'Your session has ended.',
    next: 'Sign in again; your queue is kept and carries on.',
  },
  auth_misconfigured: {
    sentence: 'The sign-in service does not know this app as it is set up.',
    next: 'Tell the person who looks after your photo library; the details below help them.',
  },
  auth_keychain_unavailable: {
    sentence: 'The keychain of this computer is not available, so you stay signed in only until you quit.',
    next: 'Unlock or install a keychain (on Linux, a Secret Service such as GNOME Keyring); Tintype tries again by itself.',
  },
  auth_keychain_unread: {
    sentence:
      'The keychain of this computer is locked or not available, so your session cannot be gone on with.',
    next: 'Unlock it, and Tintype carries on by itself; or sign in again. Your queue is kept.',
  },
  auth_proxy: {
    sentence: 'The proxy server of this network does not answer, or does not let Tintype through.',
    next: 'Tell whoever looks after the network; Tintype tries again by itself.',
  },
  auth_proxy_password: {
    sentence: 'The proxy server of this network wants a user name and a password.',
    next: 'Enter them in this window, then sign in again.',
  },
  auth_certificate: {
    sentence: 'The certificate of the sign-in service is not trusted by this computer.',
    next: 'If this network has a log-in page, open it in your browser; else tell the person who looks after your photo library.',
  },
  config_missing: {
    sentence: 'Tintype does not know your photo library yet.',
    next: 'Enter the address of your library.',
  },
  config_invalid: {
    sentence: 'The settings of this installation are not complete.',
    next: 'Enter the address of your library again, or ask the person who installed Tintype.',
  },
  config_address_invalid: {
    sentence: 'That is not an address that Tintype can use.',
    next: 'Enter it in full, starting with https://.',
  },
  config_not_https: {
    sentence:
      'That address offers no secure (https) connection, and without one Tintype does not talk to a library.',
    next: 'Enter the address with https:// in front; if it is right like that, tell the person who looks after your photo library.',
  },
  config_no_such_host: {
    sentence: 'No server has that name.',
    next: 'Check the spelling and your internet connection, then try again.',
  },
  config_unreachable: {
    sentence: 'Nothing answers at that address.',
    next: 'Check the spelling and your internet connection, then try again.',
  },
  config_not_tintype: {
    sentence: 'Something answers at that address, but it is not a Tintype library.',
    next: 'Check the address with the person who gave it to you.',
  },
  config_certificate: {
    sentence: 'The certificate of that address is not trusted by this computer.',
    next: 'Check the address; if it is right, tell the person who looks after your photo library.',
  },
  config_proxy: {
    sentence: 'The proxy server of this network does not answer, or does not let Tintype through.',
    next: 'Check the address; if it is right, tell whoever looks after the network.',
  },
  config_proxy_password: {
    sentence: 'The proxy server of this network wants a user name and a password.',
    next: 'Enter them in this window, then connect again.',
  },
  database_newer: {
    sentence: 'Your queue was last used by a newer version of Tintype.',
    next: 'Update Tintype to open it; nothing in it has been changed.',
  },
  database_damaged: {
    sentence: 'The file that holds your queue is damaged.',
    next: 'Restart Tintype to go back to its last backup; your photos themselves are not touched.',
  },
  database_full: {
    sentence: 'The disk that holds your queue is full.',
    next: 'Free some space; Tintype carries on by itself.',
  },
  engine_restarted: {
    sentence: 'The upload engine stopped and was started again.',
    next: 'Your queue is complete and carries on; there is nothing to do.',
  },
  engine_failed: {
    sentence: 'The upload engine does not stay up.',
    next: 'Quit Tintype and open it again; your queue is kept on disk.',
  },
  file_not_found: {
    sentence: 'The file is not there at this moment.',
    next: 'Connect the disk that it is on, or look for where it was moved to.',
  },
  locate_other_photo: {
    sentence: 'That is another photo, not the one that is missing.',
    next: 'Choose the same photo, or remove the missing one and drop this one.',
  },
  locate_already_queued: {
    sentence: 'That photo is in the queue already.',
    next: 'Remove the missing one from the queue; the other is uploaded.',
  },
  locate_not_there: {
    sentence: 'The missing photo is not in that folder.',
    next: 'Choose the folder that it was in, wherever that is now, or the photo itself.',
  },
  settings_not_saved: {
    sentence: 'Your settings could not be saved. They hold until you quit Tintype.',
    next: 'Check that your disk is not full, and change the setting once more.',
  },
  bad_request: {
    sentence: 'Tintype could not do anything with that.',
    next: 'Try again with photos or folders that are on this computer.',
  },
  internal: {
    sentence: 'Something went wrong inside Tintype.',
    next: 'Try again; if it stays, restart Tintype. Your queue is kept on disk.',
  },
} as const satisfies Record<ProblemCode, ProblemText>;

/** Says a problem in words. */
export function problemText(code: ProblemCode): ProblemText {
  return problemTexts[code];
}
