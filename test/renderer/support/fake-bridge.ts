/**
 * Stands in for preload in a page without Electron: answers every call from a scenario, keeps a record of the
 * calls, and lets the test send events. It runs in the page, so it may use nothing from outside itself.
 */
import type {
  Attempt,
  AuthState,
  EngineStatus,
  OwnerTally,
  PageRequest,
  PhotoDetails,
  PhotoRow,
  Problem,
  ProxyQuestion,
  RowState,
  Selection,
  SelectionChange,
  Summary,
  WindowCommand,
} from '../../../preload/contract/model.ts';
import type { Settings } from '../../../preload/contract/settings.ts';

export interface Scenario {
  auth: AuthState;
  engine?: EngineStatus;
  summary?: Summary;
  owners?: OwnerTally[];
  proxy?: ProxyQuestion;
  settings?: Partial<Settings>;
  /** What main has asked of the window before it was there. */
  commands?: WindowCommand[];
  /** What every photo has met. */
  attempts?: Attempt[];
  /** States that the rows go through, over and over; row n has the state n modulo their number. */
  states?: RowState[];
  /** What calls answer instead of success. */
  problems?: Record<string, Problem>;
  /** Pictures for the thumbnails, as data: addresses; without any the page asks thumb: in vain. */
  pictures?: string[];
}

export interface FakeCall {
  name: string;
  args: unknown[];
}

/** What the page has under `window.fake`. */
export interface Fake {
  calls: FakeCall[];
  /** What main asks of the window; `app.commanded` says that there are some. */
  commands: WindowCommand[];
  emit: (name: string, payload: unknown) => void;
  scenario: Scenario;
}

