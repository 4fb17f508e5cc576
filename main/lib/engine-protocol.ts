/** What main and the engine ask of each other, beyond the window's own calls that main passes on. */
import type { EngineCalls, Events } from '../../preload/contract/api.ts';
import type {
  Attempt,
  EngineLimits,
  Problem,
  RunReport,
  SkipReason,
  Tally,
} from '../../preload/contract/model.ts';

/** Handed over when the engine starts. */
export interface EngineStart {
  userDataDir: string;
}

/** Whose queue the engine works on, and where to. Without a session the queue rests. */
export interface EngineSession {
  sub: string;
  apiUrl: string;
  /** The session needs a new sign-in: the queue is visible and editable, uploads wait. */
  expired: boolean;
}

/** What a saved list of skipped files says, in the person's language. */
export interface SkippedWords {
  /** The headings. */
  path: string;
  reason: string;
  reasons: Record<SkipReason, string>;
  /** Stands under a list that is not complete. */
  cut: string;
}

/** What the engine knows of itself, without names, paths and content. */
export interface EngineDiagnosis {
  database: {
    schema: number;
    bytes: number;
    freeBytes: number;
    /** SQLite's own check; null where it would take too long. */
    check: string | null;
    recovered: boolean;
  };
  /** Of other people's queues only how many there are. */
  otherOwners: { count: number; unfinished: number };
  /** Rows and bytes by state; null while nobody is signed in. */
  tallies: Record<string, Tally> | null;
  /** `waiting sending network` → how many. */
  reasons: Record<string, number>;
  lastRun: RunReport | null;
  /** Of rows that need somebody or wait for a later try, the newest. */
  troubles: { id: number; size: number; contentType: string; attempts: Attempt[] }[];
}

export interface EngineControl extends EngineCalls {
  'engine.start': (start: EngineStart) => void;
  'engine.session': (session: EngineSession | null) => void;
  /** Takes every row of a person out of the queue who is not at the window. Returns how many there were. */
  'queue.removeOwner': (sub: string) => number;
  /** Takes effect at once. A new engine knows of none: main tells it before it tells of a session. */
  'engine.limit': (limits: EngineLimits) => void;
  /** Whether the battery is to be spared now. */
  'engine.spareBattery': (spare: boolean) => void;
  /** Writes everything that the newest drop left out to this file, as CSV. For main alone: the window names no paths. */
  'intake.export': (file: string, words: SkippedWords) => void;
  /** What helps to find out what is wrong. */
  'engine.diagnose': () => EngineDiagnosis;
  'engine.suspend': () => void;
  'engine.wake': () => void;
  /** Something of the network is different, such as a proxy's password: begin anew with every connection. */
  'engine.refresh': () => void;
  /** The file of a row that is missing is there, or in that folder. For main alone: the window names no paths. */
  'queue.relocate': (id: number, path: string) => number;
  /** Stops claiming, gives running work back to the queue and closes the database. */
  'engine.stop': () => void;
  /** JPEG bytes of a row's thumbnail, or null when it has none. */
  'media.thumbnail': (id: number) => Promise<Uint8Array | null>;
  /** Where the file of a row is, as text. */
  'media.place': (id: number) => string;
}

export interface AccessToken {
  token: string;
  /** Unix milliseconds. */
  expiresAt: number;
  sub: string;
}

/** Why main has no token to give. */
export type TokenRefusal = 'sign_in_needed' | 'offline';

export interface HostCalls extends NetworkCalls {
  /** `rejected` is the token that the backend just refused, so that the same one is not handed out again. */
  'auth.token': (options: {
    rejected?: string;
  }) => Promise<{ ok: true; token: AccessToken } | { ok: false; refusal: TokenRefusal }>;
}

/** What only Chromium and the person know of the network; see NetworkHost in main/network/connections.ts. */
export interface NetworkCalls {
  /** In the form of a PAC script's answer: `PROXY proxy.example:8080; DIRECT`. */
  'network.routes': (url: string) => Promise<string>;
  /** PEM certificates that vouch for the server by Chromium's judgement; none where it refuses the server. */
  'network.trust': (url: string) => Promise<string[]>;
  /** null while nobody has told them; then the window asks, and `engine.refresh` says when it has been told. */
  'network.credentials': (ask: {
    proxy: string;
    realm: string;
    rejected?: { user: string; password: string };
  }) => Promise<{ user: string; password: string } | null>;
}

export interface EngineEvents extends Pick<Events, 'queue.changed'> {
  /** Work rests because of the queue's database; null when it goes on, and then main tells of the session again. */
  'engine.problem': Problem | null;
  /** A run has ended; told once. */
  'run.ended': RunReport;
}
