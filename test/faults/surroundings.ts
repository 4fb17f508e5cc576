/** What is around the app during one run, and fails: the store, the backend, the way to them, the disk of the queue. */
import { setTimeout as pause } from 'node:timers/promises';
import type { PartName } from '../../sandbox/ports.ts';
import type { Fault as Rule } from '../../sandbox/store/faults.ts';
import { killAll } from '../e2e/processes.ts';
import { until } from '../e2e/until.ts';
import { maySmallDisk, mountSmallDisk } from '../support/small-disk.ts';
import type { Arena } from './arena.ts';
import type { Scenario } from './scenario.ts';

export interface Surroundings {
  /** The server fails by these rules, for that long, and until a request has met them. */
  withRules(side: Side, rules: readonly Rule[], forMs: number): Promise<void>;
  /** Resolves when a request has met this rule, which is taken away then; false when none came for a while. */
  untilMet(side: Side, rule: Rule): Promise<boolean>;
  takeDown(parts: readonly PartName[], how: 'stop' | 'kill', forMs: number): Promise<void>;
  fillDisk(forMs: number): Promise<void>;
  /** Resolves when the disk has room. */
  diskHasRoom(): Promise<void>;
  /** Ends all rules, also that of the slow line. */
  makeWell(): Promise<void>;
  dispose(): void;
}

export type Side = 'store' | 'backend';

/** Chromium keeps a few megabytes there too. */
const smallDiskMb = 64;
const refillEveryMs = 50;
const lookEveryMs = 10;
/** A fault that nobody meets would test nothing; but nobody may be left to meet it. */
const waitsForVictimMs = 3_000;
/** So that the rest of a rule's `times` tells how often it was met. */
const countable = 1_000_000;

export async function openSurroundings(
  arena: Arena,
  { lineSpeed, strikes }: Scenario,
  userDataDir: string,
): Promise<Surroundings> {
  const fillsDisk = strikes.some(({ fault }) => fault.kind === 'fullDisk');
  const disk = fillsDisk && maySmallDisk ? mountSmallDisk(userDataDir, smallDiskMb) : null;
  const rules: Record<Side, Set<Rule>> = {
    store: new Set([{ kind: 'slow', bytesPerSecond: lineSpeed }]),
    backend: new Set(),
  };
  const down = new Set<PartName>();
  let full: Promise<void> = Promise.resolve();

  /** Null while the store is away, or when it went away meanwhile. */
  const ofStore = async <T>(ask: () => Promise<T>): Promise<T | null> => {
    if (down.has('store')) return null;
    try {
      return await ask();
    } catch (error) {
      if (down.has('store')) return null;
      throw error;
    }
  };
  const tell = async (side: Side): Promise<void> => {
    // One that is away hears of its faults when it is back.
    if (side === 'backend') arena.backendFaults.set([...rules.backend]);
    else await ofStore(() => arena.storeFaults.set([...rules.store]));
  };
  /** How often the rule was met since the rules were last told. */
  const timesMet = async (side: Side, rule: Rule): Promise<number> => {
    const list = side === 'store' ? await ofStore(arena.storeFaults.list) : arena.backendFaults.list();
    const left = list?.[[...rules[side]].indexOf(rule)]?.times;
    return left === undefined ? 0 : (rule.times ?? countable) - left;
  };
  const untilMet = async (side: Side, rule: Rule, fromMs: number): Promise<boolean> => {
    let met = false;
    for (const deadline = Date.now() + fromMs + waitsForVictimMs; Date.now() < deadline;) {
      met ||= (await timesMet(side, rule)) > 0;
      if (met && Date.now() >= deadline - waitsForVictimMs) break;
      await pause(lookEveryMs);
    }
    return met;
  };
  const holding = async <T>(side: Side, held: readonly Rule[], work: () => Promise<T>): Promise<T> => {
    for (const rule of held) rules[side].add(rule);
    await tell(side);
    try {
      return await work();
    } finally {
      for (const rule of held) rules[side].delete(rule);
      await tell(side);
    }
  };

  await tell('store');
  return {
    withRules: async (side, given, forMs) => {
      const counted = given.map((rule) => ({ times: countable, ...rule }));
      await holding(side, counted, () => Promise.all(counted.map((rule) => untilMet(side, rule, forMs))));
    },
    untilMet: (side, rule) => {
      const once = { ...rule, times: 1 };
      return holding(side, [once], () => untilMet(side, once, 0));
    },
    takeDown: async (parts, how, forMs) => {
      const { sandbox } = arena.world;
      const ours = parts.filter((part) => !down.has(part));
      for (const part of ours) down.add(part);
      await Promise.all(
        ours.map(async (part) => {
          const pid = sandbox.pids[part];
          if (how === 'stop' || pid === undefined) return sandbox.stopPart(part);
          await killAll([pid]);
          await until(`the ${part} is known to be gone`, () => sandbox.pids[part] === undefined);
        }),
      );
      await pause(forMs);
      await Promise.all(ours.map(sandbox.startPart));
      for (const part of ours) down.delete(part);
      await tell('store');
    },
    fillDisk: async (forMs) => {
      if (disk === null) return;
      const fullUntil = Date.now() + forMs;
      const isFull = async (): Promise<void> => {
        for (; Date.now() < fullUntil; await pause(refillEveryMs)) disk.fill();
        disk.free();
      };
      full = Promise.all([full, isFull()]).then(() => undefined);
      await full;
    },
    diskHasRoom: () => full,
    makeWell: async () => {
      rules.store.clear();
      rules.backend.clear();
      await Promise.all([tell('store'), tell('backend')]);
    },
    dispose: () => disk?.unmount(),
  };
}
