/** The states of the window that are looked at and tested, by name. */
import type {
  Attempt,
  AuthState,
  IntakeReport,
  OtherAccount,
  RowState,
  Summary,
  Tally,
} from '../../../preload/contract/model.ts';
import type { Scenario } from './fake-bridge.ts';

const ada = { sub: 'sub-1', name: 'Ada Lovelace', email: 'ada@example.org' };
export const signedIn = { kind: 'signedIn', user: ada, offline: false } as const satisfies AuthState;

const others: OtherAccount[] = [
  { user: { sub: 'sub-2', name: 'Charles Babbage', email: 'charles@example.org' }, live: true },
  { user: { sub: 'sub-3', name: '', email: 'a.very.long.address@photography.example.org' }, live: false },
];

const tally = (count: number): Tally => ({ count, bytes: count * 4_180_000 });

/** A summary with these counts, and nothing else going on. */
export function makeSummary(
  counts: { waiting?: number; active?: number; done?: number; attention?: number; history?: number },
  rest: Partial<Summary> = {},
): Summary {
  const { waiting = 0, active = 0, done = 0, attention = 0, history = 0 } = counts;
  return {
    all: tally(waiting + active + done + attention),
    waiting: tally(waiting),
    active: tally(active),
    done: tally(done),
    attention: tally(attention),
    history: tally(history),
    duplicates: 0,
    damaged: 0,
    held: 0,
    decoding: false,
    speed: 0,
    secondsLeft: null,
    paused: null,
    outage: null,
    nextProbeAt: null,
    clockAheadMs: 0,
    limits: { bytesPerSecond: null, transfers: null },
    intake: null,
    running: waiting + active > 0,
    lastRun: null,
    stall: null,
    ...rest,
  };
}

/** Every kind of row; `now` is in Unix milliseconds. */
function everyState(now: number): RowState[] {
  return [
    { kind: 'done', duplicateOf: null },
    { kind: 'active', step: 'sending' },
    { kind: 'done', duplicateOf: 'IMG_1999.HEIC' },
    { kind: 'active', step: 'inspecting' },
    { kind: 'waiting', step: 'sending', reason: 'network', nextTryAt: now + 12_000 },
    { kind: 'active', step: 'confirming' },
    { kind: 'blocked', reason: 'disk_suspected' },
    { kind: 'waiting', step: 'inspecting', reason: 'ready', nextTryAt: null },
    { kind: 'blocked', reason: 'missing' },
    { kind: 'active', step: 'checking' },
    { kind: 'waiting', step: 'sending', reason: 'throttled', nextTryAt: now + 95_000 },
    { kind: 'active', step: 'sending' },
    {
      kind: 'waiting',
      step: 'checking',
      reason: 'copy_on_its_way',
      nextTryAt: null,
      waitsFor: 'IMG_0012.HEIC',
    },
  ];
}

export const intakeReport: IntakeReport = {
  id: 1,
  running: false,
  found: 109,
  queued: 101,
  skipped: [
    { reason: 'not_a_photo', count: 7 },
    { reason: 'unreadable', count: 1 },
  ],
  examples: [
    { path: '/home/ada/Pictures/README.md', reason: 'not_a_photo' },
    { path: '/home/ada/Pictures/2024/notes.txt', reason: 'not_a_photo' },
    { path: '/home/ada/Pictures/private', reason: 'unreadable' },
  ],
};

/** Eight tries that did not succeed, the newest first. */
function makeAttempts(now: number): Attempt[] {
  const reasons = ['throttled', 'network', 'server_error', 'offline'] as const;
  return Array.from({ length: 8 }, (_, index) => ({
    at: now - (index + 1) * 240_000,
    step: index === 7 ? 'inspecting' : 'sending',
    outcome:
      index === 7
        ? { kind: 'blocked', reason: 'permission_denied' }
        : {
            kind: 'waits',
            reason: reasons[index % reasons.length] ?? 'network',
            nextTryAt: index === 3 ? null : now - index * 240_000,
          },
    tookMs: 12_400,
    bytes: index === 7 ? 0 : 3_145_728,
    detail: index === 0 ? 'store 503 SlowDown' : 'ECONNRESET',
    status: index === 0 ? 503 : null,
    requestId: index === 0 ? '4442587FB7D0A2F9' : null,
    host: 'photos.s3.eu-central-1.amazonaws.com',
  }));
}

