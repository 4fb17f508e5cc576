/**
 * Random kills and faults in the real app, then a look at what is left.
 *
 *   npm run chaos -- [--runs N] [--seed S] [--json FILE]
 *
 * The runs have the seeds S, S + 1, …, so each is had again alone by `--runs 1 --seed <its seed>`: the same photos and
 * the same faults at the same times, as far as a machine can repeat times. Ends with 0 only if nothing was wrong.
 */
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import { maySmallDisk } from '../support/small-disk.ts';
import { countFrom, optionsOf } from '../support/command-line.ts';
import { openArena, type Arena } from './arena.ts';
import type { Verdict } from './reconcile.ts';
import { runScenario } from './run.ts';
import { nameOf, nameOfFault, scenarioOf } from './scenario.ts';

interface Report {
  runs: number;
  accepted: number;
  stored: number;
  lost: number;
  duplicated: number;
  torn: number;
  orphans: number;
  failures: { seed: number; fault: string; what: string }[];
}

async function main(): Promise<void> {
  const values = optionsOf({ runs: '20', seed: String(randomInt(1, 1_000_000)), json: undefined });
  const runs = countFrom(values.runs);
  const firstSeed = countFrom(values.seed);
  // Says that a later SDK will want a later Node: true, and no part of this story.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const report: Report = {
    runs: 0,
    accepted: 0,
    stored: 0,
    lost: 0,
    duplicated: 0,
    torn: 0,
    orphans: 0,
    failures: [],
  };
  if (!maySmallDisk) console.log('full disk: left out, only root on Linux may mount a small one');
  /** By fault: in how many runs it struck, and how many of them failed. */
  const tallies = new Map<string, { runs: number; failed: number }>();
  let arena = await openArena();
  try {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const startedAt = performance.now();
      const scenario = scenarioOf(seed);
      const fault = nameOf(scenario);
      let findings: string[];
      let course = '';
      try {
        const verdict = await runScenario(arena, scenario);
        add(report, verdict);
        ({ findings } = verdict);
        const help = verdict.helped === 0 ? '' : `, helped ${verdict.helped} ×`;
        course = ` (settled in ${(verdict.settledMs / 1000).toFixed(1)} s${help})`;
      } catch (error) {
        // What went wrong may be the arena's: the next run gets a new one.
        findings = [
          `the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        ];
        arena = await reopen(arena);
      }
      report.runs++;
      for (const name of new Set(scenario.strikes.map((strike) => nameOfFault(strike.fault)))) {
        const tally = tallies.get(name) ?? { runs: 0, failed: 0 };
        tally.runs++;
        if (findings.length > 0) tally.failed++;
        tallies.set(name, tally);
      }
      for (const what of findings) report.failures.push({ seed, fault, what });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(
        `${findings.length === 0 ? 'ok    ' : 'FAILED'} seed ${seed} ${seconds.padStart(5)} s  ${fault}${course}`,
      );
      for (const what of findings) console.log(`         ${what}`);
    }
  } finally {
    await arena.close();
  }
  if (values.json !== undefined) fs.writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  console.table(Object.fromEntries([...tallies].toSorted(([a], [b]) => (a < b ? -1 : 1))));
  const { failures, ...counts } = report;
  console.log(
    `chaos: ${Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  );
  // What a run that broke off has left open must not keep this process.
  process.exit(failures.length === 0 ? 0 : 1);
}

async function reopen(broken: Arena): Promise<Arena> {
  await broken.close().catch(() => undefined);
  return openArena();
}

function add(report: Report, verdict: Verdict): void {
  for (const name of ['accepted', 'stored', 'lost', 'duplicated', 'torn', 'orphans'] as const)
    report[name] += verdict[name];
}

await main();
