/** What a run does, made from its seed alone: which photos, and which faults strike when. */
import type { PartName } from '../../sandbox/ports.ts';
import type { Fault as Rule } from '../../sandbox/store/faults.ts';
import { createRandom, type Random } from './random.ts';

export interface Scenario {
  seed: number;
  /** Bytes of each photo. */
  sizes: readonly number[];
  /** Which of them lie there twice. */
  copied: readonly number[];
  /** What one request to the store gets of the line, in bytes per second: faults must find work under way. */
  lineSpeed: number;
  /** In the order in which they strike. */
  strikes: readonly Strike[];
  /** Whether the person drops everything once more in the end: then every photo must arrive as it is by then. */
  dropsAgain: boolean;
}

export interface Strike {
  /** After the drop, milliseconds. */
  atMs: number;
  fault: Fault;
}

/** Times are milliseconds; `photo` is an index into the photos, whatever they are called by then. */
export type Fault =
  /** kill -9. */
  | { kind: 'kill'; what: 'engine' | 'main' | 'tree' }
  /** kill -9 while a request is at its work, or after that and before its reply. */
  | {
      kind: 'killAt';
      what: 'engine' | 'main' | 'tree';
      side: 'store' | 'backend';
      operation: string;
      moment: 'before' | 'after';
    }
  /** SIGSTOP, and SIGCONT after a while: a computer that is too busy, or asleep without a word. */
  | { kind: 'freeze'; what: 'engine' | 'tree'; forMs: number }
  /** The app is closed in good order, and started again. */
  | { kind: 'quit' }
  /** The store or the backend fails by these rules for a while, and until a request has met them. */
  | { kind: 'store' | 'backend'; name: string; rules: Rule[]; forMs: number }
  /** Servers that end and come back. */
  | { kind: 'down'; parts: PartName[]; how: 'stop' | 'kill'; forMs: number }
  /** No room for the queue's database. */
  | { kind: 'fullDisk'; forMs: number }
  | { kind: 'file'; change: FileChange; photo: number }
  /** What people do meanwhile. */
  | { kind: 'signOut' }
  | { kind: 'pause' | 'sleep'; forMs: number }
  | { kind: 'remove'; photo: number };

export const fileChanges = [
  /** Other bytes of the same length, in place. */
  'overwritten',
  /** By a program that writes a little at a time. */
  'grown',
  /** By another file that is renamed over it. */
  'replaced',
  'truncated',
  'emptied',
  'touched',
  'renamed',
  'deleted',
] as const;
export type FileChange = (typeof fileChanges)[number];

const kilobyte = 1_000;
const megabyte = 1_000_000;
/** Goes up in parts. */
const largeFrom = 20 * megabyte;
/** The backend's calls, as often as they are worth to be met. */
const backendOperations = ['Lookup', 'Grant', 'Confirm', 'Confirm', 'Confirm'] as const;
/** As many requests as the engine makes at a time, so that `lineSpeed` gives the time that is meant. */
const transfers = 8;
const strikeWithinMs = 2_500;
/** Longer than S3's tolerance of 15 minutes. */
const skewMs = 20 * 60_000;

export function scenarioOf(seed: number): Scenario {
  const random = createRandom(seed);
  const sizes = sizesOf(random);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const seconds = 1 + 2 * random.next();
  const lineSpeed = Math.ceil(total / transfers / seconds);
  const strikes = Array.from({ length: random.int(1, 4) }, () => ({
    atMs: random.int(0, strikeWithinMs),
    fault: faultOf(random, { sizes, lineSpeed }),
  }));
  return {
    seed,
    sizes,
    copied: sizes.map((_size, index) => index).filter(() => random.chance(0.06)),
    lineSpeed,
    strikes: strikes.toSorted((a, b) => a.atMs - b.atMs),
    dropsAgain: random.chance(0.4),
  };
}

/** The faults of a scenario, for reports. */
export function nameOf({ strikes }: Scenario): string {
  return strikes.map(({ fault }) => nameOfFault(fault)).join(' + ');
}

export function nameOfFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
    case 'freeze':
      return `${fault.kind} ${fault.what}`;
    case 'killAt':
      return `kill ${fault.what} ${fault.moment} ${fault.operation}`;
    case 'store':
    case 'backend':
      return `${fault.kind} ${fault.name}`;
    case 'down':
      return `${fault.parts.join(' and ')} ${fault.how === 'kill' ? 'killed' : 'stopped'}`;
    case 'file':
      return `file ${fault.change}`;
    case 'quit':
    case 'fullDisk':
    case 'signOut':
    case 'pause':
    case 'sleep':
    case 'remove':
      return fault.kind;
  }
}

/** Mostly small photos, some as cameras make them, now and then one that goes up in parts. */
function sizesOf(random: Random): number[] {
  const sizes = Array.from({ length: random.int(10, 60) }, () =>
    random.int(5 * kilobyte, random.pick([20, 60, 200]) * kilobyte),
  );
  for (let left = random.int(0, 3); left > 0; left--) sizes.push(random.int(megabyte, 5 * megabyte));
  if (random.chance(0.3)) sizes.push(random.int(largeFrom, 40 * megabyte));
  return sizes;
}

