/**
 * The contract between the window and the rest: every call and every event, with the process that answers it.
 * Preload, the IPC door in main, the engine's dispatcher and the renderer's client are all derived from it.
 */
import type {
  AppInfo,
  AuthState,
  DataPlace,
  EngineStatus,
  IntakeReport,
  Licence,
  OwnerTally,
  Page,
  PageRequest,
  PhotoDetails,
  Problem,
  ProxyQuestion,
  Selection,
  SelectionAction,
  SelectionChange,
  Summary,
  WindowCommand,
} from './model.ts';
import type { Settings } from './settings.ts';

/** Calls that the main process answers itself. */
export interface MainCalls {
  'app.info': () => AppInfo;
  /** What menus, tray and links want of the window, since it last asked; each is handed out once. */
  'app.commands': () => WindowCommand[];
  'app.data': () => DataPlace;
  'app.showData': () => void;
  'app.licences': () => Licence[];
  /** Whether the page can be seen. While it cannot, `queue.changed` is not sent. */
  'app.visible': (visible: boolean) => void;
  /** Puts a text on the clipboard. */
  'app.copyText': (text: string) => void;
  /** Asks where to, and saves what helps to find out what is wrong. Returns whether anything was saved. */
  'app.saveDiagnostics': () => boolean;
  /** Asks where to, and saves everything that the newest drop left out. Returns whether anything was saved. */
  'intake.saveReport': () => boolean;
  'config.connect': (address: string) => void;
  'auth.state': () => AuthState;
  'auth.signIn': () => void;
  'auth.openAgain': () => void;
  'auth.copyLink': () => void;
  'auth.cancel': () => void;
  /** Signs somebody else in as well. */
  'auth.addAccount': () => void;
  /** Brings another account to the window, by its `sub`; without the browser where its session lives. */
  'auth.switchTo': (sub: string) => void;
  /** Keeps the queue. */
  'auth.signOut': () => void;
  /** Signs out, and takes everything of this account out of the queue. */
  'auth.signOutAndRemove': () => void;
  /** The same for an account that is not at the window. */
  'auth.removeAccount': (sub: string) => void;
  'intake.choose': (kind: 'files' | 'folder') => void;
  /**
   * Asks the person where the file of this row is, or the folder that it was in. Returns how many rows have their files
   * again; 0 when nothing was chosen.
   */
  'queue.locate': (id: number, kind: 'file' | 'folder') => number;
  /** Shows the file of this row in the file manager. */
  'queue.reveal': (id: number) => void;
  'engine.status': () => EngineStatus;
  'proxy.question': () => ProxyQuestion | null;
  /** Tries them at the proxy: the question goes away, or comes again as wrong. */
  'proxy.answer': (user: string, password: string) => void;
  'settings.get': () => Settings;
  /** Takes effect at once, and is kept. */
  'settings.change': (changes: Partial<Settings>) => Settings;
}

/** Calls that main passes on to the engine. */
export interface EngineCalls {
  /** Takes absolute paths of files and folders; resolves when the walk has begun, with the report's id. */
  'intake.add': (paths: string[]) => number;
  /** Keeps a pasted picture (PNG) until it is stored, and takes it in; resolves as `intake.add`. */
  'intake.paste': (png: Uint8Array) => number;
  'intake.report': () => IntakeReport | null;
  'queue.page': (request: PageRequest) => Page;
  'queue.summary': () => Summary;
  /** Bytes sent in each of the last 90 whole seconds, the oldest first; empty while nobody's queue is worked on. */
  'queue.traffic': () => number[];
  /** Null when the row is gone. */
  'queue.details': (id: number) => PhotoDetails | null;
  /** Whose queues have something left to do, whoever is at the window. */
  'queue.owners': () => OwnerTally[];
  /** The rows of later pages are marked accordingly. */
  'queue.select': (change: SelectionChange) => Selection;
  'queue.selection': () => Selection;
  /** Does it to all that is selected and that it can be done to. */
  'queue.act': (action: SelectionAction) => Selection;
  'queue.pause': () => void;
  'queue.resume': () => void;
  /** Another try now for blocked and waiting rows; an empty list means all that need attention or wait for a next try. */
  'queue.retry': (ids: number[]) => void;
  /** Uploads copies of stored photos although the library says that it has them: it looks at its object again. */
  'queue.uploadAnyway': (ids: number[]) => void;
  /** Takes rows out of the queue (never the files themselves). */
  'queue.remove': (ids: number[]) => void;
  /** Moves what is uploaded to the history. Returns how many. */
  'queue.archive': () => number;
  /** Takes every row out of the queue that is not done. Returns how many. */
  'queue.cancelAll': () => number;
  /** Pauses these rows alone; they wait until `queue.release`. */
  'queue.hold': (ids: number[]) => void;
  'queue.release': (ids: number[]) => void;
  /** Puts these rows before all others. */
  'queue.prioritise': (ids: number[]) => void;
}

