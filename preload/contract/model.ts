/** What the window is shown: plain data that crosses from the main process and the engine to the renderer. */

/** Every failure that a person can meet has one of these codes; renderer/text says each in words. */
export const problemCodes = [
  // Sign-in (main/auth)
  'auth_cancelled',
  'auth_timeout',
  'auth_ports_taken',
  'auth_state_mismatch',
  'auth_denied',
  'auth_provider_error',
  'auth_browser_failed',
  'auth_network',
  'auth_token_invalid',
  'auth_session_ended',
  'auth_misconfigured',
  'auth_keychain_unavailable',
  'auth_proxy',
  'auth_proxy_password',
  'auth_certificate',
  'auth_keychain_unread',
  'auth_keychain_unforgotten',
  // Configuration
  'config_missing',
  'config_invalid',
  'config_address_invalid',
  'config_not_https',
  'config_no_such_host',
  'config_unreachable',
  'config_not_tintype',
  'config_certificate',
  'config_proxy',
  'config_proxy_password',
  // Queue and its database
  'database_newer',
  'database_damaged',
  'database_full',
  'engine_restarted',
  'engine_failed',
  'file_not_found',
  'paste_failed',
  'file_not_saved',
  // Showing where a file is that was not found
  'locate_other_photo',
  'locate_already_queued',
  'locate_not_there',
  // Settings
  'settings_not_saved',
  'start_at_login_failed',
  // The caller or the window asked for something senseless
  'bad_request',
  'internal',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** Why a sign-in failed, more exactly than a person has to know; `signInCause` in the catalogues says it to who helps. */
export type SignInCause =
  // The attempt
  | 'cancelled'
  | 'superseded'
  | 'timeout'
  | 'ports_taken'
  | 'browser_failed'
  | 'browser_url_refused'
  // What the hosted UI or the token endpoint said
  | 'denied'
  | 'provider_error'
  | 'client_refused'
  | 'code_refused'
  | 'id_token_missing'
  // The network, and whatever is to be waited out like it
  | 'offline'
  | 'proxy_auth'
  | 'proxy_failed'
  | 'certificate'
  | 'deadline'
  | 'throttled'
  | 'server_unavailable'
  | 'reply_unexpected'
  | 'token_rejected'
  // Tokens that are not what they should be
  | 'token_malformed'
  | 'token_algorithm'
  | 'token_key_unknown'
  | 'token_signature'
  | 'token_issuer'
  | 'token_audience'
  | 'token_use'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_nonce'
  | 'token_at_hash'
  | 'token_user'
  | 'token_claims'
  // The session
  | 'sign_in_needed'
  | 'session_revoked'
  | 'keychain_unavailable'
  | 'keychain_unread'
  | 'forget_failed'
  | 'internal';

/** A failure on its way to the window: a code, and what is safe to log and to show under "Details". */
export interface Problem {
  code: ProblemCode;
  cause?: SignInCause;
  /** Codes and numbers, no sentences: nobody translates them. */
  detail?: string;
}

export type AuthState =
  | { kind: 'unconfigured'; problem?: Problem }
  | { kind: 'signedOut'; problem?: Problem; others?: OtherAccount[] }
  | {
      kind: 'signingIn';
      step: 'opening' | 'waiting' | 'finishing';
      openAgainUrl: string | null;
      deadline: number;
      hint?: ProblemCode;
    }
  | { kind: 'signedIn'; user: UserView; offline: boolean; problem?: Problem; others?: OtherAccount[] }
  | {
      kind: 'expired';
      user: UserView;
      reason: 'revoked' | 'missing';
      problem?: Problem;
      others?: OtherAccount[];
    };

export interface UserView {
  sub: string;
  name: string;
  email: string;
}

/** A proxy of the network wants a user name and a password. */
export interface ProxyQuestion {
  /** `host:port` */
  proxy: string;
  /** What the proxy calls itself; '' where it does not say. */
  realm: string;
  /** The last answer was not right. */
  wrong: boolean;
}

/** An account that this computer knows and that is not at the window. */
export interface OtherAccount {
  user: UserView;
  /** Its session can be gone on with, without the browser. */
  live: boolean;
}

/** What the queue of one person still has to do. */
export interface OwnerTally {
  sub: string;
  /** Photos that are not proven to be stored. */
  unfinished: number;
}

/** Why a row waits. `ready` waits for nothing but its turn. */
export const waitReasons = [
  'ready',
  'offline',
  'signed_out',
  'network',
  'captive_portal',
  'certificate',
  'proxy',
  'proxy_auth',
  'throttled',
  'server_error',
  'store_full',
  'clock_skew',
  'grant_expired',
  'checksum_mismatch',
  'file_changed',
  'copy_on_its_way',
  'volume_missing',
  'local_io',
] as const;
export type WaitReason = (typeof waitReasons)[number];

/** Why a row needs a person. */
export const blockReasons = [
  'missing',
  'permission_denied',
  'empty_file',
  'not_a_file',
  'too_large',
  'forbidden',
  'rejected',
  'quota',
  'disk_suspected',
  'gave_up',
] as const;
export type BlockReason = (typeof blockReasons)[number];

export type Step = 'inspecting' | 'checking' | 'sending' | 'confirming';

export type RowState =
  | {
      kind: 'waiting';
      step: Step;
      reason: WaitReason;
      nextTryAt: number | null;
      /** The row with the same content that this one waits for: its file name, or its path where both have one name. */
      waitsFor?: string;
    }
  | { kind: 'active'; step: Step }
  | { kind: 'done'; duplicateOf: string | null }
  | { kind: 'blocked'; reason: BlockReason };

/** One photo as the window shows it. Times are Unix milliseconds, sizes and progress are bytes. */
export interface PhotoRow {
  id: number;
  fileName: string;
  folder: string;
  /** It came from the clipboard, and its file is ours. */
  pasted?: true;
  size: number;
  contentType: string;
  state: RowState;
  held: boolean;
  /** It is in the history: nothing but looking at it, and taking it out, is possible. */
  archived: boolean;
  selected: boolean;
  attempts: number;
  bytesSent: number;
  looksDamaged: boolean;
  /** Local time as the camera wrote it (`2024-05-06T07:08:09`), with the offset where it is known. */
  takenAt: string | null;
  addedAt: number;
  doneAt: number | null;
  /** Log-safe details of the last failure. */
  lastError: string | null;
}

/** What says when a photo was taken, in the order in which it is believed. */
export const takenSources = ['exif-original', 'exif-create', 'gps', 'exif-modify'] as const;
export type TakenSource = (typeof takenSources)[number];

/** What one photo has to tell beyond its row. */
export interface PhotoDetails {
  row: PhotoRow;
  camera: string | null;
  takenSource: TakenSource | null;
  /** Lower-case hex; null before inspection. */
  sha256: string | null;
  /** Paths of rows in the queue with the same content, a few at most. */
  sameContent: string[];
  /** How its steps failed and what they waited for: the newest 20, the newest first. */
  attempts: Attempt[];
}

/** A try that did not succeed. What of it is unknown is null. */
export interface Attempt {
  /** When it ended. */
  at: number;
  step: Step;
  outcome:
    | { kind: 'waits'; reason: WaitReason; nextTryAt: number | null }
    | { kind: 'blocked'; reason: BlockReason };
  tookMs: number | null;
  /** Sent in it. */
  bytes: number | null;
  /** Log-safe: codes, no names. */
  detail: string | null;
  /** Of HTTP. */
  status: number | null;
  /** What the store calls the request. */
  requestId: string | null;
  /** Who was asked. */
  host: string | null;
}

/** `history`: what was done and has been moved out of the queue; `all` is the queue alone. */
export const filters = ['all', 'waiting', 'active', 'done', 'attention', 'history'] as const;
export type Filter = (typeof filters)[number];
/** `state`: what needs somebody first. */
export const sorts = ['added', 'taken', 'name', 'size', 'state'] as const;
export type Sort = (typeof sorts)[number];

/** Which rows, and in what order. */
export interface View {
  filter: Filter;
  sort: Sort;
  /** Photos without a date are the last ones by `taken` all the same. */
  descending: boolean;
  /** Words that the path must contain, whatever their case and accents; '' = no search. */
  search: string;
}

export interface PageRequest
  extends Pick<View, 'filter' | 'sort'>, Partial<Pick<View, 'descending' | 'search'>> {
  offset: number;
  /** At most 500. */
  limit: number;
}
export interface Page {
  rows: PhotoRow[];
  /** How many rows the view has in all. */
  total: number;
  /** Only so many are found until now: whoever asks again waits until all are counted. */
  counting?: true;
}

/** What a person did to the selection. */
export type SelectionChange =
  | { kind: 'none' }
  /** This row: alone, or (`toggle`) in or out of what is selected already. */
  | { kind: 'one'; id: number; toggle: boolean }
  /** From one row of the view to another, both included: alone, or (`add`) with what is selected already. */
  | { kind: 'range'; view: View; from: number; to: number; add: boolean }
  | { kind: 'all'; view: View };

/** What is selected, and how many of it each action is about. */
export interface Selection {
  count: number;
  bytes: number;
  /** Neither done nor paused nor in need of somebody. */
  going: number;
  held: number;
  /** Blocked, or waiting for a later try. */
  retriable: number;
  done: number;
}
export const noSelection: Selection = { count: 0, bytes: 0, going: 0, held: 0, retriable: 0, done: 0 };

export const selectionActions = ['hold', 'release', 'prioritise', 'retry', 'remove'] as const;
export type SelectionAction = (typeof selectionActions)[number];

export interface Tally {
  count: number;
  bytes: number;
}
export type EnginePause =
  | 'user'
  | 'suspended'
  /** The computer runs on its battery, and the person wants it spared. */
  | 'battery'
  | 'signedOut'
  /** The backend cannot be reached, and nothing says more than that. */
  | 'offline'
  /** The network answers in the backend's place. */
  | 'captivePortal'
  /** Neither Node nor the operating system vouches for the server. */
  | 'certificate'
  /** The proxy does not answer, or does not let us through. */
  | 'proxy'
  /** The proxy wants a user name and a password. */
  | 'proxyAuth'
  /** The library fails every request; it is asked again after a while. */
  | 'outage';

/** What a person allows the engine to use. */
export interface EngineLimits {
  /** For all uploads together; null = no limit. */
  bytesPerSecond: number | null;
  /** Requests at once; null = as many as carry the most. */
  transfers: number | null;
}

/** Nothing moves, although nothing is known to stand in the way. */
export interface Stall {
  /** What is waited for: bytes on their way to the store, an answer of the library, a disk, or another try. */
  cause: 'sending' | 'library' | 'reading' | 'retry';
  /** Why the last try failed, if one did. */
  reason: WaitReason | null;
  /** When the next row is tried again; null while some are worked on. */
  nextTryAt: number | null;
}

/** What the header shows; kept by counters, sent at most five times a second. */
export interface Summary {
  all: Tally;
  waiting: Tally;
  active: Tally;
  done: Tally;
  attention: Tally;
  /** Done and moved out of the queue; not part of `all`. */
  history: Tally;
  duplicates: number;
  damaged: number;
  /** Of those that wait, how many a person has paused. */
  held: number;
  /** Some pictures are still to be decoded for signs of damage. */
  decoding: boolean;
  /** Smoothed bytes per second; 0 when nothing moves. */
  speed: number;
  /** By a slower average than `speed`; null when it cannot be told. */
  secondsLeft: number | null;
  /** null while the engine runs; the first of its reasons to pause otherwise. */
  paused: EnginePause | null;
  /** What an outage is about; null while there is none. */
  outage: WaitReason | null;
  /** When an offline or outage is looked at again. */
  nextProbeAt: number | null;
  /** Null while things move, or rest for a reason that is told otherwise. */
  stall: Stall | null;
  /** How far the library's clock is ahead of this computer's, milliseconds; 0 when they agree. */
  clockAheadMs: number;
  limits: EngineLimits;
  intake: IntakeReport | null;
  /** Something goes on, or will by itself: see {@link RunReport}. */
  running: boolean;
  /** The newest run that has ended, also before this start of the app; `running` says whether another goes on. */
  lastRun: RunReport | null;
}

/**
 * What became of a run: from the moment that something in the queue could go on until nothing was left that can by
 * itself. `queued` is the sum of what became of them.
 */
export interface RunReport {
  /** Greater than that of every earlier run. */
  id: number;
  startedAt: number;
  endedAt: number;
  queued: number;
  stored: number;
  /** The library had these already. */
  duplicates: number;
  attention: number;
  /** Paused one by one, or on a disk that is not connected. */
  waiting: number;
  /** Of what was stored. */
  bytes: number;
}

/** Why a path was not queued. */
export const skipReasons = [
  'not_a_photo',
  'permission_denied',
  'unreadable',
  'special_file',
  'already_queued',
  'already_stored',
  'vanished',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** What became of one drop. `examples` holds at most 200 skipped paths; the counts are complete. */
export interface IntakeReport {
  id: number;
  running: boolean;
  found: number;
  queued: number;
  skipped: { reason: SkipReason; count: number }[];
  examples: { path: string; reason: SkipReason }[];
  /** The walk ended early: what it had found until then is queued. */
  problem?: Problem;
}

export interface EngineStatus {
  kind: 'starting' | 'running' | 'restarted' | 'failed';
  problem?: Problem;
}

export interface AppInfo {
  version: string;
  electron: string;
  chromium: string;
  node: string;
  platform: string;
  configured: boolean;
}

/** Where Tintype keeps what it keeps, and how much of it, bytes. */
export interface DataPlace {
  folder: string;
  /** The queue with its log; its backups count as `other`. */
  queueBytes: number;
  otherBytes: number;
}

/** A package that is part of the app, with its terms. */
export interface Licence {
  name: string;
  version: string;
  /** SPDX, or what the package calls it. */
  licence: string;
  text: string;
}

/** Something that did not work out, and that the window did not ask for. */
export type WindowNotice =
  | { kind: 'dropped-signed-out' }
  | { kind: 'problem'; code: ProblemCode }
  /** Files of a command line; `names` are a few of them. */
  | { kind: 'not-found'; names: string[]; count: number };

export const layouts = ['list', 'grid'] as const;
export type Layout = (typeof layouts)[number];

export const settingsSections = ['general', 'uploads', 'account', 'about'] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** What a menu, the tray, a notification or a link wants of the window. */
export type WindowCommand =
  | { kind: 'settings'; section: SettingsSection }
  | { kind: 'filter'; filter: Filter }
  | { kind: 'layout'; layout: Layout }
  | { kind: 'find' }
  | { kind: 'select-all' }
  | { kind: 'notice'; notice: WindowNotice };
