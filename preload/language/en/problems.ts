/** English: every problem code in words. */
import type { ProblemCode } from '../../contract/model.ts';

/** One sentence that says what happened. */
export const problem = {
  auth_cancelled: 'Signing in was cancelled.',
  auth_timeout: 'Nobody finished signing in within the time allowed.',
  auth_ports_taken: 'Other programs use every port on which Tintype could hear back from your browser.',
  auth_state_mismatch: 'The browser sent back an answer that does not belong to this attempt.',
  auth_denied: 'Your organisation did not let this account in.',
  auth_provider_error: 'The sign-in service reported a fault of its own.',
  auth_browser_failed: 'Your web browser could not be opened.',
  auth_network: 'The sign-in service cannot be reached.',
  auth_token_invalid: 'The sign-in service sent a proof of identity that does not check out.',
  auth_session_ended: 'Your session has ended.',
  auth_misconfigured: 'The sign-in service does not know this app as it is set up.',
  auth_keychain_unavailable:
    'The keychain of this computer is not available, so you stay signed in only until you quit.',
  auth_keychain_unread:
    'The keychain of this computer is locked or not available, so your session cannot be gone on with.',
  auth_proxy: 'The proxy server of this network does not answer, or does not let Tintype through.',
  auth_proxy_password: 'The proxy server of this network wants a user name and a password.',
  auth_certificate: 'The certificate of the sign-in service is not trusted by this computer.',
  config_missing: 'Tintype does not know your photo library yet.',
  config_invalid: 'The settings of this installation are not complete.',
  config_address_invalid: 'That is not an address that Tintype can use.',
  config_not_https:
    'That address offers no secure (https) connection, and without one Tintype does not talk to a library.',
  config_no_such_host: 'No server has that name.',
  config_unreachable: 'Nothing answers at that address.',
  config_not_tintype: 'Something answers at that address, but it is not a Tintype library.',
  config_certificate: 'The certificate of that address is not trusted by this computer.',
  config_proxy: 'The proxy server of this network does not answer, or does not let Tintype through.',
  config_proxy_password: 'The proxy server of this network wants a user name and a password.',
  database_newer: 'Your queue was last used by a newer version of Tintype.',
  database_damaged: 'The file that holds your queue is damaged.',
  database_full: 'The disk that holds your queue is full.',
  engine_restarted: 'The upload engine stopped and was started again.',
  engine_failed: 'The upload engine does not stay up.',
  file_not_found: 'The file is not there at this moment.',
  locate_other_photo: 'That is another photo, not the one that is missing.',
  locate_already_queued: 'That photo is in the queue already.',
  locate_not_there: 'The missing photo is not in that folder.',
  settings_not_saved: 'Your settings could not be saved. They hold until you quit Tintype.',
  bad_request: 'Tintype could not do anything with that.',
  internal: 'Something went wrong inside Tintype.',
} as const satisfies Record<ProblemCode, string>;

/** One sentence that says what to do, or what happens by itself. */
export const nextStep = {
  auth_cancelled: 'Press Sign in when you want to try again.',
  auth_timeout: 'Press Sign in to open a fresh page in your browser.',
  auth_ports_taken: 'Close programs that run local servers, or restart the computer, then sign in again.',
  auth_state_mismatch: 'Close old sign-in pages in your browser, then sign in again.',
  auth_denied: 'Try another account, or ask the person who looks after your photo library.',
  auth_provider_error:
    'Wait a minute and sign in again; if it stays, tell the person who looks after your photo library.',
  auth_browser_failed: 'Press Copy link and paste it into a browser yourself.',
  auth_network: 'Check your internet connection, then sign in again.',
  auth_token_invalid: 'Check that the clock of this computer is right, then sign in again.',
  auth_session_ended: 'Sign in again; your queue is kept and carries on.',
  auth_misconfigured: 'Tell the person who looks after your photo library; the details below help them.',
  auth_keychain_unavailable:
    'Unlock or install a keychain (on Linux, a Secret Service such as GNOME Keyring); Tintype tries again by itself.',
  auth_keychain_unread: 'Unlock it, and Tintype carries on by itself; or sign in again. Your queue is kept.',
  auth_proxy: 'Tell whoever looks after the network; Tintype tries again by itself.',
  auth_proxy_password: 'Enter them in this window, then sign in again.',
  auth_certificate:
    'If this network has a log-in page, open it in your browser; else tell the person who looks after your photo library.',
  config_missing: 'Enter the address of your library.',
  config_invalid: 'Enter the address of your library again, or ask the person who installed Tintype.',
  config_address_invalid: 'Enter it in full, starting with https://.',
  config_not_https:
    'Enter the address with https:// in front; if it is right like that, tell the person who looks after your photo library.',
  config_no_such_host: 'Check the spelling and your internet connection, then try again.',
  config_unreachable: 'Check the spelling and your internet connection, then try again.',
  config_not_tintype: 'Check the address with the person who gave it to you.',
  config_certificate:
    'Check the address; if it is right, tell the person who looks after your photo library.',
  config_proxy: 'Check the address; if it is right, tell whoever looks after the network.',
  config_proxy_password: 'Enter them in this window, then connect again.',
  database_newer: 'Update Tintype to open it; nothing in it has been changed.',
  database_damaged: 'Restart Tintype to go back to its last backup; your photos themselves are not touched.',
  database_full: 'Free some space; Tintype carries on by itself.',
  engine_restarted: 'Your queue is complete and carries on; there is nothing to do.',
  engine_failed: 'Quit Tintype and open it again; your queue is kept on disk.',
  file_not_found: 'Connect the disk that it is on, or look for where it was moved to.',
  locate_other_photo: 'Choose the same photo, or remove the missing one and drop this one.',
  locate_already_queued: 'Remove the missing one from the queue; the other is uploaded.',
  locate_not_there: 'Choose the folder that it was in, wherever that is now, or the photo itself.',
  settings_not_saved: 'Check that your disk is not full, and change the setting once more.',
  bad_request: 'Try again with photos or folders that are on this computer.',
  internal: 'Try again; if it stays, restart Tintype. Your queue is kept on disk.',
} as const satisfies Record<ProblemCode, string>;