/** The scenario of this name, as of now: a slow machine must not meet the deadlines of a minute ago. */
export function scenarioOf(name: string): Scenario {
  const found = makeScenarios(Date.now())[name];
  if (found === undefined) throw new Error(`No scenario is called ${name}`);
  return found;
}

/** All scenarios; `now` is in Unix milliseconds. */
export function makeScenarios(now: number): Record<string, Scenario> {
  const states = everyState(now);
  const mixed = { waiting: 380, active: 8, done: 812, attention: 4 };
  const busy = makeSummary(mixed, { speed: 12_340_000, secondsLeft: 130, duplicates: 41, damaged: 2 });
  return {
    unconfigured: { auth: { kind: 'unconfigured', problem: { code: 'config_missing' } } },
    'unconfigured-refused': {
      auth: { kind: 'unconfigured' },
      problems: {
        'config.connect': { code: 'config_unreachable', detail: 'ECONNREFUSED photos.example.org:443' },
      },
    },
    'signed-out': { auth: { kind: 'signedOut' }, summary: makeSummary({}) },
    'signed-out-problem': {
      auth: { kind: 'signedOut', problem: { code: 'auth_timeout', cause: 'timeout', detail: 'timeout' } },
      summary: makeSummary({}),
      owners: [{ sub: 'sub-9', unfinished: 34 }],
    },
    'signed-out-accounts': {
      auth: { kind: 'signedOut', others: [{ user: ada, live: false }, ...others] },
      summary: makeSummary({}),
      owners: [
        { sub: 'sub-1', unfinished: 34 },
        { sub: 'sub-2', unfinished: 1 },
      ],
    },
    'signing-in': {
      auth: {
        kind: 'signingIn',
        step: 'waiting',
        openAgainUrl: 'https://login.example.org/',
        deadline: now + 272_000,
      },
    },
    'signing-in-hint': {
      auth: {
        kind: 'signingIn',
        step: 'waiting',
        openAgainUrl: 'https://login.example.org/',
        deadline: now + 272_000,
        hint: 'auth_browser_failed',
      },
    },
    empty: { auth: signedIn, summary: makeSummary({}) },
    'empty-skipped': {
      auth: signedIn,
      summary: makeSummary({}, { intake: { ...intakeReport, found: 8, queued: 0 } }),
    },
    archived: { auth: signedIn, summary: makeSummary({ history: 1204 }) },
    queue: { auth: signedIn, summary: busy, states },
    'queue-intake': { auth: signedIn, summary: { ...busy, intake: intakeReport }, states },
    'queue-walking': {
      auth: signedIn,
      summary: { ...busy, intake: { ...intakeReport, running: true, skipped: [], examples: [] } },
      states,
    },
    'queue-history': {
      auth: signedIn,
      summary: makeSummary({ done: 12, history: 1204 }),
      states: [
        { kind: 'done', duplicateOf: null },
        { kind: 'done', duplicateOf: 'IMG_1999.HEIC' },
      ],
    },
    'queue-attempts': {
      auth: signedIn,
      summary: makeSummary({ waiting: 2, attention: 1 }),
      states: [{ kind: 'waiting', step: 'sending', reason: 'throttled', nextTryAt: now + 95_000 }],
      attempts: makeAttempts(now),
    },
    'queue-last-run': {
      auth: signedIn,
      summary: makeSummary(
        { done: 1198, attention: 6 },
        {
          duplicates: 8,
          lastRun: {
            id: 3,
            startedAt: now - 900_000,
            endedAt: now - 60_000,
            queued: 1204,
            stored: 1190,
            duplicates: 8,
            attention: 6,
            waiting: 0,
            bytes: 1190 * 4_180_000,
          },
        },
      ),
      states: [
        { kind: 'done', duplicateOf: null },
        { kind: 'blocked', reason: 'missing' },
      ],
    },
    'queue-offline': {
      auth: { kind: 'signedIn', user: ada, offline: true },
      summary: makeSummary({ waiting: 34, done: 67 }, { paused: 'offline', nextProbeAt: now + 8_000 }),
      states: [
        { kind: 'done', duplicateOf: null },
        { kind: 'waiting', step: 'sending', reason: 'offline', nextTryAt: null },
      ],
    },
    ...Object.fromEntries(
      (['captivePortal', 'certificate', 'proxy'] as const).map((paused) => [
        `queue-obstacle-${paused}`,
        {
          auth: signedIn,
          summary: makeSummary({ waiting: 34, done: 67 }, { paused, nextProbeAt: now + 8_000 }),
          states: [{ kind: 'waiting', step: 'sending', reason: 'ready', nextTryAt: null }],
        } satisfies Scenario,
      ]),
    ),
    'queue-proxy': {
      auth: signedIn,
      summary: makeSummary({ waiting: 34, done: 67 }, { paused: 'proxyAuth', nextProbeAt: now + 8_000 }),
      states: [{ kind: 'waiting', step: 'sending', reason: 'proxy_auth', nextTryAt: null }],
      proxy: { proxy: 'proxy.example.org:8080', realm: 'The office', wrong: true },
    },
    'queue-clock': {
      auth: signedIn,
      summary: { ...busy, clockAheadMs: -12 * 60_000 },
      states,
    },
    'queue-paused': {
      auth: signedIn,
      summary: { ...busy, paused: 'user', active: tally(0), speed: 0, secondsLeft: null },
      states: [
        { kind: 'waiting', step: 'sending', reason: 'ready', nextTryAt: null },
        { kind: 'done', duplicateOf: null },
      ],
    },
    'queue-missing': {
      auth: signedIn,
      summary: makeSummary({ waiting: 2, done: 1, attention: 2 }),
      states: [
        { kind: 'blocked', reason: 'missing' },
        { kind: 'waiting', step: 'inspecting', reason: 'volume_missing', nextTryAt: null },
        { kind: 'blocked', reason: 'permission_denied' },
        { kind: 'done', duplicateOf: 'IMG_1999.HEIC' },
        {
          kind: 'waiting',
          step: 'checking',
          reason: 'copy_on_its_way',
          nextTryAt: null,
          waitsFor: 'IMG_0012.HEIC',
        },
      ],
    },
    'queue-expired': {
      auth: { kind: 'expired', user: ada, reason: 'revoked' },
      summary: { ...busy, paused: 'signedOut', active: tally(0) },
      states: [{ kind: 'waiting', step: 'checking', reason: 'signed_out', nextTryAt: null }],
    },
    'queue-notices': {
      auth: {
        ...signedIn,
        problem: {
          code: 'auth_keychain_unavailable',
          cause: 'keychain_unavailable',
          detail: 'keychain_unavailable, timeout',
        },
      },
      engine: { kind: 'restarted', problem: { code: 'engine_restarted' } },
      summary: busy,
      states,
    },
    'queue-accounts': {
      auth: { ...signedIn, others },
      summary: busy,
      states,
      owners: [
        { sub: 'sub-1', unfinished: 392 },
        { sub: 'sub-2', unfinished: 1 },
      ],
    },
    'queue-locked': {
      auth: {
        ...signedIn,
        problem: {
          code: 'auth_keychain_unread',
          cause: 'keychain_unread',
          detail: 'keychain_unread, timeout',
        },
      },
      summary: busy,
      states,
    },
    'queue-stalled': {
      auth: signedIn,
      summary: {
        ...busy,
        speed: 0,
        secondsLeft: null,
        stall: { cause: 'sending', reason: null, nextTryAt: null },
      },
      states,
    },
    'queue-retrying': {
      auth: signedIn,
      summary: makeSummary(
        { waiting: 34, done: 900 },
        { stall: { cause: 'retry', reason: 'throttled', nextTryAt: now + 90_000 } },
      ),
      states: [{ kind: 'waiting', step: 'sending', reason: 'throttled', nextTryAt: now + 90_000 }],
    },
    'queue-done': {
      auth: signedIn,
      summary: makeSummary({ done: 101 }, { duplicates: 3, damaged: 3 }),
      states: [{ kind: 'done', duplicateOf: null }],
    },
    'engine-failed': {
      auth: signedIn,
      engine: {
        kind: 'failed',
        problem: { code: 'database_newer', detail: 'schema 9, known 4' },
      },
    },
  };
}
