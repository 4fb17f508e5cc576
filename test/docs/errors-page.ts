/** Makes docs/errors.md from the catalogues, and from what is behind each code. */
import { format } from 'prettier';
import {
  blockReasons,
  problemCodes,
  skipReasons,
  waitReasons,
  type BlockReason,
  type ProblemCode,
  type SkipReason,
  type WaitReason,
} from '../../preload/contract/model.ts';
import { en } from '../../preload/language/en.ts';

/** What is behind a problem: for whoever helps, so technical. */
const problemCauses = {
  auth_cancelled: 'Cancel was pressed, or a newer sign-in took over.',
  auth_timeout: 'No callback came before the deadline of the attempt.',
  auth_ports_taken: 'None of the registered loopback ports could be listened on.',
  auth_state_mismatch:
    'A callback without the `state` of the attempt: an old tab, or somebody else’s request.',
  auth_denied: 'The provider answered `access_denied`.',
  auth_provider_error: 'The provider answered with another error, without a code, or refused the code.',
  auth_browser_failed: 'The system would not open the address in a browser.',
  auth_network:
    'No connection to the identity provider, no answer in time, a 429 or 5xx, or a reply that is not its own.',
  auth_token_invalid: 'Signature, issuer, audience, nonce, `token_use` or times of a token are not right.',
  auth_session_ended:
    'There is no session, or its refresh token was refused: revoked, expired, or its user is gone.',
  auth_misconfigured:
    'The provider refuses the client, sends no ID token (`openid` is missing), or an address is not the configured one.',
  auth_keychain_unavailable: 'No Secret Service, Keychain or Credential Manager took the refresh token.',
  auth_proxy: 'The proxy did not answer, or refused the connection to the identity provider.',
  auth_proxy_password: 'The proxy answered 407, and no password is known for it.',
  auth_certificate: 'Chromium does not trust the certificate of the identity provider.',
  auth_keychain_unread: 'The refresh token is in a keychain that is locked or does not answer.',
  auth_keychain_unforgotten:
    'At a sign-out the keychain was locked or did not answer; it is asked again until it has forgotten.',
  config_missing: 'No configuration was found in any of its places.',
  config_invalid: 'The configuration is no JSON, or lacks a field; the detail names it.',
  config_address_invalid: 'What was entered is no address.',
  config_not_https: 'The address begins with http, or speaks no TLS.',
  config_no_such_host: 'The resolver knows no such name.',
  config_unreachable: 'Connection refused, reset or timed out.',
  config_not_tintype: '`/v1/client-config` did not answer with a configuration.',
  config_certificate: 'Chromium does not trust the certificate of that address.',
  config_proxy: 'The proxy did not answer, or refused the connection.',
  config_proxy_password: 'The proxy answered 407, and no password is known for it.',
  database_newer: 'The schema of `queue.sqlite` is newer than this version knows.',
  database_damaged: 'SQLite’s check failed, or the file is no database.',
  database_full: 'SQLite answered `SQLITE_FULL`.',
  engine_restarted: 'The engine’s process died and was started again.',
  engine_failed: 'The engine’s process died more than five times within a minute, or never came up.',
  file_not_found: 'The path of the row is not there.',
  paste_failed: 'What the clipboard held could not be made a file.',
  file_not_saved:
    'The file could not be written where the person wanted it; the detail has the system’s code.',
  locate_other_photo: 'The content of the chosen file has another SHA-256 than the row.',
  locate_already_queued: 'Another row has that path.',
  locate_not_there: 'Nothing in the chosen folder has the name and content of the row.',
  start_at_login_failed: 'The system would not note that Tintype is to be started at login.',
  settings_not_saved: 'The settings file could not be written.',
  bad_request: 'The window asked for something that its schema or the present state does not allow.',
  internal: 'An error that nobody classified; the detail has its code.',
} as const satisfies Record<ProblemCode, string>;