export type Calls = MainCalls & EngineCalls;
export type CallName = keyof Calls;
export type EngineCallName = keyof EngineCalls;

export interface Events {
  'auth.changed': AuthState;
  /** At most five times a second, and only when something changed. */
  'queue.changed': Summary;
  'engine.changed': EngineStatus;
  'proxy.changed': ProxyQuestion | null;
  'settings.changed': Settings;
  /** The locale that the app speaks from now on, a BCP 47 tag. */
  'language.changed': string;
  /** There are new `app.commands`. */
  'app.commanded': null;
}
export type EventName = keyof Events;

/** Which process answers a call. */
export const callOwners = {
  'app.info': 'main',
  'app.commands': 'main',
  'app.data': 'main',
  'app.showData': 'main',
  'app.licences': 'main',
  'app.visible': 'main',
  'app.copyText': 'main',
  'app.saveDiagnostics': 'main',
  'intake.saveReport': 'main',
  'config.connect': 'main',
  'auth.state': 'main',
  'auth.signIn': 'main',
  'auth.openAgain': 'main',
  'auth.copyLink': 'main',
  'auth.cancel': 'main',
  'auth.addAccount': 'main',
  'auth.switchTo': 'main',
  'auth.signOut': 'main',
  'auth.signOutAndRemove': 'main',
  'auth.removeAccount': 'main',
  'intake.choose': 'main',
  'queue.locate': 'main',
  'queue.reveal': 'main',
  'engine.status': 'main',
  'proxy.question': 'main',
  'proxy.answer': 'main',
  'settings.get': 'main',
  'settings.change': 'main',
  'intake.add': 'engine',
  'intake.paste': 'engine',
  'intake.report': 'engine',
  'queue.page': 'engine',
  'queue.summary': 'engine',
  'queue.traffic': 'engine',
  'queue.details': 'engine',
  'queue.owners': 'engine',
  'queue.select': 'engine',
  'queue.selection': 'engine',
  'queue.act': 'engine',
  'queue.pause': 'engine',
  'queue.resume': 'engine',
  'queue.retry': 'engine',
  'queue.uploadAnyway': 'engine',
  'queue.remove': 'engine',
  'queue.archive': 'engine',
  'queue.cancelAll': 'engine',
  'queue.hold': 'engine',
  'queue.release': 'engine',
  'queue.prioritise': 'engine',
} as const satisfies { [K in keyof MainCalls]: 'main' } & { [K in keyof EngineCalls]: 'engine' };

export const eventNames = [
  'auth.changed',
  'queue.changed',
  'engine.changed',
  'proxy.changed',
  'settings.changed',
  'language.changed',
  'app.commanded',
] as const satisfies EventName[];

/** A call's outcome on the wire: main never lets a raw exception through. */
export type Reply<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** What preload puts on `window.tintype`. */
export interface Bridge {
  /** Rejects with an error whose `problem` is a {@link Problem}. `intake.add` is not callable here: see `addFiles`. */
  call<K extends Exclude<CallName, 'intake.add'>>(
    name: K,
    ...args: Parameters<Calls[K]>
  ): Promise<Reply<ReturnType<Calls[K]>>>;
  /** Adds dropped, pasted or picked files, or a pasted picture; preload alone turns files into paths. */
  addFiles(files: readonly unknown[]): Promise<Reply<number>>;
  /** Subscribes; returns the function that unsubscribes. */
  on<K extends EventName>(name: K, listener: (payload: Events[K]) => void): () => void;
}