type Circumstances = Pick<Scenario, 'sizes' | 'lineSpeed'>;

function faultOf(random: Random, { sizes, lineSpeed }: Circumstances): Fault {
  const forMs = random.int(300, 2_500);
  const photo = random.int(0, sizes.length - 1);
  const operations = operationsFor(sizes);
  const make = random.weighted<() => Fault>([
    [
      12,
      () => ({
        kind: 'killAt',
        what: whole(random),
        moment: random.pick(['before', 'after']),
        ...momentOf(random, operations),
      }),
    ],
    [10, () => ({ kind: 'kill', what: whole(random) })],
    [6, () => ({ kind: 'freeze', what: random.pick(['engine', 'tree']), forMs })],
    [3, () => ({ kind: 'quit' })],
    [22, () => ({ kind: 'store', forMs, ...storeRules(random, operations, lineSpeed) })],
    [18, () => ({ kind: 'backend', forMs, ...backendRules(random) })],
    [8, () => ({ kind: 'down', parts: partsOf(random), how: random.pick(['stop', 'kill']), forMs })],
    [4, () => ({ kind: 'fullDisk', forMs })],
    [16, () => ({ kind: 'file', change: random.pick(fileChanges), photo })],
    [2, () => ({ kind: 'signOut' })],
    [4, () => ({ kind: random.pick(['pause', 'sleep']), forMs })],
    [3, () => ({ kind: 'remove', photo })],
  ]);
  return make();
}

/** What is killed. */
function whole(random: Random): 'engine' | 'main' | 'tree' {
  return random.pick(['engine', 'engine', 'main', 'tree']);
}

/** The store's operations that a run with these photos makes. */
function operationsFor(sizes: readonly number[]): string[] {
  const inParts = ['UploadPart', 'CreateMultipartUpload', 'CompleteMultipartUpload'];
  return sizes.some((size) => size >= largeFrom) ? ['PutObject', ...inParts] : ['PutObject'];
}

function momentOf(
  random: Random,
  operations: readonly string[],
): { side: 'store' | 'backend'; operation: string } {
  return random.chance(0.6)
    ? { side: 'store', operation: random.pick(operations) }
    : { side: 'backend', operation: random.pick(backendOperations) };
}

function partsOf(random: Random): PartName[] {
  return random.weighted<PartName[]>([
    [3, ['backend']],
    [3, ['store']],
    [3, ['store', 'backend']],
    [1, ['cognito']],
  ]);
}

interface NamedRules {
  name: string;
  rules: Rule[];
}

/** The ways in which requests fail at the store; each has its own share of them. */
function storeRules(random: Random, operations: readonly string[], lineSpeed: number): NamedRules {
  const common = { probability: random.pick([0.2, 0.5, 1]), seed: random.int(1, 1_000_000) };
  /** Before the work, or in the middle of a photo's bytes. */
  const part = random.chance(0.5) ? { afterBytes: random.int(1, 60 * kilobyte) } : {};
  const operation = random.pick(operations);
  const match = random.chance(0.3) ? { match: { operation } } : {};
  const rules: Rule[] = [
    { kind: 'reset', ...common, ...part, ...match },
    // Each of these costs its connection until the engine gives it up.
    { kind: 'stall', ...common, ...part, probability: 0.3 },
    { kind: 'slow', ...common, bytesPerSecond: Math.ceil(lineSpeed / 20) },
    { kind: 'truncateReply', ...common, ...match },
    { kind: 'lostReply', ...common, ...match },
    { kind: 'status', status: 500, code: 'InternalError', ...common, ...part, ...match },
    { kind: 'status', status: 503, code: 'SlowDown', ...common, ...retryAfter(random) },
    { kind: 'wrongChecksum', ...common },
    { kind: 'clockSkew', ms: random.pick([-skewMs, skewMs]) },
    { kind: 'expiredToken', ...common },
    { kind: 'htmlReply', ...common },
  ];
  const rule = random.pick(rules);
  return { name: rule.kind === 'status' ? String(rule.status) : rule.kind, rules: [rule] };
}

function backendRules(random: Random): NamedRules {
  const common = { probability: random.pick([0.5, 1]), seed: random.int(1, 1_000_000) };
  const operation = random.pick(backendOperations);
  const match = random.chance(0.5) ? { match: { operation } } : {};
  const rules: Rule[] = [
    { kind: 'reset', ...common, ...match },
    { kind: 'stall', ...common, ...match },
    { kind: 'truncateReply', ...common, ...match },
    { kind: 'lostReply', ...common, ...match },
    { kind: 'status', status: 500, code: 'internal_error', ...common, ...match },
    { kind: 'status', status: 503, code: 'records_unavailable', ...common, ...retryAfter(random), ...match },
    { kind: 'status', status: 401, code: 'token_expired', ...common, ...match },
    { kind: 'htmlReply', ...common, ...match },
  ];
  const rule = random.pick(rules);
  return { name: rule.kind === 'status' ? String(rule.status) : rule.kind, rules: [rule] };
}

function retryAfter(random: Random): { retryAfterSeconds?: number } {
  return random.chance(0.5) ? { retryAfterSeconds: 1 } : {};
}
