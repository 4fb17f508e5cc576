/** Ways to fail on purpose, chosen per request by rules that tests set. */
import { setTimeout as delay } from 'node:timers/promises';

/** Which requests a fault is for; what is left out matches all. `operation` is S3's name, such as UploadPart. */
export type FaultMatch = { method?: string; keyPrefix?: string; operation?: string };

type Common = {
  match?: FaultMatch;
  /** How many requests it happens to; endless when left out. */
  times?: number;
  /** Let this many bytes of the body (of the reply, for reads) pass first. */
  afterBytes?: number;
  /** 0 to 1, drawn from a generator that `seed` fixes. */
  probability?: number;
  seed?: number;
};

export type Fault = Common &
  (
    | { kind: 'reset' }
    | { kind: 'stall' }
    | { kind: 'slow'; bytesPerSecond: number }
    | { kind: 'status'; status: number; code: string; retryAfterSeconds?: number }
    | { kind: 'clockSkew'; ms: number }
    | { kind: 'expiredToken' }
    /** The reply breaks off in its middle. */
    | { kind: 'truncateReply' }
    /** The work is done, the reply never comes. */
    | { kind: 'lostReply' }
    /** BadDigest for a body that is right. */
    | { kind: 'wrongChecksum' }
    /** What a captive portal says: 200, and a page. */
    | { kind: 'htmlReply' }
  );
export type FaultKind = Fault['kind'];

const kinds: Readonly<Record<FaultKind, readonly string[]>> = {
  reset: [],
  stall: [],
  slow: ['bytesPerSecond'],
  status: ['status', 'code'],
  clockSkew: ['ms'],
  expiredToken: [],
  truncateReply: [],
  lostReply: [],
  wrongChecksum: [],
  htmlReply: [],
};

export type FaultControl = {
  /** Replaces all rules; each counts and draws from the start. */
  set(rules: readonly Fault[]): void;
  clear(): void;
  /** The rules, with what is left of their `times`. */
  list(): Fault[];
};

/** What the server asks: the faults of one request, which then count as used. */
export type FaultSource = FaultControl & {
  pick(request: { method: string; operation: string; key: string }): FaultPlan;
};

export type FaultPlan = {
  find<K extends FaultKind>(kind: K): Extract<Fault, { kind: K }> | undefined;
  readonly isEmpty: boolean;
};

/** No faults at all. */
export const noFaults: FaultPlan = { find: () => undefined, isEmpty: true };

export function createFaults(): FaultSource {
  let rules: { fault: Fault; left: number; random: () => number }[] = [];
  return {
    set(faults) {
      rules = faults.map((fault) => ({
        fault,
        left: fault.times ?? Infinity,
        random: createRandom(fault.seed ?? 1),
      }));
    },
    clear() {
      rules = [];
    },
    list: () =>
      rules.map(({ fault, left }) => (fault.times === undefined ? fault : { ...fault, times: left })),
    pick(request) {
      if (rules.length === 0) return noFaults;
      const picked = rules.filter((rule) => {
        if (rule.left === 0 || !isFor(rule.fault.match ?? {}, request)) return false;
        if (rule.fault.probability !== undefined && rule.random() >= rule.fault.probability) return false;
        rule.left -= 1;
        return true;
      });
      const plan = picked.map((rule) => rule.fault);
      return {
        isEmpty: plan.length === 0,
        find: <K extends FaultKind>(kind: K) =>
          plan.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind),
      };
    },
  };
}

function isFor(match: FaultMatch, request: { method: string; operation: string; key: string }): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    (match.operation === undefined || match.operation === request.operation) &&
    (match.keyPrefix === undefined || request.key.startsWith(match.keyPrefix))
  );
}

/** mulberry32: small, and the same sequence everywhere. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Reads rules from JSON. @throws Error with a sentence that names the first rule that is wrong */
export function parseFaults(text: string): Fault[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error('The faults must be a list.');
  return list.map((rule: unknown, index) => {
    const fields = (typeof rule === 'object' && rule !== null ? rule : {}) as Record<string, unknown>;
    const kind = fields['kind'];
    if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
      throw new Error(`Fault ${index} has no known kind. Use one of ${Object.keys(kinds).join(', ')}.`);
    }
    const missing = kinds[kind as FaultKind].find((name) => fields[name] === undefined);
    if (missing !== undefined) throw new Error(`Fault ${index} (${kind}) needs ${missing}.`);
    return fields as unknown as Fault;
  });
}

/** Thrown where the connection itself is to fail. */
export class ConnectionFault extends Error {
  readonly kind: 'reset' | 'stall';

  constructor(kind: 'reset' | 'stall') {
    super(`A fault was set: ${kind}.`);
    this.kind = kind;
  }
}

/**
 * Lets bytes through until a fault strikes: slows them, or throws after `afterBytes`.
 * @param failure makes the error of a `status` fault that has `afterBytes`
 */
export async function* throughFaults(
  source: AsyncIterable<Buffer>,
  plan: FaultPlan,
  failure: (fault: Extract<Fault, { kind: 'status' }>) => Error,
): AsyncGenerator<Buffer> {
  const slow = plan.find('slow');
  const breaks = [plan.find('reset'), plan.find('stall'), plan.find('status')].filter(
    (fault) => fault?.afterBytes !== undefined,
  );
  let passed = 0;
  for await (const chunk of source) {
    passed += chunk.length;
    const broken = breaks.find((fault) => passed > (fault?.afterBytes ?? 0));
    if (broken?.kind === 'status') throw failure(broken);
    if (broken !== undefined) throw new ConnectionFault(broken.kind);
    if (slow === undefined) yield chunk;
    else yield* slowly(chunk, slow.bytesPerSecond);
  }
}

/** Twenty pieces a second, so that watchdogs see progress. */
async function* slowly(chunk: Buffer, bytesPerSecond: number): AsyncGenerator<Buffer> {
  const piece = Math.max(1, Math.floor(bytesPerSecond / 20));
  for (let at = 0; at < chunk.length; at += piece) {
    const part = chunk.subarray(at, at + piece);
    await delay((part.length / bytesPerSecond) * 1000);
    yield part;
  }
}