const waitCauses = {
  ready: 'Nothing: the row waits for a free place.',
  offline: 'A request failed on the network, and the probe of `/healthz` does too.',
  signed_out: 'There is no access token: nobody is signed in, or the session has ended.',
  network: 'A connection broke off or stalled although the probe answers.',
  captive_portal: 'A page, a redirect or a 511 where the backend or the store answers.',
  certificate: 'The certificate of the server is trusted neither by Node nor by Chromium.',
  proxy: 'The proxy did not answer, or refused the connection.',
  proxy_auth: 'The proxy answered 407, and no password is known for it.',
  throttled: '429, 503 or `SlowDown`; `Retry-After` counts in full.',
  server_error: 'A 5xx of the backend or the store, or a reply that makes no sense.',
  store_full: '507, `InsufficientStorage` or `XMinioStorageFull`.',
  clock_skew: '`RequestTimeTooSkewed` although requests are signed by the store’s time.',
  grant_expired: 'The store refused the grant, and the new one as well.',
  checksum_mismatch: '`BadDigest`, or the backend found another size or checksum than was sent.',
  file_changed: 'The stat of the file changed between reading and sending.',
  copy_on_its_way: 'Another row with the same SHA-256 is being sent.',
  volume_missing: 'The volume of the file is not mounted, or another one is in its place.',
  local_io: '`EIO`, `EBUSY`, `EMFILE` and the like on reading.',
} as const satisfies Record<WaitReason, string>;

const blockCauses = {
  missing: '`ENOENT`, and no file of the same inode, size and time was found nearby.',
  permission_denied: '`EACCES` or `EPERM` on reading.',
  empty_file: 'The file has no bytes.',
  not_a_file: 'The path is a folder, a device or a pipe.',
  too_large: 'Larger than the grant allows (`maxBytes`), or `EntityTooLarge`.',
  forbidden: 'A 401 or 403 of the store, or a 403 of the backend.',
  rejected: 'A 4xx of the backend or the store, or three confirmations that found other bytes.',
  quota: '`QuotaExceeded`, or a 403 of the backend with a quota code.',
  disk_suspected: 'The checksum was wrong more than twice.',
  gave_up: 'Reading failed more than five times.',
} as const satisfies Record<BlockReason, string>;

const skipCauses = {
  not_a_photo: 'The first bytes are of no format that is known.',
  permission_denied: '`EACCES` or `EPERM`.',
  unreadable: 'Any other error of the system on reading.',
  special_file: 'Device, pipe, socket, or a link that leads in a circle.',
  already_queued: 'The queue has an unfinished row of that path.',
  already_stored: 'The queue or the history has a done row of that path, and the file has not changed.',
  vanished: 'It was listed, and gone when it was opened.',
} as const satisfies Record<SkipReason, string>;

/** A table; each row is code, what is said, cause and what to do. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A message that says both what happened and what to do: its first sentence, and the rest. */
function split(text: string): [said: string, next: string] {
  const end = /[.;] /.exec(text);
  if (end === null) return [text, 'Nothing; it goes on by itself.'];
  const rest = text.slice(end.index + 2);
  return [`${text.slice(0, end.index)}.`, rest.charAt(0).toUpperCase() + rest.slice(1)];
}

/** The page as it should be. */
export function errorsPage(): Promise<string> {
  const head = ['Code', 'What the window says', 'Cause', 'What to do'];
  const rows = <Code extends string>(
    codes: readonly Code[],
    messages: Record<Code, string>,
    causes: Record<Code, string>,
  ): string =>
    table(
      head,
      codes.map((code) => {
        const [said, next] = split(messages[code]);
        return [`\`${code}\``, said, causes[code], next];
      }),
    );
  const text = `# What can go wrong

<!-- Generated by \`npx vitest run test/docs/errors.test.ts --update\` from the catalogues and test/docs/errors-page.ts; not to be edited. -->

Every failure has a code, a sentence and a next step. The window shows the code under “Details” alone, where it can be copied; “Save diagnostics…” in the account’s menu writes all that helps to one file, without tokens, places and names. What a failure of an upload step becomes is decided in \`main/upload/failures.ts\` and \`main/upload/policy.ts\`.

## Problems of the app

${table(
  head,
  problemCodes.map((code) => [`\`${code}\``, en.problem[code], problemCauses[code], en.nextStep[code]]),
)}

## Why a photo waits

It is tried again by itself.

${rows(waitReasons, en.wait, waitCauses)}

## Why a photo needs somebody

${rows(blockReasons, en.block, blockCauses)}

## Why a file was not added

${rows(skipReasons, en.skipWhy, skipCauses)}
`;
  return format(text, { parser: 'markdown', printWidth: 110, proseWrap: 'preserve' });
}