/** Installs `window.tintype` and `window.fake`; handed to the browser as source. */
export function installFakeBridge(scenario: Scenario & { settings: Settings }): void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const fake: Fake = {
    calls: [],
    commands: [...(scenario.commands ?? [])],
    scenario,
    emit: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload);
    },
  };

  const names = ['DSC_0412.NEF', 'IMG_2031.HEIC', 'Harvest festival.jpg', 'P1040377.JPG', 'scan-0007.tiff'];
  const folders = ['/home/ada/Pictures/2024/Lake Garda', '/media/ada/EOS_DIGITAL/DCIM/100CANON'];
  const types = ['image/x-nikon-nef', 'image/heic', 'image/jpeg', 'image/jpeg', 'image/tiff', 'video/mp4'];
  // The whole queue, or the rows of these ids.
  let marks: 'all' | Set<number> = new Set();
  const selected = (id: number): boolean => marks === 'all' || marks.has(id);
  const selection = (): Selection => {
    const count = marks === 'all' ? (fake.scenario.summary?.all.count ?? 0) : marks.size;
    return { count, bytes: count * 4_180_000, going: count, held: 0, retriable: 0, done: 0 };
  };
  const select = (change: SelectionChange): Selection => {
    if (change.kind === 'all') marks = 'all';
    else {
      const keeps = (change.kind === 'one' && change.toggle) || (change.kind === 'range' && change.add);
      const kept = new Set<number>(keeps && marks !== 'all' ? marks : []);
      if (change.kind === 'one' && kept.has(change.id)) kept.delete(change.id);
      else if (change.kind === 'one') kept.add(change.id);
      if (change.kind === 'range') {
        const [from, to] = [Math.min(change.from, change.to), Math.max(change.from, change.to)];
        for (let id = from; id <= to; id += 1) kept.add(id);
      }
      marks = kept;
    }
    return selection();
  };
  const makeRow = (n: number, archived = false): PhotoRow => {
    const states = scenario.states ?? [
      { kind: 'waiting', step: 'inspecting', reason: 'ready', nextTryAt: null },
    ];
    const state = states[n % states.length] as RowState;
    const size = 600_000 + ((n * 7_919_333) % 24_000_000);
    return {
      id: n + 1,
      fileName: n % 11 === 7 ? 'VID_20240506_070809.mp4' : (names[n % names.length] ?? ''),
      folder: folders[n % folders.length] ?? '',
      size,
      contentType: (n % 11 === 7 ? types[5] : types[n % 5]) ?? '',
      state,
      held: false,
      archived,
      selected: selected(n + 1),
      attempts: state.kind === 'waiting' && state.nextTryAt !== null ? 2 : 0,
      bytesSent: state.kind === 'active' ? Math.floor(size * (((n * 37) % 90) / 100 + 0.05)) : 0,
      looksDamaged: n % 9 === 4,
      takenAt: null,
      addedAt: 0,
      doneAt: null,
      lastError: null,
    };
  };
  const page = (request: PageRequest): { rows: PhotoRow[]; total: number } => {
    const all = fake.scenario.summary?.[request.filter].count ?? 0;
    // A search finds a row in a hundred, except for what nobody has.
    const total = !request.search ? all : request.search === 'nowhere' ? 0 : Math.ceil(all / 100);
    const end = Math.min(total, request.offset + request.limit);
    const rows: PhotoRow[] = [];
    for (let n = request.offset; n < end; n += 1) {
      rows.push(makeRow(request.descending ? total - 1 - n : n, request.filter === 'history'));
    }
    return { rows, total };
  };

  const answers: Record<string, (...args: never[]) => unknown> = {
    'auth.state': () => fake.scenario.auth,
    'engine.status': () => fake.scenario.engine ?? { kind: 'running' },
    'queue.summary': () => fake.scenario.summary,
    'queue.traffic': () =>
      Array.from({ length: 90 }, (_, second) => Math.max(0, 12e6 * (0.8 + Math.sin(second / 9) / 4))),
    'proxy.question': () => fake.scenario.proxy ?? null,
    'queue.owners': () => fake.scenario.owners ?? [],
    'queue.page': page,
    'queue.details': (id: number): PhotoDetails => ({
      row: { ...makeRow(id - 1), takenAt: id % 2 === 0 ? '2024-05-06T07:08:09+02:00' : null, attempts: 2 },
      camera: 'Plate Camera',
      takenSource: id % 2 === 0 ? 'exif-original' : null,
      sha256: 'ab'.repeat(32),
      sameContent: ['/media/ada/backup/copy.jpg'],
      attempts: fake.scenario.attempts ?? [],
    }),
    'app.commands': () => fake.commands.splice(0),
    'app.info': () => ({
      version: '1.2.3',
      electron: '45.4.1',
      chromium: '146.0.1.2',
      node: '24.1.0',
      platform: 'linux',
      configured: true,
    }),
    'app.data': () => ({
      folder: '/home/ada/.config/Tintype',
      queueBytes: 41_800_000,
      otherBytes: 1_200_000,
    }),
    'app.licences': () =>
      ['react', 'react-aria-components', 'zod'].map((name) => ({
        name,
        version: '1.0.0',
        licence: 'MIT',
        text: 'Permission is hereby granted, free of charge, …',
      })),
    'settings.get': () => settings,
    'settings.change': (changes: Partial<Settings>) => {
      settings = { ...settings, ...changes };
      fake.emit('settings.changed', settings);
      return settings;
    },
    'queue.select': select,
    'queue.selection': selection,
    'queue.act': selection,
    'intake.report': () => fake.scenario.summary?.intake ?? null,
  };
  let { settings } = scenario;
  const answer = (name: string, args: unknown[]): Promise<unknown> => {
    fake.calls.push({ name, args });
    const problem = fake.scenario.problems?.[name];
    if (problem !== undefined) return Promise.resolve({ ok: false, problem });
    if (name === 'queue.summary' && fake.scenario.summary === undefined) {
      // So answers main while the engine is not up.
      return Promise.resolve({ ok: false, problem: { code: 'engine_failed' } });
    }
    return Promise.resolve({ ok: true, value: answers[name]?.(...(args as never[])) });
  };

  const bridge = {
    call: (name: string, ...args: unknown[]) => answer(name, args),
    addFiles: (files: readonly unknown[]) =>
      answer(
        'addFiles',
        files.map((file) => (file as File).name),
      ),
    on: (name: string, listener: (payload: unknown) => void) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => {
        set.delete(listener);
      };
    },
  };
  Object.assign(globalThis, { tintype: bridge, fake });

  const pictures = scenario.pictures ?? [];
  if (pictures.length > 0) {
    // Chromium alone has no thumb: scheme; the app registers one.
    new MutationObserver(() => {
      for (const image of document.querySelectorAll<HTMLImageElement>('img[src^="thumb:"]')) {
        image.src = pictures[Number(image.src.split('/').pop()) % pictures.length] ?? '';
      }
    }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['src'] });
  }
}
